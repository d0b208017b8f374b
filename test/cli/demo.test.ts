import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { scenarios } from "../../src/sandbox/twilio/scenarios/index.ts";
import { newFolder, startTollgate, tollgate } from "./tollgate.ts";

/** One that PostgreSQL's user may enter: the database stays in it when root runs this. */
function demoFolder(): string {
  const folder = newFolder();
  chmodSync(folder, 0o755);
  return folder;
}

/** Whether PostgreSQL serves this folder. */
function isServed(dataDir: string): boolean {
  return existsSync(join(dataDir, "postgres", "data", "postmaster.pid"));
}

test("a second demo on the same folder is refused and takes nothing from the first", async () => {
  const folder = demoFolder();
  const first = await startTollgate(["demo"], { folder, env: { DATA_DIR: folder } });
  onTestFinished(() => void first.process.kill("SIGTERM"));
  await first.line("Demo page: ");
  mkdirSync(join(folder, "secrets"));
  writeFileSync(join(folder, "secrets", "AC1.json"), "rotated");

  const second = await tollgate(["demo"], { folder, env: { DATA_DIR: folder } });
  expect(second.code).toBe(1);
  expect(second.stderr).toContain("in use by a running Tollgate");
  expect(readFileSync(join(folder, "secrets", "AC1.json"), "utf8")).toBe("rotated");

  first.process.kill("SIGTERM");
  expect((await first.ended).code).toBe(0);
  expect(isServed(folder)).toBe(false);

  const third = await startTollgate(["demo"], { folder, env: { DATA_DIR: folder } });
  await third.line("Demo page: ");
  expect(existsSync(join(folder, "secrets")), "a new demo begins without the old one's tokens").toBe(false);
  third.process.kill("SIGTERM");
  await third.ended;
});

test("Ctrl-C ends a demo that plays by itself, PostgreSQL too, and says that the story is not over", async () => {
  const folder = demoFolder();
  const demo = await startTollgate(["demo", "--headless"], { folder, env: { DATA_DIR: folder } });
  await demo.line("The attack begins");
  expect(isServed(folder)).toBe(true);
  demo.process.kill("SIGINT");
  const { code, stdout, stderr } = await demo.ended;
  expect([code, stderr]).toEqual([1, ""]);
  expect(stdout).toContain("Stopped before the story was over");
  expect(isServed(folder)).toBe(false);
});

test("two demos that are started at once both get a port", async () => {
  const folders = [demoFolder(), demoFolder()];
  const demos = await Promise.all(
    folders.map((folder) => startTollgate(["demo"], { folder, env: { DATA_DIR: folder } })),
  );
  onTestFinished(() => {
    for (const demo of demos) demo.process.kill("SIGTERM");
  });
  const pages = await Promise.all(demos.map((demo) => demo.line("Demo page: ")));
  expect(new Set(pages).size).toBe(2);
  for (const demo of demos) demo.process.kill("SIGTERM");
  expect((await Promise.all(demos.map((demo) => demo.ended))).map(({ code }) => code)).toEqual([0, 0]);
});

test("a demo plays by itself across Slack and Teams: asked for in the one, approved in the other", {
  timeout: 150_000,
}, async () => {
  const folder = demoFolder();
  const { code, stdout, stderr } = await tollgate(["demo", "--headless", "--on", "both"], {
    folder,
    env: { DATA_DIR: folder },
  });
  expect([code, stderr]).toEqual([0, ""]);
  expect(stdout).toContain("Ann Ito is in Slack; Ben Okafor and Cem Demir are in Teams");
  expect(stdout).toMatch(/The card says: the same where it was approved/);
});

test("a scenario that there is none of is refused with the names of all", async () => {
  const { code, stderr } = await tollgate(["demo", "--scenario", "nonsense"], { folder: newFolder() });
  expect(code).toBe(2);
  for (const { name } of scenarios) expect(stderr).toContain(name);
});
