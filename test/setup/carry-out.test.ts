import { describe, expect, test } from "vitest";
import type { OurChange } from "../../src/detection/contract.ts";
import { Fault } from "../../src/lib/fault.ts";
import { carryOut, type Hands } from "../../src/setup/carry-out.ts";
import type { Sink, Step, Tripwires } from "../../src/setup/contract.ts";
import { SID, sink, TYPES, trigger, URL_NOW } from "./fixtures.ts";

const NOW_MS = 1_700_000_000_900;

/** Hands that write down what they do; `refused`: what Twilio does not do just now. */
function hands(changes: { readonly sinkStatus?: Sink["status"]; readonly refused?: readonly string[] } = {}) {
  const { sinkStatus = "active", refused = [] } = changes;
  const calls: string[] = [];
  const noted: OurChange[] = [];
  async function call<Answer>(name: string, answer: Answer): Promise<Answer> {
    if (refused.includes(name)) throw new Fault("unavailable", name);
    calls.push(name);
    return answer;
  }
  const tripwires: Tripwires = {
    accounts: () => call("accounts", []),
    usageTriggers: () => call("usageTriggers", []),
    createUsageTrigger: () => call("createUsageTrigger", "UT2"),
    deleteUsageTrigger: () => call("deleteUsageTrigger", undefined),
    sinks: () => call("sinks", []),
    createSink: () => call("createSink", sink({ sid: "DG2", status: sinkStatus })),
    sinkStatus: () => call("sinkStatus", sinkStatus),
    testSink: () => call("testSink", undefined),
    validateSink: () => call("validateSink", true),
    deleteSink: () => call("deleteSink", undefined),
    subscriptions: () => call("subscriptions", []),
    createSubscription: () => call("createSubscription", "DF2"),
    setEventType: () => call("setEventType", undefined),
    deleteSubscription: () => call("deleteSubscription", undefined),
    eventTypes: () => call("eventTypes", null),
    portingWebhook: () => call("portingWebhook", null),
    setPortingWebhook: () => call("setPortingWebhook", undefined),
  };
  const made: Hands = {
    tripwires,
    publicUrl: URL_NOW,
    noteChange: async (_, change) => {
      noted.push(change);
    },
    becomesActive: async () => sinkStatus === "active",
    wasTestedLately: async () => false,
    nowMs: () => NOW_MS,
  };
  return { hands: made, calls, noted };
}

/** A working sink of an earlier PUBLIC_URL is replaced by a new one. */
const MOVED: readonly Step[] = [
  { kind: "create-sink", destination: `${URL_NOW}/twilio/events/${SID}`, why: "" },
  { kind: "subscribe", sinkSid: null, types: TYPES, why: "" },
  { kind: "delete-sink", sink: sink({ sid: "DG1" }), subscriptionSids: ["DF1"], why: "" },
];

describe("our own changes", () => {
  test("explain what Twilio notes in whole seconds, or by a clock that is a little behind", async () => {
    const { hands: ours, noted } = hands();
    await carryOut(SID, [{ kind: "delete-trigger", trigger: trigger(), why: "" }], ours);
    expect(noted).toMatchObject([{ resourceSids: ["UT1"], fromMs: NOW_MS - 60_000 }]);
  });
});

describe("the sink that works", () => {
  test("is deleted once the new one sends", async () => {
    const { hands: ours, calls } = hands();
    expect(await carryOut(SID, MOVED, ours)).toMatchObject({ done: MOVED, waiting: [], failed: [] });
    expect(calls.slice(-3)).toEqual(["createSubscription", "deleteSubscription", "deleteSink"]);
  });

  test.each([
    ["is not active yet", { sinkStatus: "initialized" }],
    ["was not made", { refused: ["createSink"] }],
    ["could not be tested", { refused: ["testSink"] }],
    ["has no subscription", { refused: ["createSubscription"] }],
  ] as const)("stays while the new one %s", async (_, changes) => {
    const { hands: ours, calls } = hands(changes);
    expect((await carryOut(SID, MOVED, ours)).waiting).toContainEqual(expect.objectContaining({ kind: "delete-sink" }));
    expect(calls).not.toContain("deleteSink");
    expect(calls).not.toContain("deleteSubscription");
  });

  test("stays while the new one could not be tested again", async () => {
    const { hands: ours, calls } = hands({ refused: ["testSink"] });
    const steps: readonly Step[] = [{ kind: "test-sink", sinkSid: "DG2", why: "" }, ...MOVED.slice(2)];
    await carryOut(SID, steps, ours);
    expect(calls).not.toContain("deleteSink");
  });
});
