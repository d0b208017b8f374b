import type { Element } from "../notice/card.ts";
import type { SilenceSummary } from "../notice/views.ts";
import { counted } from "../notice/words.ts";
import { askedAccount } from "./asked-account.ts";
import { commandHelp } from "./command-help.ts";
import type { Command, CommandAnswer, CommandContext, KnownAccount } from "./contract.ts";
import { silenceEntries } from "./entries.ts";
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
  return { heading: counted(silences.length, "active silence"), elements: silenceEntries(silences), note: null };
}

function ofAccount({ sid, friendlyName }: KnownAccount, silences: readonly SilenceSummary[]): CommandAnswer {
  const none: Element = { kind: "text", text: ["Nothing is silenced on this account: every alert opens an incident."] };
  return {
    heading: `Silence · ${friendlyName}`,
    elements: silences.length === 0 ? [none] : silenceEntries(silences),
    buttons: [{ label: "Silence…", press: { action: "silence", accountSid: sid }, style: "plain", confirm: null }],
    note: friendlyName === sid ? null : sid,
  };
}
