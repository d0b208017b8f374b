import { z } from "zod";
import { Fault } from "../lib/fault.ts";
import { CONFIRMATION, confirmationField, confirmationProblem } from "./confirmation.ts";
import type { Outcome, Remediation, RunContext, Situation } from "./contract.ts";
import { AccountSnapshot, CLOSED, statusFact, toSnapshot } from "./facts.ts";
import { inPlainWords, refused, refusedOnNo } from "./read-back.ts";
import { clockTime, counted, dayAndTime } from "./wording.ts";

const KEYS = "keys";
/** A Slack list holds at most 100 options: https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const MAX_CHOICES = 100;
const MAX_NAME = 30;
const DAY_MS = 86_400_000;

const Key = z.object({ sid: z.string(), friendlyName: z.string(), createdAtMs: z.number() });
type Key = z.infer<typeof Key>;
const Params = z.strictObject({ keys: z.array(z.string().regex(/^SK[0-9a-fA-F]{32}$/)).min(1) });
type Params = z.infer<typeof Params>;
/** Newest first; the first ones are offered. */
const Snapshot = z.object({
  account: AccountSnapshot,
  keys: z.array(Key),
  ownKeySid: z.string().nullable(),
});

/** Deletes API keys for good: https://www.twilio.com/docs/iam/api-keys/keys-in-console */
export const deleteApiKeys: Remediation<Params, z.infer<typeof Snapshot>> = {
  id: "delete-api-keys",
  title: "Delete API keys",
  policyId: "delete-api-keys",
  containsIncident: false,
  isReversible: false,
  undoneBy: null,
  params: Params,
  snapshot: Snapshot,

  // Keys are reached through the parent, so a suspended subaccount's can be deleted as well.
  offer: (account) => (account.status === "closed" ? CLOSED : null),

  async read(account) {
    const [facts, all] = await Promise.all([account.fetch(), account.listKeys()]);
    const keys = [...all].sort((left, right) => right.createdAtMs - left.createdAtMs);
    return {
      account: toSnapshot(facts),
      keys: keys.map(({ sid, friendlyName, createdAtMs }) => ({ sid, friendlyName, createdAtMs })),
      ownKeySid: account.ownKeySid,
    };
  },

  preview(snapshot, situation) {
    const { account, ownKeySid } = snapshot;
    const keys = snapshot.keys.slice(0, MAX_CHOICES);
    const recent = keys.filter((key) => isAfterFirstSignal(key, situation)).length;
    const warnings: string[] = [];
    if (keys.some((key) => key.sid === ownKeySid)) {
      warnings.push("Tollgate itself runs on one of these keys. It is not selected; without it Tollgate cannot act.");
    }
    if (account.isParent) warnings.push("This is the parent account: its keys may serve every integration you have.");
    if (snapshot.keys.length > keys.length) {
      warnings.push(
        `Only the newest ${keys.length} of ${snapshot.keys.length} keys are listed. Run it again for the rest.`,
      );
    }
    return {
      willHappen: [
        "The chosen keys stop working at once, for good.",
        "Access tokens that were signed with them (voice and chat clients) stop working too.",
      ],
      willNotHappen: [
        "It does not rotate the auth token: whoever has it can make new keys. Rotate it first.",
        "It does not end live calls.",
      ],
      facts: [statusFact(account), { label: "API keys", value: keyCount(snapshot.keys.length, recent) }],
      warnings,
      fields: keys.length === 0 ? [] : [choices(keys, ownKeySid, situation), confirmationField(account.sid)],
      blocked: blockedBy(account, keys),
    };
  },

  choose(snapshot, values) {
    const known = new Set(snapshot.keys.map((key) => key.sid));
    const chosen = [...new Set(values[KEYS] ?? [])].filter((sid) => known.has(sid)).sort();
    const problems: Record<string, string> = {};
    if (chosen.length === 0) problems[KEYS] = "Choose at least one key.";
    const confirmation = confirmationProblem(snapshot.account.sid, values);
    if (confirmation !== null) problems[CONFIRMATION] = confirmation;
    return Object.keys(problems).length > 0 ? { ok: false, problems } : { ok: true, params: { keys: chosen } };
  },

  bind: (params, snapshot) => ({
    status: snapshot.account.status,
    keys: params.keys,
    includesOwnKey: snapshot.ownKeySid !== null && params.keys.includes(snapshot.ownKeySid),
  }),

  describe: ({ keys }) => `Delete ${counted(keys.length, "API key")}`,

  details: ({ keys }, snapshot) =>
    keys.map((sid) => {
      const key = snapshot.keys.find((known) => known.sid === sid);
      const end = `…${sid.slice(-6)}`;
      return key === undefined
        ? end
        : `${key.friendlyName || "without a name"} (${end}, created ${dayAndTime(key.createdAtMs)})`;
    }),

  run: (context) => refusedOnNo(() => deleteAll(context)),

  async check(context) {
    try {
      const left = await stillThere(context);
      return left.length === 0 ? done(context) : "not-in-effect";
    } catch (error) {
      if (error instanceof Fault) return null;
      throw error;
    }
  },
};

