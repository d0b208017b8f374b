import { quoted } from "./words.ts";

export type NumberWords =
  | { readonly kind: "help" }
  /** E.164. */
  | { readonly kind: "number"; readonly number: string }
  /** `meant`: what was probably meant; null when nobody can tell. Both may hold a number. */
  | { readonly kind: "wrong"; readonly problem: string; readonly meant: string | null };

/** How people write numbers apart: spaces, brackets, dots, strokes, and what copying brings along unseen. */
const APART = /[\s()./\p{Pd}\p{Cf}]/gu;
/** At most 15 digits: https://www.itu.int/rec/T-REC-E.164. Twilio says whether fewer are a number. */
const E164 = /^\+\d{4,15}$/;
const MOST_DIGITS = 15;

/** `+371 2912 3456`, `0037129123456`, `tel:+371-2912-3456`: one number, with its country. */
export function parseNumber(line: string): NumberWords {
  const text = line.trim();
  if (text === "" || text.toLowerCase() === "help") return { kind: "help" };
  const plain = text
    .replace(/^tel:/i, "")
    .replaceAll(/["“”„«»']/g, "")
    .replace(/\(0\)/, "")
    .replace(APART, "")
    .replace(/^00/, "+");
  if (E164.test(plain)) return { kind: "number", number: plain };
  const digits = plain.replace(/\D/g, "");
  if (/^[+\d,;&]+$/.test(plain) && (digits.length > MOST_DIGITS || /.[+,;&]/.test(plain))) {
    return wrong("One number at a time: many look-ups at once cost money and move your own risk scores.");
  }
  if (/^[1-9]\d{6,14}$/.test(plain)) {
    return { kind: "wrong", problem: "A number begins with + and the code of its country.", meant: `+${plain}` };
  }
  if (/^0\d{4,14}$/.test(plain)) {
    return wrong(
      "A number begins with + and the code of its country, without the zero: +44… for one in the United Kingdom.",
    );
  }
  return wrong(`${quoted(text)} is no phone number.`);
}

function wrong(problem: string): NumberWords {
  return { kind: "wrong", problem, meant: null };
}
