import { expect, test } from "vitest";
import { type Finding, missing, ok, type Step } from "../../src/doctor/contract.ts";
import { examine } from "../../src/doctor/examine.ts";
import { Fault } from "../../src/lib/fault.ts";

function step(title: string, look: () => AsyncIterable<Finding>, budgetMs = 5_000): Step {
  return { title, readme: title, budgetMs, look };
}

async function told(steps: readonly Step[], waiting: (step: Step) => void = () => {}) {
  const lines: string[] = [];
  for await (const finding of examine(steps, waiting)) {
    lines.push(`${finding.step.title} ${finding.verdict} ${finding.text}`);
  }
  return lines;
}

test("tells all looks of all steps, in order", async () => {
  async function* both(): AsyncGenerator<Finding> {
    yield ok("one");
    yield missing("two");
  }
  expect(await told([step("A", both), step("B", both)])).toEqual([
    "A ok one",
    "A missing two",
    "B ok one",
    "B missing two",
  ]);
});

test("a step that fails is missing, and the next one is looked at", async () => {
  // biome-ignore lint/correctness/useYield: it fails before it could
  async function* fails(): AsyncGenerator<Finding> {
    throw new Fault("unavailable", "the other side is away.");
  }
  async function* works(): AsyncGenerator<Finding> {
    yield ok("here");
  }
  expect(await told([step("A", fails), step("B", works)])).toEqual([
    "A missing Could not be checked: the other side is away.",
    "B ok here",
  ]);
});

test("a step that hangs is given up after its budget, keeps what it said, and says what it waits for", async () => {
  async function* hangs(): AsyncGenerator<Finding> {
    yield ok("first");
    await new Promise(() => {});
  }
  async function* works(): AsyncGenerator<Finding> {
    yield ok("here");
  }
  const waited: string[] = [];
  const lines = await told([step("A", hangs, 2_200), step("B", works)], ({ title }) => waited.push(title));
  expect(lines).toEqual(["A ok first", "A missing No answer within 2.2 s.", "B ok here"]);
  expect(waited).toEqual(["A"]);
});
