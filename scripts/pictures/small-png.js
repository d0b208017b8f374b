// Makes a screenshot small: most of it is a few colours and the shades between them. A palette takes a quarter of the size.
import { inflateSync } from "node:zlib";
import { smallPng as smallPngOf } from "../../dist/chart/small-png.js";

const SIGNATURE_BYTES = 8;

/** A PNG of 8 bits a channel, as Chromium writes it; the answer shows the same. */
export function smallPng(png) {
  const { width, height, pixels } = read(png);
  return smallPngOf(pixels, width, height);
}

/** Pixels of four bytes each, the last one unused. https://www.w3.org/TR/png-3/#9Filters */
function read(png) {
  const parts = [];
  let width = 0;
  let height = 0;
  let channels = 0;
  for (let at = SIGNATURE_BYTES; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString("latin1", at + 4, at + 8);
    const data = png.subarray(at + 8, at + 8 + length);
    if (type === "IHDR") {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      channels = { 2: 3, 6: 4 }[data[9]] ?? 0;
      if (data[8] !== 8 || channels === 0 || data[12] !== 0)
        throw new Error("pictures: not a PNG as Chromium writes it");
    }
    if (type === "IDAT") parts.push(data);
    at += length + 12;
  }
  const raw = inflateSync(Buffer.concat(parts));
  const stride = width * channels;
  const pixels = Buffer.alloc(width * height * 4);
  let above = Buffer.alloc(stride);
  for (let y = 0; y < height; y++) {
    const start = y * (stride + 1);
    const row = Buffer.from(raw.subarray(start + 1, start + 1 + stride));
    unfilter(raw[start], row, above, channels);
    for (let x = 0; x < width; x++) {
      pixels.set(row.subarray(x * channels, x * channels + 3), (y * width + x) * 4);
    }
    above = row;
  }
  return { width, height, pixels };
}

function unfilter(filter, row, above, channels) {
  for (let at = 0; at < row.length; at++) {
    const left = at < channels ? 0 : row[at - channels];
    const corner = at < channels ? 0 : above[at - channels];
    row[at] += [0, left, above[at], (left + above[at]) >> 1, paeth(left, above[at], corner)][filter];
  }
}

function paeth(left, above, corner) {
  const guess = left + above - corner;
  const [a, b, c] = [Math.abs(guess - left), Math.abs(guess - above), Math.abs(guess - corner)];
  if (a <= b && a <= c) return left;
  return b <= c ? above : corner;
}