function choices(keys: readonly Key[], ownKeySid: string | null, situation: Situation) {
  return {
    kind: "choose-many",
    id: KEYS,
    label: "Keys to delete",
    options: keys.map((key) => ({
      value: key.sid,
      label: labelOf(key, ownKeySid, situation),
      description: `…${key.sid.slice(-6)}, created ${dayAndTime(key.createdAtMs)}`,
    })),
    initial: keys.map((key) => key.sid).filter((sid) => sid !== ownKeySid),
    isOptional: false,
  } as const;
}

function labelOf(key: Key, ownKeySid: string | null, situation: Situation): string {
  const name = key.friendlyName === "" ? `…${key.sid.slice(-6)}` : key.friendlyName.slice(0, MAX_NAME);
  if (key.sid === ownKeySid) return `${name} (Tollgate's own key)`;
  if (isAfterFirstSignal(key, situation)) return `${name} (created after the first signal)`;
  return isJustBefore(key, situation) ? `${name} (new: made in the 24 hours before)` : name;
}

/** Who steals a token makes a key first, to outlive its rotation, and is noticed only when the money has gone up. */
function isJustBefore(key: Key, situation: Situation): boolean {
  return situation.firstSignalAtMs > 0 && key.createdAtMs >= situation.firstSignalAtMs - DAY_MS;
}

function isAfterFirstSignal(key: Key, situation: Situation): boolean {
  // Twilio tells whole seconds. Outside an incident there is no first signal.
  return situation.firstSignalAtMs > 0 && key.createdAtMs + 999 >= situation.firstSignalAtMs;
}

function keyCount(inAll: number, recent: number): string {
  return recent === 0 ? String(inAll) : `${inAll}, of which ${recent} created after the first signal`;
}

function blockedBy(account: AccountSnapshot, keys: readonly Key[]): string | null {
  if (account.status === "closed") return CLOSED;
  return keys.length === 0 ? "This account has no API keys. Rotating the auth token is what is left." : null;
}

/** Deletes what is still there, then believes only the list. Deleting a key that is gone is no error, so trying again does no harm. */
async function deleteAll(context: RunContext<Params>): Promise<Outcome> {
  const { account, params } = context;
  const before = await stillThere(context);
  if (before.length === 0) return done(context);
  await context.recordStep("deleting", { keys: before.map(({ sid, friendlyName }) => ({ sid, friendlyName })) });

  const faults: Fault[] = [];
  for (const { sid } of before) {
    try {
      await account.deleteKey(sid);
    } catch (error) {
      if (!(error instanceof Fault) || error.kind === "rate-limited") throw error;
      faults.push(error);
    }
  }

  let left: readonly Key[];
  try {
    left = await stillThere(context);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { status: "unknown", reason: `The list of keys could not be read back: ${error.message}` };
  }
  if (left.length === 0) return done(context);
  // The answer was lost and the key is still there: the job comes again and deletes the rest.
  const passing = faults.find((fault) => fault.leavesOutcomeUnknown);
  if (passing !== undefined) throw passing;
  const [fault] = faults;
  if (left.length === params.keys.length && fault !== undefined) return refused(fault);
  return {
    status: "partly-done",
    evidence: [
      `${counted(params.keys.length - left.length, "key")} of ${params.keys.length} gone from Twilio's list (read back ${clockTime(context.nowMs())})`,
    ],
    remaining: left.map(
      (key) =>
        `Delete the key ${key.friendlyName.slice(0, MAX_NAME)} (${key.sid}) in the Console: ${fault === undefined ? "Twilio still lists it." : inPlainWords(fault)}`,
    ),
    captured: {},
  };
}

async function stillThere(context: RunContext<Params>): Promise<readonly Key[]> {
  const keys = await context.account.listKeys();
  return keys.filter((key) => context.params.keys.includes(key.sid));
}

function done(context: RunContext<Params>): Outcome {
  const { keys } = context.params;
  const none = keys.length === 1 ? "The key is" : `None of the ${keys.length} keys is`;
  const what = keys.length === 1 ? `${none} not in Twilio's list any more` : `${none} in Twilio's list any more`;
  return { status: "done", evidence: [`${what} (read back ${clockTime(context.nowMs())})`], captured: {} };
}
