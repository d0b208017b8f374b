import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { beforeAll, expect, onTestFinished, test, vi } from "vitest";
import { toPng } from "../../src/chart/draw.ts";
import type { Drawer, DrawerOptions } from "../../src/chart/drawer.ts";
import { loadFont } from "../../src/chart/font.ts";
import { type ChartSpec, pictureDigest } from "../../src/notice/chart.ts";
import { builtMain } from "../support/build.ts";
import { anySpec } from "./any-spec.ts";

const font = loadFont();
const spec: ChartSpec = {
  kind: "hours",
  title: "Outbound call spend today",
  asOf: "21 Nov 03:24 UTC",
  today: [
    { hour: 0, usd: 0 },
    { hour: 3.4, usd: 212.4 },
  ],
  usual: Array.from({ length: 25 }, (_, hour) => hour * 2.5),
  spread: 0.2,
};

/** The process runs what was built, as it does in service. */
let built: { readonly createDrawer: (options?: DrawerOptions) => Drawer };
let builtUrl: string;
beforeAll(async () => {
  builtUrl = pathToFileURL(join(dirname(await builtMain()), "chart/drawer.js")).href;
  built = await import(builtUrl);
});

function drawer(options: DrawerOptions = {}): Drawer {
  const made = built.createDrawer(options);
  onTestFinished(() => made.close());
  return made;
}

function sizeOf(png: Buffer): { readonly width: number; readonly height: number } {
  expect(png.subarray(0, 8)).toEqual(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]));
  expect(png.toString("latin1", 12, 16)).toBe("IHDR");
  expect(png.toString("latin1", png.length - 8, png.length - 4)).toBe("IEND");
  return { width: png.readUInt32BE(16), height: png.readUInt32BE(20) };
}

test("any chart is a PNG that Teams and Slack show: at most 1024 pixels wide, and small", () => {
  fc.assert(
    fc.property(anySpec, (any) => {
      const png = toPng(any, font);
      const { width, height } = sizeOf(png);
      expect(width).toBe(960);
      expect(height).toBeLessThanOrEqual(1_400);
      expect(png.length).toBeLessThan(60_000);
    }),
    { numRuns: 6 },
  );
}, 60_000);

test("equal specs have one digest and the same bytes, others another", () => {
  const same = { ...spec, today: [...spec.today] };
  expect(pictureDigest(same)).toBe(pictureDigest(spec));
  expect(toPng(same, font).equals(toPng(spec, font))).toBe(true);
  expect(pictureDigest({ ...spec, spread: 0.3 })).not.toBe(pictureDigest(spec));
  expect(pictureDigest(spec)).toMatch(/^[0-9a-f]{32}$/);
});

test("a process of its own draws the same bytes, and what cannot be drawn does not keep it from the next", async () => {
  const own = drawer();
  const odd = JSON.parse('{"kind":"pie"}');
  const [one, refused, other] = await Promise.allSettled([own.draw(spec), own.draw(odd), own.draw(spec)]);
  const drawn = { status: "fulfilled", value: toPng(spec, font) };
  expect([one, other]).toEqual([drawn, drawn]);
  expect(refused).toMatchObject({ status: "rejected", reason: { message: expect.stringContaining("drawn") } });
  expect(own.processId()).not.toBe(process.pid);
});

test("one that dies takes nobody with it: its picture is refused, and another process draws the next until none is wanted", async () => {
  const own = drawer({ idleMs: 50 });
  expect(own.processId()).toBeNull();
  const lost = own.draw(spec);
  const next = own.draw(spec);
  const first = own.processId() ?? 0;
  process.kill(first, "SIGKILL");
  await expect(lost).rejects.toMatchObject({ kind: "unavailable" });
  const second = own.processId() ?? 0;
  expect(second).not.toBe(first);
  expect(sizeOf(await next).width).toBe(960);
  await vi.waitFor(() => expect(own.processId()).toBeNull(), { timeout: 5_000 });
  await vi.waitFor(() => expect(() => process.kill(second, 0)).toThrow(), { timeout: 5_000 });
});

test("a picture that takes too long is given up, and its process with it", async () => {
  const own = drawer({ limitMs: 1 });
  await expect(own.draw(spec)).rejects.toMatchObject({ kind: "timeout" });
  expect(own.processId()).toBeNull();
});

test("who stops in the middle waits for nothing, and nothing stays", async () => {
  const own = drawer();
  const drawing = own.draw(spec).catch((error: unknown) => error);
  const begun = own.processId() ?? 0;
  await own.close();
  expect(await drawing).toMatchObject({ kind: "unavailable" });
  expect(own.processId()).toBeNull();
  expect(() => process.kill(begun, 0)).toThrow();
});

test("a process that cannot be begun is one picture refused: the one behind it is drawn", async () => {
  const own = drawer();
  const { execPath } = process;
  onTestFinished(() => {
    process.execPath = execPath;
  });
  const killed = own.draw(spec);
  const all = Promise.allSettled([killed, own.draw(spec), own.draw(spec)]);
  // No program can be there: to begin it throws, as it does for want of memory.
  process.execPath = "/dev/null/node";
  process.kill(own.processId() ?? 0, "SIGKILL");
  await killed.catch(() => {});
  process.execPath = execPath;
  const refused = { status: "rejected", reason: { kind: "unavailable" } };
  expect(await all).toMatchObject([refused, refused, { status: "fulfilled" }]);
});

/** Opens files until there is room for no more, lets pictures be drawn, and makes room again. */
const STARVED = `
import { closeSync, openSync } from "node:fs";
const [drawerUrl, spec] = process.argv.slice(1);
const { createDrawer } = await import(drawerUrl);
const drawer = createDrawer();
const draw = () => drawer.draw(JSON.parse(spec)).then(() => "drawn", ({ kind }) => kind);
const open = [];
try {
  for (;;) open.push(openSync("/dev/null", "r"));
} catch {
  // No more can be opened: that is what this is for.
}
const starved = await Promise.all([draw(), draw()]);
for (const file of open) closeSync(file);
console.log(JSON.stringify([...starved, await draw()]));
await drawer.close();
`;

test("where no file can be opened any more Tollgate lives on, and draws once there is room", async () => {
  const limited = ["-c", 'ulimit -n 256; exec "$@"', "sh"];
  const node = [process.execPath, "--input-type=module", "--eval", STARVED, builtUrl, JSON.stringify(spec)];
  const { stdout } = await promisify(execFile)("sh", [...limited, ...node]);
  expect(JSON.parse(stdout)).toEqual(["unavailable", "unavailable", "drawn"]);
}, 30_000);

test("the process has none of our own arguments: one of them reads the secrets", async () => {
  // With a file that is not there, Node begins nothing.
  const own = process.execArgv.push("--env-file=not-there.env") - 1;
  onTestFinished(() => void process.execArgv.splice(own, 1));
  expect(sizeOf(await drawer().draw(spec)).width).toBe(960);
});
