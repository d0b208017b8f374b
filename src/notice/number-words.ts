/** What Lookup says of a phone number, in a person's words. */
import {
  type Line,
  type NumberSample,
  type PumpingRisk,
  type RiskBand,
  riskBand,
  type Untold,
} from "../detection/number.ts";
import { count, sentenceList } from "./words.ts";

/** Of the documentation; a type that comes later reads as Twilio names it. */
const LINES: Readonly<Record<string, string>> = {
  landline: "landline",
  mobile: "mobile",
  fixedVoip: "internet line with an address (fixed VoIP)",
  nonFixedVoip: "internet line that anybody can rent (non-fixed VoIP)",
  premium: "premium: calling it costs extra",
  sharedCost: "shared cost",
  tollFree: "toll-free",
  voicemail: "voicemail only",
  pager: "pager",
  personal: "personal number that is forwarded",
  uan: "company-wide number",
  unknown: "not known",
};

export function lineWords({ type, carrier }: Line): string {
  const line = LINES[type] ?? `other (${type})`;
  return carrier === null || carrier.trim() === "" ? line : `${line}, ${carrier.trim()}`;
}

/** What to do with traffic to it, as Twilio advises. */
const ADVICE: Readonly<Record<RiskBand, string>> = {
  low: "nothing speaks against sending",
  mild: "ask for more proof before sending",
  moderate: "suspicious",
  high: "do not send",
};

/** `82 of 100, moderate: suspicious`. */
export function riskWords({ score }: PumpingRisk): string {
  const band = riskBand(score);
  return `${Math.round(score)} of 100, ${band}: ${ADVICE[band]}`;
}

const CODES: Readonly<Record<string, string>> = {
  "60600": "Twilio does not know that there",
  "60606": "not enabled on your Twilio account",
};

export function untoldWords({ code }: Untold): string {
  return `not known: ${CODES[code] ?? "Twilio gave none"} (${code})`;
}

const PROBLEMS: Readonly<Record<string, string>> = {
  TOO_SHORT: "too short",
  TOO_LONG: "too long",
  INVALID_BUT_POSSIBLE: "possible, but not in use",
  INVALID_COUNTRY_CODE: "no such country code",
  INVALID_LENGTH: "wrong length",
  NOT_A_NUMBER: "not a phone number",
};

/** Why it is not valid: `too short`. */
export function invalidWords(problems: readonly string[]): string {
  const words = problems.map((problem) => PROBLEMS[problem] ?? problem.toLowerCase().replaceAll("_", " "));
  return words.length === 0 ? "Twilio does not say why" : sentenceList(words);
}

/** `5 looked up: 4 mobile and 1 landline; SMS pumping risk 62 to 97 of 100, 3 high`. */
export function sampleWords({ asked, types, scores }: NumberSample): string {
  if (asked === 0) return "no answer from Twilio so far";
  const lines = Object.entries(types)
    .toSorted(([, one], [, other]) => other - one)
    .map(([type, number]) => `${count(number)} ${LINES[type] ?? type}`);
  const high = scores.filter((score) => riskBand(score) === "high").length;
  const [most, least] = [scores[0], scores.at(-1)];
  return [
    `${count(asked)} looked up${lines.length === 0 ? "" : `: ${sentenceList(lines)}`}`,
    ...(most === undefined || least === undefined
      ? []
      : [
          `SMS pumping risk ${most === least ? most : `${least} to ${most}`} of 100, ${high === 0 ? "none" : count(high)} high`,
        ]),
  ].join("; ");
}
