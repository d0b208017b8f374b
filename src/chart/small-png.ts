/** A drawing is a few colours and the shades between them: with a palette it takes a third of the bytes, and reads the same. */
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
const MOST_COLOURS = 64;

/** From opaque pixels, four bytes each: red, green, blue and one that is not looked at. The same bytes for the same pixels. */
export function smallPng(pixels: Buffer, width: number, height: number): Buffer {
  const counts = new Map<number, number>();
  const colourAt = (index: number) =>
    ((pixels[index * 4] ?? 0) << 16) | ((pixels[index * 4 + 1] ?? 0) << 8) | (pixels[index * 4 + 2] ?? 0);
  // Neighbours are mostly equal: a run of them is counted at once.
  for (let index = 0; index < width * height; ) {
    const colour = colourAt(index);
    const from = index;
    while (index < width * height && colourAt(index) === colour) index += 1;
    counts.set(colour, (counts.get(colour) ?? 0) + index - from);
  }
  const { palette, indexOf } = paletteOf(counts);
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) rows[y * (width + 1) + 1 + x] = indexOf.get(colourAt(y * width + x)) ?? 0;
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  // 8 bits a pixel, by palette. https://www.w3.org/TR/png-3/#11IHDR
  header.set([8, 3, 0, 0, 0], 8);
  const colours = Buffer.from(palette.flatMap((colour) => [colour >> 16, (colour >> 8) & 255, colour & 255]));
  return Buffer.concat([
    SIGNATURE,
    chunk("IHDR", header),
    chunk("PLTE", colours),
    chunk("IDAT", deflateSync(rows, { level: 9, memLevel: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

interface Colour {
  readonly colour: number;
  readonly weight: number;
  /** Place in the palette of the nearest colour that was taken, and how far that is. */
  nearest: number;
  far: number;
}

/** The most used colour first, then again and again the one that would be shown worst: far from all that were taken, and often. */
function paletteOf(counts: ReadonlyMap<number, number>) {
  const left = [...counts]
    .sort(([one, uses], [other, others]) => others - uses || one - other)
    .map(([colour, uses]): Colour => ({ colour, weight: Math.sqrt(uses), nearest: 0, far: Number.MAX_SAFE_INTEGER }));
  const palette: number[] = [];
  while (palette.length < Math.min(MOST_COLOURS, left.length)) {
    const worst = left.reduce((one, other) => (other.far * other.weight > one.far * one.weight ? other : one));
    for (const each of left) {
      const far = distance(each.colour, worst.colour);
      if (far < each.far) {
        each.far = far;
        each.nearest = palette.length;
      }
    }
    palette.push(worst.colour);
  }
  return { palette, indexOf: new Map(left.map(({ colour, nearest }) => [colour, nearest])) };
}

function distance(one: number, other: number): number {
  return [16, 8, 0].reduce((sum, bits) => sum + (((one >> bits) & 255) - ((other >> bits) & 255)) ** 2, 0);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const ends = Buffer.alloc(8);
  ends.writeUInt32BE(data.length, 0);
  ends.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([ends.subarray(0, 4), body, ends.subarray(4)]);
}
