/** How wide a text is in the font that we draw with. A fresh machine has no font, so it comes from npm. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export const FONT_FAMILY = "DejaVu Sans";

export interface Font {
  readonly files: readonly string[];
  /** In units of the drawing. */
  widthOf(text: string, size: number, isBold?: boolean): number;
  /** With an ellipsis where it is longer than that. */
  fitting(text: string, maxWidth: number, size: number, isBold?: boolean): string;
}

export function loadFont(): Font {
  const require = createRequire(import.meta.url);
  const files = [
    require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans.ttf"),
    require.resolve("dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf"),
  ];
  const [regular, bold] = files.map((file) => readAdvances(readFileSync(file)));
  function widthOf(text: string, size: number, isBold = false): number {
    const advance = isBold ? bold : regular;
    let width = 0;
    for (const character of text) width += advance?.(character.codePointAt(0) ?? 0) ?? 1;
    return width * size;
  }
  return {
    files,
    widthOf,
    fitting(text, maxWidth, size, isBold) {
      if (widthOf(text, size, isBold) <= maxWidth) return text;
      const characters = [...text];
      while (characters.length > 0 && widthOf(`${characters.join("").trimEnd()}…`, size, isBold) > maxWidth) {
        characters.pop();
      }
      return `${characters.join("").trimEnd()}…`;
    },
  };
}

/** Width of a character as a share of the font's size. https://learn.microsoft.com/typography/opentype/spec/ (head, hhea, hmtx, cmap format 4) */
function readAdvances(font: Buffer): (codePoint: number) => number {
  const tables = new Map<string, number>();
  for (let index = 0; index < font.readUInt16BE(4); index += 1) {
    const at = 12 + index * 16;
    tables.set(font.toString("latin1", at, at + 4), font.readUInt32BE(at + 8));
  }
  const table = (name: string): number => {
    const at = tables.get(name);
    if (at === undefined) throw new Error(`the font has no table ${name}`);
    return at;
  };
  const unitsPerEm = font.readUInt16BE(table("head") + 18);
  const advances = font.readUInt16BE(table("hhea") + 34);
  const metrics = table("hmtx");
  const glyphOf = readGlyphs(font, table("cmap"));
  const known = new Map<number, number>();
  return (codePoint) => {
    const found = known.get(codePoint);
    if (found !== undefined) return found;
    const glyph = Math.min(glyphOf(codePoint), advances - 1);
    const advance = font.readUInt16BE(metrics + glyph * 4) / unitsPerEm;
    known.set(codePoint, advance);
    return advance;
  };
}

/** The glyph of a character; 0 for one that the font does not have. */
function readGlyphs(font: Buffer, cmap: number): (codePoint: number) => number {
  const count = font.readUInt16BE(cmap + 2);
  const offsets = Array.from({ length: count }, (_, index) => cmap + font.readUInt32BE(cmap + 4 + index * 8 + 4));
  const at = offsets.find((offset) => font.readUInt16BE(offset) === 4);
  if (at === undefined) throw new Error("the font has no character map of format 4");
  const segments = font.readUInt16BE(at + 6) / 2;
  const field = (part: number, segment: number) => at + 14 + (part * segments + segment) * 2 + (part > 0 ? 2 : 0);
  return (codePoint) => {
    for (let segment = 0; segment < segments; segment += 1) {
      if (font.readUInt16BE(field(0, segment)) < codePoint) continue;
      const start = font.readUInt16BE(field(1, segment));
      if (start > codePoint) return 0;
      const delta = font.readUInt16BE(field(2, segment));
      const rangeAt = field(3, segment);
      const range = font.readUInt16BE(rangeAt);
      if (range === 0) return (codePoint + delta) & 0xffff;
      const glyph = font.readUInt16BE(rangeAt + range + (codePoint - start) * 2);
      return glyph === 0 ? 0 : (glyph + delta) & 0xffff;
    }
    return 0;
  };
}
