/** Auth tokens and secrets of API keys: 32 characters, which no word of a language has with a digit in it. */
const TOKEN = /(?<![0-9A-Za-z])(?=[A-Za-z]*\d)[0-9A-Za-z]{32}(?![0-9A-Za-z])/g;

const GAP = String.raw`[\s().\/\p{Pd}]{0,3}`;
/** E.164 as people write it, with a plus or two zeros. At most 15 digits: https://www.itu.int/rec/T-REC-E.164 */
const INTERNATIONAL = new RegExp(String.raw`(?:(?<!\d)\+|(?<![\p{L}\p{N}])00)${GAP}\d(?:${GAP}\d){6,14}(?!\d)`, "gu");
/**
 * Without either, what looks like nothing else: many digits in one, an area code in brackets or after a zero, three groups as in
 * North America. Two error codes side by side are none.
 */
const NATIONAL = new RegExp(
  String.raw`(?<![\p{L}\p{N}])(?:\d{10,15}|\(0?\d{2,5}\)(?:${GAP}\d){5,10}|0\d{1,4}[\s\/\p{Pd}](?:${GAP}\d){5,9}|(?:1[\s.\p{Pd}])?\d{3}[\s.\p{Pd}]\d{3}[\s.\p{Pd}]\d{4})(?![\p{L}\p{N}])`,
  "gu",
);

/** What is no phone number though it has as many digits: a day, and an address of a machine. */
const KEPT =
  /(?<![0-9A-Za-z])(?:\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d)?)?|\d{1,2}([./])\d{1,2}\1\d{4}|\d{1,3}(?:\.\d{1,3}){3})(?![.]?[0-9A-Za-z])/g;

/**
 * The words without what must not travel: of phone numbers the first digits stay, of tokens nothing. SIDs stay readable. By their
 * look alone: libphonenumber finds what is in use now, and without a plus only numbers of one country.
 */
export function masked(text: string): string {
  const words = text
    .replace(TOKEN, "[secret]")
    .replace(INTERNATIONAL, (number) => `+${digitsOf(number).replace(/^00/, "").slice(0, 3)}***`);
  let from = 0;
  let answer = "";
  for (const kept of words.matchAll(KEPT)) {
    answer += withoutNational(words.slice(from, kept.index)) + kept[0];
    from = kept.index + kept[0].length;
  }
  return answer + withoutNational(words.slice(from));
}

function withoutNational(text: string): string {
  return text.replace(NATIONAL, (number) => `${digitsOf(number).slice(0, 3)}***`);
}

function digitsOf(text: string): string {
  return text.replace(/\D/g, "");
}
