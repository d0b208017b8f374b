/** PNG files from pixels. https://www.w3.org/TR/png-3/ */
import { crc32, deflateSync } from "node:zlib";

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const BITS_PER_CHANNEL = 8;
const RGBA = 6;

/** A square picture. `pixelAt` answers red, green, blue and alpha, 0 to 255 each. */
export function png(side, pixelAt) {
  const bytesPerRow = 1 + side * 4;
  // Each row begins with its filter: 0, none.
  const rows = Buffer.alloc(side * bytesPerRow);
  for (let y = 0; y < side; y += 1) {
    for (let x = 0; x < side; x += 1) rows.set(pixelAt(x, y), y * bytesPerRow + 1 + x * 4);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(side, 0);
  header.writeUInt32BE(side, 4);
  header.set([BITS_PER_CHANNEL, RGBA], 8);
  return Buffer.concat([SIGNATURE, chunk("IHDR", header), chunk("IDAT", deflateSync(rows)), chunk("IEND")]);
}

function chunk(type, data = Buffer.alloc(0)) {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
