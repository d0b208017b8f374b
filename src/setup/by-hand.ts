import type { DetectionSettings } from "../detection/contract.ts";
import { doorUrl } from "./addresses.ts";
import type { WatchedAccount } from "./contract.ts";

/** What Twilio has no API for: a person pastes it in the Console. */
export interface ByHand {
  readonly title: string;
  /** The way there in the Console, and what to do. */
  readonly how: string;
  /** What to paste, of each account; empty where the same goes for all. */
  readonly values: readonly { readonly account: WatchedAccount; readonly value: string }[];
  readonly caution: string | null;
}

/** The Console once refused longer ones for the Debugger's webhook. */
const LONGEST_DEBUGGER_URL = 100;
/** What each alarm is for, as the form asks for it. */
const ALARMS = [
  "error 20003, 20 times in 15 minutes",
  "error 30450, 20 times in 15 minutes",
  "any error, 200 times in 15 minutes",
];

/** Everything that is left to do by hand for these accounts, with the exact values. */
export function byHand(
  accounts: readonly WatchedAccount[],
  publicUrl: string,
  { allowedCountries }: Pick<DetectionSettings, "allowedCountries">,
): readonly ByHand[] {
  const urls = (door: "debugger" | "alarm") =>
    accounts.map((account) => ({ account, value: doorUrl(publicUrl, door, account.sid) }));
  const debuggers = urls("debugger");
  const longest = Math.max(0, ...debuggers.map(({ value }) => value.length));
  const countries = allowedCountries.length === 0 ? "the countries of your customers" : allowedCountries.join(", ");
  return [
    {
      title: "Debugger webhook",
      how: "Console of the account > Monitor > Logs > Errors > Webhook: paste, method POST. It tells of every error within seconds.",
      values: debuggers,
      caution:
        longest > LONGEST_DEBUGGER_URL
          ? `The longest of these has ${longest} characters, and the Console used to take at most ${LONGEST_DEBUGGER_URL}: if it refuses, give Tollgate a shorter PUBLIC_URL.`
          : null,
    },
    {
      title: "Alarms",
      how: `Console of the account > Monitor > Alarms > Create alarm (${ALARMS.join("; ")}), each with this webhook. They tell when bursts begin, even when the Debugger webhook is gone.`,
      values: urls("alarm"),
      caution: null,
    },
    {
      title: "Verify geo permissions",
      how: `Console > Verify > Settings > Geo permissions, SMS and voice: allow ${countries}, and nothing else.`,
      values: [],
      caution: null,
    },
    {
      title: "Verify Fraud Guard",
      how: "Console > Verify > Services > each service > SMS > Fraud Guard: on, protection level Standard or higher.",
      values: [],
      caution: null,
    },
    {
      title: "SMS pumping protection",
      how: "Console > Messaging > Settings > General > SMS Pumping Protection: on (it also makes Messaging's own alerts come by e-mail; report those with /twilio-incidents new).",
      values: [],
      caution: null,
    },
  ];
}
