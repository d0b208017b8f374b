import { describe, expect, test } from "vitest";
import { doorUrl } from "../../src/setup/addresses.ts";
import type { AccountState, PortingWebhook } from "../../src/setup/contract.ts";
import { isMet, planOf } from "../../src/setup/plan.ts";
import { stepWords } from "../../src/setup/words.ts";
import { ADDRESSES, CALLS, SID, sink, state, subscription, TYPES, trigger, URL_NOW, WANTED } from "./fixtures.ts";

const plan = (changes: Partial<AccountState>, wanted = WANTED) => planOf(state(changes), wanted, ADDRESSES);
/** `create usage trigger …` of each step. */
const steps = (changes: Partial<AccountState>, wanted = WANTED) =>
  plan(changes, wanted).steps.map((step) => {
    const { verb, what } = stepWords(step);
    return `${verb} ${what}`;
  });

const NEW_TRIGGER = "usage trigger calls-outbound at 35 USD a day";

describe("usage triggers", () => {
  test("an account as set-up left it needs nothing", () => {
    expect(plan({})).toEqual({ steps: [], kept: 3, unmet: 0, notes: [] });
  });

  test("a missing one is made", () => {
    expect(steps({ triggers: [] })).toEqual([`create ${NEW_TRIGGER}`]);
  });

  test("ebb and flow changes nothing; what is far off is replaced, and the reason names the old value", () => {
    for (const value of [26, 30, 50]) expect(steps({ triggers: [trigger({ value })] })).toEqual([]);
    expect(steps({ triggers: [trigger({ value: 90 })] })).toEqual([`replace ${NEW_TRIGGER}`]);
    const [step] = plan({ triggers: [trigger({ value: 10 })] }).steps;
    expect(step).toMatchObject({ kind: "create-trigger", replaces: [{ sid: "UT1" }] });
    expect(step?.why).toContain("it was 10 USD a day");
  });

  test("one that counts what has a price by now, or fires once, is replaced", () => {
    expect(steps({ triggers: [trigger({ measure: "count", value: 1 })] })).toEqual([`replace ${NEW_TRIGGER}`]);
    expect(steps({ triggers: [trigger({ recurring: null })] })).toEqual([`replace ${NEW_TRIGGER}`]);
  });

  test("both old and new, as an interrupted run leaves them: the nearer one stays", () => {
    const old = trigger({ sid: "UT0", value: 90 });
    expect(plan({ triggers: [old, trigger()] }).steps).toEqual([
      { kind: "delete-trigger", trigger: old, why: "replaced already" },
    ]);
    // Two that both would do: the nearer one, and the same one whatever the order.
    const other = trigger({ sid: "UT2", value: 40 });
    for (const triggers of [
      [trigger(), other],
      [other, trigger()],
    ]) {
      expect(plan({ triggers }).steps).toMatchObject([{ kind: "delete-trigger", trigger: { sid: "UT2" } }]);
    }
  });

  test("what is not ours is neither touched nor counted as ours", () => {
    const theirs = [
      trigger({ sid: "UT7", friendlyName: "Outbound calls, dollars a day" }),
      trigger({ sid: "UT8", callbackUrl: "https://somebody.example.com/hook" }),
      trigger({ sid: "UT9", callbackUrl: doorUrl("https://staging.example.com", "usage-trigger", SID) }),
    ];
    expect(steps({ triggers: theirs })).toEqual([`create ${NEW_TRIGGER}`]);
  });

  test("one of an earlier PUBLIC_URL is replaced", () => {
    const old = trigger({ callbackUrl: doorUrl("https://old.example.com", "usage-trigger", SID) });
    expect(plan({ triggers: [old] }).steps).toMatchObject([
      { kind: "create-trigger", replaces: [old], why: "PUBLIC_URL is another one now" },
    ]);
  });

  test("a category that is not watched any more loses ours", () => {
    const old = trigger({ sid: "UT5", category: "calls-inbound" });
    expect(steps({ triggers: [trigger(), old] })).toEqual(["delete usage trigger calls-inbound at 35 USD a day"]);
  });

  test("an account full of triggers is told so instead of failing", () => {
    const full = Array.from({ length: 1_000 }, (_, index) => trigger({ sid: `UT${index}`, friendlyName: "theirs" }));
    const crowded = plan({ triggers: full });
    const { steps: left, notes, unmet } = crowded;
    expect(left).toEqual([]);
    // Nothing that set-up can do, and not as it should be either.
    expect([unmet, isMet(crowded), isMet(plan({}))]).toEqual([1, false, true]);
    expect(notes).toEqual([expect.stringContaining("1000 of at most 1000 usage triggers")]);
  });
});

