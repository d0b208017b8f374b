import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { masked } from "../../src/lib/masked.ts";

const TOKEN = "0123456789abcdef0123456789abcdef";

describe("a phone number keeps its first digits alone", () => {
  test.each([
    ["call +37125550101 now", "call +371*** now"],
    ["+1 (415) 555-0101", "+141***"],
    ["+44 (0)20 7946 0958, again", "+440***, again"],
    ["+371 2555 0101/+371.2555.0102", "+371***/+371***"],
    ["+371–2555–0101", "+371***"],
    ["+ 371 2555 0101", "+371***"],
    ["+999123456789", "+999***"],
    ["whatsapp:+14155238886", "whatsapp:+141***"],
    ["from+37125550101", "from+371***"],
    ["0037125550101 and 00 371 2555 0101", "+371*** and +371***"],
    ["14155550101", "141***"],
    ["(415) 555-0101", "415***"],
    ["415-555-0101, 415.555.0102, 1 415 555 0103", "415***, 415***, 141***"],
    ["020 7946 0123", "020***"],
    ["0171/1234567", "017***"],
    ["on 2026-05-12 14155550101", "on 2026-05-12 141***"],
  ])("%s", (written, shown) => {
    expect(masked(written)).toBe(shown);
  });

  test("however its digits are set apart", () => {
    const gap = fc.constantFrom("", " ", "-", ".", ") ", " (", "/");
    const number = fc.array(fc.tuple(fc.integer({ min: 0, max: 9 }), gap), { minLength: 8, maxLength: 14 });
    fc.assert(
      fc.property(number, (digits) => {
        const written = `+1${digits.map(([digit, after]) => `${after}${digit}`).join("")}`;
        const shown = masked(`call ${written} now`);
        expect(shown.replace(/\D/g, "").length).toBeLessThanOrEqual(4);
      }),
    );
  });
});

test.each([
  [`the token is ${TOKEN}.`, "the token is [secret]."],
  [`token=${TOKEN.toUpperCase()}&x`, "token=[secret]&x"],
  ["key aZ3dE6gH9jK2mN5pQ8sT1vW4yB7cF0hL", "key [secret]"],
])("nothing is left of a token: %s", (written, shown) => {
  expect(masked(written)).toBe(shown);
});

test.each([
  `AC${TOKEN} and CA${TOKEN}`,
  "errors 32203 32205 and 11200, 45 calls in 10 minutes",
  "2026-05-12 14:30:00, 2026-05-12T14:30 and 12.05.2026",
  "spend 1,234,567,890.12 USD, usually 12 000",
  "from 192.168.100.200 and 10.0.0.1",
  "INC0012345678, PROJ-4711, commit 71203a0",
  "https://example.com/archives/C0INC/p1795318333300349",
  "Latvia (LV) since 9:30, 3-4 a minute; ask Ann",
])("other words stay as they are: %s", (written) => {
  expect(masked(written)).toBe(written);
});

test("the longest text is masked at once", () => {
  for (const piece of ["1", "1 ", "+", "(0", "a1", "1.", "00"]) {
    const startedAt = performance.now();
    masked(piece.repeat(10_000));
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  }
});
