import fc from "fast-check";
import { expect, test } from "vitest";
import { loadFont } from "../../src/chart/font.ts";
import { toSvg } from "../../src/chart/svg.ts";
import { anySpec } from "./any-spec.ts";

const font = loadFont();

interface Box {
  readonly text: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** Where each text of the drawing stands. Letters reach three quarters of their size above and below their middle at most. */
function boxesIn(svg: string): readonly Box[] {
  return [...svg.matchAll(/<text\b([^>]*)>([^<]*)<\/text>/g)].map(([, attributes = "", raw = ""]) => {
    const text = raw.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    const size = Number(/font-size:([\d.]+)px/.exec(attributes)?.[1]);
    const [, x = "0", y = "0"] = /translate\(([-\d.]+) ([-\d.]+)\)/.exec(attributes) ?? [];
    const shift = Number(/ y="([-\d.]+)"/.exec(attributes)?.[1] ?? 0);
    const width = font.widthOf(text, size, /font-weight:bold/.test(attributes));
    const anchor = /text-anchor="(\w+)"/.exec(attributes)?.[1] ?? "start";
    const left = Number(x) - (anchor === "end" ? width : anchor === "middle" ? width / 2 : 0);
    const middle = Number(y) + shift;
    return { text, left, right: left + width, top: middle - size * 0.55, bottom: middle + size * 0.55 };
  });
}

function overlaps(boxes: readonly Box[]): readonly string[] {
  return boxes.flatMap((one, index) =>
    boxes
      .slice(index + 1)
      .filter(
        (other) => one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom,
      )
      .map((other) => `${one.text} | ${other.text}`),
  );
}

test("no text stands on another or leaves the picture, whatever there is to show", () => {
  fc.assert(
    fc.property(anySpec, (spec) => {
      const svg = toSvg(spec, font);
      const height = Number(/ height="(\d+)"/.exec(svg)?.[1]);
      const boxes = boxesIn(svg);
      expect(boxes.length).toBeGreaterThan(0);
      expect(overlaps(boxes)).toEqual([]);
      const outside = boxes.filter(
        ({ left, right, top, bottom }) => left < 0 || right > 360 || top < 0 || bottom > height,
      );
      expect(outside).toEqual([]);
    }),
    { numRuns: 60 },
  );
}, 30_000);

test("every text has a size, so that its box is known", () => {
  const svg = toSvg({ kind: "bars", title: "x", asOf: "21 Nov 03:24 UTC", bars: [], mark: "", others: null }, font);
  expect(boxesIn(svg).every(({ left, top }) => Number.isFinite(left) && Number.isFinite(top))).toBe(true);
});

test("equal data make equal drawings, also in one process and after others", () => {
  const [one, other] = fc.sample(anySpec, { numRuns: 2, seed: 7 });
  if (one === undefined || other === undefined) throw new Error("no sample");
  const first = toSvg(one, font);
  toSvg(other, font);
  expect(toSvg(one, font)).toBe(first);
});

test("what is not allowed is told by words and stripes, not by colour alone", () => {
  const bars = [
    { label: "Latvia", value: 80, isMarked: true },
    { label: "United States", value: 12, isMarked: false },
    { label: "Saint Vincent and the Grenadines", value: 123_456, isMarked: true },
  ];
  const svg = toSvg(
    { kind: "bars", title: "Calls", asOf: "21 Nov 03:24 UTC", bars, mark: "not on your list", others: null },
    font,
  );
  const texts = boxesIn(svg).map(({ text }) => text);
  expect(texts).toContain("Latvia (not on your list)");
  expect(texts).toContain("United States");
  // Where it goes is worth more than the mark's words: the stripes say them, too.
  expect(texts).toContain("Saint Vincent and the Grenadines");
  expect(texts).toContain("as of 21 Nov 03:24 UTC");
});

test("of many changes the newest have their letters, since they explain what is new", () => {
  // So many that letters have hardly room above their lines.
  const days = Array.from({ length: 30 }, (_, index) => {
    const day = `2026-11-${String(index + 1).padStart(2, "0")}`;
    return { day, usd: 1, count: 1 };
  });
  const changes = days.slice(-9).map(({ day }, index) => ({ day, text: `change ${index + 1}` }));
  const spec = { kind: "days", title: "Spend", asOf: "30 Nov 03:24 UTC", days, changes } as const;
  const svg = toSvg({ ...spec, counted: null, isRunning: true, usual: null }, font);
  const texts = boxesIn(svg).map(({ text }) => text);
  expect(texts).toContain("E  30 Nov: change 9");
  expect(texts).toContain("and 4 earlier");
  expect(texts).toContain("E");
  expect(texts.join()).not.toContain("change 4");
});
