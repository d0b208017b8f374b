import { z } from "zod";
import type { Outcome, Remediation, RunContext, TwilioAccount } from "./contract.ts";
import { AccountSnapshot, statusFact, toSnapshot } from "./facts.ts";
import {
  GeoCaptured,
  isSameVoice,
  isVoiceOpen,
  MessagingRow,
  toMessagingRow,
  toVoiceRow,
  VoiceRow,
  whyNotGeo,
} from "./geo.ts";
import { changeMessaging, changeVoice, combined, isAsWanted, orUnreadable, type Part } from "./geo-change.ts";
import { inPlainWords, refusedOnNo, writeAndReadBack } from "./read-back.ts";
import { clockTime, countryList } from "./wording.ts";

/** Nothing to choose: exactly what the run changed is put back. */
const Params = GeoCaptured;
type Params = z.infer<typeof Params>;

const Snapshot = z.object({
  account: AccountSnapshot,
  captured: GeoCaptured.nullable(),
  /** The rows that would be changed, as they are now. */
  inherits: z.boolean(),
  voice: z.array(VoiceRow),
  messaging: z.array(MessagingRow),
});
type Snapshot = z.infer<typeof Snapshot>;

/** Undoes closing countries. */
export const restoreGeoRegions: Remediation<Params, Snapshot> = {
  id: "restore-geo-regions",
  title: "Restore geo regions",
  policyId: "disable-geo-regions",
  containsIncident: false,
  isReversible: true,
  // Closing them again is a request of its own, not the undo of an undo.
  undoneBy: null,
  params: Params,
  snapshot: Snapshot,

  offer: (account) => whyNotGeo(account.status),

  async read(account, situation) {
    const parsed = situation.undoOf === null ? undefined : GeoCaptured.safeParse(situation.undoOf.captured);
    const captured = parsed?.success === true && !isEmpty(parsed.data) ? parsed.data : null;
    const facts = toSnapshot(await account.fetch());
    if (captured === null) return { account: facts, captured, inherits: false, voice: [], messaging: [] };
    return { account: facts, captured, ...(await readNow(account, captured)) };
  },

  preview({ account, captured }) {
    return {
      willHappen: captured === null ? [] : willHappen(captured),
      willNotHappen: [
        "It does not open any other country.",
        "It does not bring back calls and messages that were refused meanwhile.",
      ],
      facts: [statusFact(account)],
      warnings: ["If the credentials of this account may still be stolen, rotate the token and delete the keys first."],
      fields: [],
      blocked: whyBlocked(account, captured),
    };
  },

  choose({ captured }) {
    return captured === null ? { ok: false, problems: {} } : { ok: true, params: captured };
  },

  bind: (params, snapshot) => ({
    status: snapshot.account.status,
    restores: params,
    inherits: snapshot.inherits,
    voice: snapshot.voice,
    messaging: snapshot.messaging,
  }),

  describe: (params) => `Open calls and messages to ${countryList(countriesOf(params))} as before`,
  details: () => [],

  run: (context) => refusedOnNo(() => restore(context)),

  check: (context) =>
    orUnreadable(async () => {
      const { params } = context;
      const now = await readNow(context.account, params);
      return isRestored(params, now) ? done(context) : "not-in-effect";
    }),
};

type Now = Pick<Snapshot, "inherits" | "voice" | "messaging">;

async function readNow(account: TwilioAccount, captured: GeoCaptured): Promise<Now> {
  const [inherits, voice, messaging] = await Promise.all([
    account.readVoiceInheritance(),
    account.readVoicePermissions(captured.voice.map((row) => row.country)),
    account.readMessagingPermissions(captured.messaging.map((row) => row.country)),
  ]);
  return { inherits, voice: voice.map(toVoiceRow), messaging: messaging.map(toMessagingRow) };
}

async function restore(context: RunContext<Params>): Promise<Outcome> {
  const { account, params } = context;
  const now = await readNow(account, params);
  if (isRestored(params, now)) return done(context);
  // Asked before this try writes its own step down.
  const wasTriedBefore = context.steps.length > 0;
  await context.recordStep("restoring", { inherits: now.inherits, voice: now.voice, messaging: now.messaging });
  const countries = countryList(params.voice.map((row) => row.country));
  const voice = params.inherited
    ? await inheritAgain(context)
    : await changeVoice(context, { wanted: params.voice, done: `Calls to ${countries} are open as before` });
  const wanted = params.messaging.filter((row) => !isAsWanted(row, now.messaging));
  const messaging = await changeMessaging(context, wanted, "open again");
  return combined([voice, messaging], {}, "", wasTriedBefore);
}

/** The parent's permissions apply again, with whatever the parent has now. */
async function inheritAgain(context: RunContext<Params>): Promise<Part> {
  const { account } = context;
  const written = await writeAndReadBack({
    write: () => account.writeVoiceInheritance(true),
    read: () => account.readVoiceInheritance(),
    isInEffect: (inherits) => inherits,
  });
  switch (written.status) {
    case "in-effect": {
      const evidence = [`The parent's dialing permissions apply again (read back ${clockTime(context.nowMs())})`];
      return { status: "done", evidence, remaining: [], reason: "" };
    }
    case "refused": {
      const reason = inPlainWords(written.fault);
      return {
        status: "refused",
        evidence: [],
        remaining: [`Let the subaccount use the parent's dialing permissions again: ${reason}`],
        reason,
      };
    }
    case "otherwise":
      return {
        status: "done",
        evidence: [],
        remaining: [
          "Let the subaccount use the parent's dialing permissions again: Twilio took it, but reads back otherwise.",
        ],
        reason: "",
      };
    case "unknown":
      return { status: "unknown", evidence: [], remaining: [], reason: written.reason };
  }
}

function isRestored(wanted: GeoCaptured, now: Now): boolean {
  const isVoiceBack = wanted.inherited
    ? now.inherits
    : wanted.voice.every((row) => now.voice.some((other) => other.country === row.country && isSameVoice(row, other)));
  return isVoiceBack && wanted.messaging.every((row) => isAsWanted(row, now.messaging));
}

function done(context: RunContext<Params>): Outcome {
  const evidence = [
    `Calls and messages to ${countryList(countriesOf(context.params))} are as before (read back ${clockTime(context.nowMs())})`,
  ];
  return { status: "done", evidence, captured: {} };
}

function willHappen(captured: GeoCaptured): readonly string[] {
  const calls = captured.voice.filter(isVoiceOpen).map((row) => row.country);
  const messages = captured.messaging.map((row) => row.country);
  return [
    ...(calls.length > 0 ? [`Calls to ${countryList(calls)} are possible again.`] : []),
    ...(captured.inherited ? ["The subaccount uses the parent's dialing permissions again."] : []),
    ...(messages.length > 0 ? [`Messages to ${countryList(messages)} are possible again.`] : []),
  ];
}

function whyBlocked(account: AccountSnapshot, captured: GeoCaptured | null): string | null {
  if (captured === null) return "There is nothing to restore: no country was closed by that run.";
  return whyNotGeo(account.status);
}

function countriesOf({ voice, messaging }: GeoCaptured): readonly string[] {
  return [...new Set([...voice, ...messaging].map((row) => row.country))].sort();
}

function isEmpty({ inherited, voice, messaging }: GeoCaptured): boolean {
  return !inherited && voice.length === 0 && messaging.length === 0;
}
