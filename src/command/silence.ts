import { threatTitle } from "../detection/threats.ts";
import type { Element } from "../notice/card.ts";
import { accountName, actorName, type SilenceSummary } from "../notice/views.ts";
import { counted, sentence } from "../notice/words.ts";
import { askedAccount } from "./asked-account.ts";
import { commandHelp } from "./command-help.ts";
import type { Command, CommandAnswer, CommandContext, KnownAccount } from "./contract.ts";
import { joined, splitWords } from "./words.ts";

const about = {
  name: "silence",
  summary: "What is silenced now and what that held back; silence an account for a while",
  usageHint: "[account name or SID]",
  forms: [
    { form: "Acme Voice EU", meaning: "the silences of an account, and a button for a new one" },
    { form: "help", meaning: "this list; without any word: every silence there is" },
  ],
} as const;

export const silence: Command = { ...about, run };

async function run(line: string, context: CommandContext): Promise<CommandAnswer> {
  const wanted = joined(splitWords(line));
  if (wanted.toLowerCase() === "help") return commandHelp(about, context.platform);
  if (wanted === "") return everySilence(await context.desk.silences());
  const asked = await askedAccount(wanted, about, context);
  if (!asked.found) return asked.answer;
  const silences = await context.desk.silences();
  return ofAccount(
    asked.account,
    silences.filter(({ account }) => account.sid === asked.account.sid),
  );
}

function everySilence(silences: readonly SilenceSummary[]): CommandAnswer {
  if (silences.length === 0) {
    return {
      heading: "Nothing is silenced",
      elements: [
        { kind: "text", text: ["Every alert opens an incident. To silence an account, write its name behind."] },
      ],
      note: null,
    };
  }
  return { heading: counted(silences.length, "active silence"), elements: entries(silences), note: null };
}

function ofAccount({ sid, friendlyName }: KnownAccount, silences: readonly SilenceSummary[]): CommandAnswer {
  const none: Element = { kind: "text", text: ["Nothing is silenced on this account: every alert opens an incident."] };
  return {
    heading: `Silence · ${friendlyName}`,
    elements: silences.length === 0 ? [none] : entries(silences),
    buttons: [{ label: "Silence…", press: { action: "silence", accountSid: sid }, style: "plain", confirm: null }],
    note: friendlyName === sid ? null : sid,
  };
}

/** More than these nobody reads, and Slack takes fifty blocks. */
const MOST_SHOWN = 30;

function entries(silences: readonly SilenceSummary[]): readonly Element[] {
  const shown = silences.slice(0, MOST_SHOWN).map(
    (one): Element => ({
      kind: "entry",
      text: [
        { bold: accountName(one.account) },
        `: ${one.threat === null ? "everything" : threatTitle(one.threat)}, until `,
        { atMs: one.untilMs },
        `. ${actorName(one.by)}: ${sentence(one.reason)} ${heldBack(one)}`,
      ],
      button: {
        label: "End silence",
        press: { action: "end-silence", silenceId: one.id },
        style: "plain",
        confirm: null,
      },
    }),
  );
  const more = silences.length - shown.length;
  return more === 0 ? shown : [...shown, { kind: "text", text: [`And ${counted(more, "more silence")}.`] }];
}

const MOST_HELD_BACK = 3;

function heldBack({ heldBack: alerts }: SilenceSummary): string {
  if (alerts.length === 0) return "It has held nothing back yet.";
  const newest = alerts
    .slice(-MOST_HELD_BACK)
    .map(({ severity, summary }) => `${severity}: ${summary.replace(/\.$/, "")}`);
  const more = alerts.length - newest.length;
  return `Held back: ${newest.join("; ")}${more === 0 ? "" : `; and ${more} before`}.`;
}
