import { expect, test } from "vitest";
import type { CommandContext } from "../../src/command/contract.ts";
import { silence } from "../../src/command/silence.ts";
import { asking, deskWith, EU, NOW_MS, pressesOf, silenced, textOf, US, view } from "./asking.ts";

const alert = (summary: string) => ({ threat: "toll-fraud", severity: "critical", summary, atMs: NOW_MS }) as const;
const silences = [
  silenced("s1", { threat: "toll-fraud", heldBack: [alert("Calls crossed 50 USD."), alert("Calls crossed 500 USD.")] }),
  silenced("s2", { account: view(US) }),
];
const run = (words: string, changes: Partial<CommandContext> = {}) =>
  silence.run(words, asking({ desk: deskWith({ silences: async () => silences }), ...changes }));

test("without any word it shows every silence: what, how long, whose, why, what it held back, and a button to end it", async () => {
  const answer = await run("");
  const [heading, first, second] = textOf(answer).split("\n");
  expect(heading).toBe("2 active silences");
  for (const words of [
    "Toll fraud",
    "Acme Voice EU",
    "2026-11-21T15:30",
    "Ann Ito",
    "load test until noon",
    "held back 1 kind",
  ]) {
    expect(first).toContain(words);
  }
  for (const words of ["Anything", "Acme Voice US", "held back nothing"]) expect(second).toContain(words);
  expect(pressesOf(answer)).toEqual([
    { action: "end-silence", silenceId: "s1" },
    { action: "end-silence", silenceId: "s2" },
  ]);
});

test("with an account it shows those of that account alone, and the button for a new one", async () => {
  const answer = await run("acme voice us");
  expect(pressesOf(answer)).toEqual([
    { action: "end-silence", silenceId: "s2" },
    { action: "silence", accountSid: US },
  ]);
  expect(pressesOf(await run("Acme"))).toMatchObject([{ action: "silence" }]);
});

test("of very many shows thirty and counts the rest", async () => {
  const many = Array.from({ length: 32 }, (_, index) => silenced(`s${index}`));
  const answer = await run("", { desk: deskWith({ silences: async () => many }) });
  expect(pressesOf(answer)).toHaveLength(30);
  expect(textOf(answer)).toContain("And 2 more silences.");
});

test("nothing silenced is said, with the way to silence something", async () => {
  const answer = await run("", { desk: deskWith() });
  expect(textOf(answer)).toContain("Nothing is silenced\n");
});

test("a mistyped account gets the nearest one", async () => {
  expect(textOf(await run("acme voise eu"))).toContain("Did you mean Acme Voice EU?");
  expect(pressesOf(await run(EU))).toContainEqual({ action: "silence", accountSid: EU });
});
