import type { Fault } from "../lib/fault.ts";
import type { ByHand } from "../setup/by-hand.ts";
import type { Failed } from "../setup/carry-out.ts";
import type { Plan, Step, WatchedAccount } from "../setup/contract.ts";
import { stepWords, type Verb } from "../setup/words.ts";

/** So many accounts are written out; of more the rule is told, and `--json` has each. */
const ACCOUNTS_WRITTEN_OUT = 10;
const WIDTH_OF_VERB = 8;

export function accountTitle({ friendlyName, sid }: WatchedAccount): string {
  return `${friendlyName} (${sid})`;
}

/** `  create   usage trigger lookups at 1 a day: this account does not use it` */
function stepLine(step: Step): string {
  const { verb, what, why } = stepWords(step);
  return `  ${verb.padEnd(WIDTH_OF_VERB)} ${what}: ${why}`;
}

export function planLines(account: WatchedAccount, { steps, kept, notes }: Plan): readonly string[] {
  if (steps.length + notes.length === 0) return [];
  return [
    accountTitle(account),
    ...steps.map(stepLine),
    ...notes.map((note) => `  NOTE     ${note}`),
    `  (${kept === 1 ? "1 is" : `${kept} are`} as they should be)`,
  ];
}

export function failureLine({ step, fault }: Failed): string {
  const { verb, what } = stepWords(step);
  return `  FAILED   ${verb} ${what}: ${fault.message}`;
}

/** Why an account was left out, and what helps. */
export function skippedLine(account: WatchedAccount, fault: Fault | "suspended"): string {
  const why =
    fault === "suspended"
      ? "suspended: it spends nothing and its own credentials do not work. It gets its tripwires when it is active again"
      : fault.kind === "unauthorised"
        ? `Twilio refuses its credentials (${fault.code ?? fault.kind}), so nothing could be read: look whether its token was changed`
        : fault.message.replace(/\.$/, "");
  return `${accountTitle(account)}\n  SKIPPED  ${why}.`;
}

export type Counts = Readonly<Record<Verb, number>>;

export function countsOf(steps: readonly Step[]): Counts {
  const verbs = steps.map((step) => stepWords(step).verb);
  const count = (verb: Verb) => verbs.filter((one) => one === verb).length;
  return {
    create: count("create"),
    replace: count("replace"),
    change: count("change"),
    delete: count("delete"),
    test: count("test"),
  };
}

/** `12 to create, 1 to replace`, or `12 created, 1 replaced`. */
export function countWords(counts: Counts, tense: "to-do" | "done"): string {
  const words = VERBS.flatMap(([verb, past]) => {
    const count = counts[verb];
    return count === 0 ? [] : [tense === "done" ? `${count} ${past}` : `${count} to ${verb}`];
  });
  return words.length === 0 ? "nothing" : words.join(", ");
}

const VERBS = [
  ["create", "created"],
  ["replace", "replaced"],
  ["change", "changed"],
  ["delete", "deleted"],
  ["test", "tested"],
] as const;

export function byHandLines(entries: readonly ByHand[], publicUrl: string): readonly string[] {
  return [
    "By hand, since Twilio has no API for it:",
    ...entries.flatMap(({ title, how, values, caution }) => [
      `  ${title}: ${how}`,
      ...(values.length <= ACCOUNTS_WRITTEN_OUT
        ? values.map(({ account, value }) => `    ${account.friendlyName}: ${value}`)
        : [`    ${pattern(values[0]?.value ?? publicUrl)} (--json lists all ${values.length})`]),
      ...(caution === null ? [] : [`    NOTE ${caution}`]),
    ]),
  ];
}

/** The address with the account's SID left open. */
function pattern(url: string): string {
  return url.replace(/AC[0-9a-f]{32}$/, "<its Account SID>");
}