describe("Event Streams", () => {
  const SINK = `Event Streams sink to ${doorUrl(URL_NOW, "events", SID)}`;

  test("without a sink one is made and subscribed to", () => {
    expect(steps({ sinks: [], subscriptions: [] })).toEqual([
      `create ${SINK}`,
      "create subscription to 2 types of events",
    ]);
  });

  test("a sink without a subscription, as an interrupted run leaves it, gets one and is not made again", () => {
    expect(plan({ subscriptions: [] }).steps).toMatchObject([{ kind: "subscribe", sinkSid: "DG1", types: TYPES }]);
  });

  test("a sink that is not active yet is tested again", () => {
    expect(steps({ sinks: [sink({ status: "initialized" })] })).toEqual(["test Event Streams sink DG1"]);
  });

  test("a sink that failed is replaced, the new one first", () => {
    const failed = sink({ status: "failed" });
    expect(plan({ sinks: [failed] }).steps).toMatchObject([
      { kind: "create-sink", why: "the one there failed" },
      { kind: "subscribe", sinkSid: null },
      { kind: "delete-sink", sink: failed, subscriptionSids: ["DF1"] },
    ]);
  });

  test("of two sinks the one that works stays; one that a person made by hand is never deleted", () => {
    const second = sink({ sid: "DG0" });
    expect(plan({ sinks: [second, sink()] }).steps).toMatchObject([{ kind: "delete-sink", sink: { sid: "DG0" } }]);
    expect(steps({ sinks: [sink({ sid: "DG0", description: "made by hand" }), sink()] })).toEqual([]);
  });

  test("a sink that goes elsewhere is left alone", () => {
    const theirs = sink({ sid: "DG9", destination: "https://somebody.example.com/hook" });
    expect(steps({ sinks: [theirs, sink()] })).toEqual([]);
  });

  test("missing types are added, a version that is not read is moved, one that does not matter stays", () => {
    const types = [{ type: TYPES[0]?.type ?? "", schemaVersion: 1 }];
    expect(plan({ subscriptions: [subscription({ types })] }).steps).toMatchObject([
      { kind: "set-event-types", add: [TYPES[1]], move: [TYPES[0]] },
    ]);
    const older = TYPES.map((type) => (type.isFixed ? type : { ...type, schemaVersion: 1 }));
    expect(steps({ subscriptions: [subscription({ types: older })] })).toEqual([]);
  });

  test("with nothing to subscribe to a person is told", () => {
    expect(plan({ sinks: [], subscriptions: [] }, { ...WANTED, eventTypes: [] })).toMatchObject({
      steps: [],
      notes: [expect.stringContaining("none of the events")],
    });
  });
});

describe("the porting webhook", () => {
  const url = doorUrl(URL_NOW, "porting", SID);
  const porting = (changes: Partial<PortingWebhook>): PortingWebhook => ({
    portInUrl: null,
    portOutUrl: url,
    notificationsOf: ["PortOutPhoneNumberCompleted"],
    ...changes,
  });

  test("is set where there is none, and left as it is when it is ours", () => {
    expect(plan({ porting: null }).steps).toEqual([
      { kind: "set-porting-webhook", webhook: porting({}), why: "nobody hears when a number leaves" },
    ]);
    expect(steps({ porting: porting({}) })).toEqual([]);
    expect(steps({ porting: porting({ notificationsOf: [] }) })).toEqual([]);
  });

  test("keeps what somebody set for numbers that come in", () => {
    const theirs = porting({
      portInUrl: "https://port.example.com",
      portOutUrl: null,
      notificationsOf: ["PortInCompleted"],
    });
    expect(plan({ porting: theirs }).steps).toMatchObject([
      {
        webhook: {
          portInUrl: "https://port.example.com",
          portOutUrl: url,
          notificationsOf: ["PortInCompleted", "PortOutPhoneNumberCompleted"],
        },
      },
    ]);
  });

  test("somebody else's is not overwritten: a person is told", () => {
    const { steps: left, notes } = plan({ porting: porting({ portOutUrl: "https://somebody.example.com" }) });
    expect(left).toEqual([]);
    expect(notes).toEqual([expect.stringContaining("left alone")]);
  });
});

test("carrying a plan out leaves nothing to plan", () => {
  // The state that the steps of an empty account lead to, by hand.
  expect(plan({ triggers: [], sinks: [], subscriptions: [] }).steps).toHaveLength(3);
  expect(plan({ triggers: [trigger({ value: CALLS.value })] }).steps).toEqual([]);
});
