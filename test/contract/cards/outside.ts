/** What accounts, people and Twilio may have written: it stands in every place of a card that text from outside can reach. */

export interface Outside {
  readonly name: string;
  readonly text: string;
  /** How many countries and keys there are to choose, to list and to read about. */
  readonly countries: number;
  readonly keys: number;
}

const FEW = { countries: 3, keys: 2 } as const;

/** What would ping, link or format somewhere, alone and in one piece. */
export const HOSTILE_TEXTS: Readonly<Record<string, string>> = {
  "mentions and links":
    "<!channel> <!here|hi> <@U0ANN> <at>Ann Ito</at> @everyone <!date^0^{date_long}|x> [Twilio](http://evil.example) <http://evil.example|Twilio> ![x](http://evil.example/x.png) [a][evil] [evil]: http://evil.example",
  "formatting and HTML":
    '**b** *b* __i__ _i_ ~~s~~ ~s~ `code` ```block``` :skull: {{DATE(2026-11-21T00:00:00Z, SHORT)}} <b onclick="x()">b</b> &lt;!channel&gt; &amp;lt;@U0ANN&amp;gt; &#60;at&#62;Ann&#60;/at&#62;',
  "pipes and lines": "one | two\n> quoted\r\n# heading\n- item\n1. item\n---\n| a | b |\u2028* item",
};

export const OUTSIDE: readonly Outside[] = [
  { name: "plain values", text: "Acme Voice EU", ...FEW },
  { name: "names of 200 characters", text: `Acme ${"Voice and Messaging ".repeat(9)}EU branch 00001`, ...FEW },
  { name: "200 countries and 50 keys", text: "Acme Voice EU", countries: 200, keys: 50 },
  { name: "Arabic and Hebrew", text: "حساب فرعي للاختبار — חשבון משנה 42", ...FEW },
  { name: "emoji and combining marks", text: "👩‍🚒👨‍👩‍👧‍👦🏴󠁧󠁢󠁳󠁣󠁴󠁿 Z̸̢͍͆a̵̛͓̔l̶̰͒g̷̝̓o̷͈͐ 東京支社 e\u0301", ...FEW },
  {
    name: "control characters and halves of characters",
    text: "Acme\u0000\u0007\u001b[31m \u202eUE eciov\u202c \u2066x\u2069 \ud83d half \udc00 \ufeffend",
    ...FEW,
  },
  { name: "nothing but spaces", text: " \t \n ", ...FEW },
  ...Object.entries(HOSTILE_TEXTS).map(([name, text]) => ({ name, text, ...FEW })),
  { name: "all of it at once", text: Object.values(HOSTILE_TEXTS).join(" "), countries: 200, keys: 50 },
];

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** As long as a usage category may be that Twilio tells us of: threats are named after it. */
export const LONGEST_CATEGORY = `calls-${"x".repeat(94)}`;

/** Real ones first, then every other pair of letters: Twilio's own list grows. */
export function countryCodes(count: number): readonly string[] {
  const pairs = [...LETTERS].flatMap((first) => [...LETTERS].map((second) => `${first}${second}`));
  return [...new Set(["LV", "US", "CU", ...pairs])].slice(0, count);
}

export function keySids(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `SK${String(index).padStart(32, "0")}`);
}
