import { describe, expect, test } from "vitest";
import {
  addressesOf,
  isKept,
  nextApplied,
  readApplied,
  stoppedBy,
  toJson,
  whyNotAlone,
} from "../../src/setup/applied.ts";
import { readWatched, removedSince, toJson as watchedJson, watchedOf } from "../../src/setup/watched.ts";
import { ADDRESSES, SID, sink, state, subscription, trigger, URL_NOW } from "./fixtures.ts";

const NONE: ReadonlySet<string> = new Set();
const before = watchedOf(state(), ADDRESSES, true);

describe("what somebody removed", () => {
  test("is told by what is gone, whatever else is there", () => {
    expect(removedSince(before, state(), NONE)).toEqual([]);
    const now = state({ triggers: [trigger({ sid: "UT2" })], subscriptions: [] });
    expect(removedSince(before, now, NONE)).toEqual([
      { type: "usage-trigger.deleted", resourceSid: "UT1", what: "usage trigger calls-outbound" },
      { type: "subscription.deleted", resourceSid: "DF1", what: "Event Streams subscription" },
    ]);
  });

  test("is not what we took away ourselves", () => {
    expect(removedSince(before, state({ triggers: [] }), new Set(["UT1"]))).toEqual([]);
  });

  test("a sink that is gone took its subscription with it", () => {
    expect(removedSince(before, state({ sinks: [], subscriptions: [] }), NONE)).toMatchObject([
      { type: "sink.deleted", resourceSid: "DG1" },
    ]);
  });

  test("the porting webhook, on the main account alone", () => {
    const url = `${URL_NOW}/twilio/porting/${SID}`;
    const parent = watchedOf(
      state({ porting: { portInUrl: null, portOutUrl: url, notificationsOf: [] } }),
      ADDRESSES,
      true,
    );
    expect(removedSince(parent, state({ porting: null }), NONE)).toMatchObject([{ type: "porting-webhook.deleted" }]);
    expect(removedSince(parent, state(), NONE)).toEqual([]);
  });

  test("only ours are remembered, and they come back from the store as they were", () => {
    const now = state({
      triggers: [trigger(), trigger({ sid: "UT7", friendlyName: "theirs" })],
      sinks: [sink(), sink({ sid: "DG9", destination: "https://somebody.example.com" })],
      subscriptions: [subscription(), subscription({ sid: "DF9", sinkSid: "DG9" })],
    });
    expect(watchedOf(now, ADDRESSES, true)).toEqual(before);
    expect(readWatched(watchedJson(before))).toEqual(before);
    expect(readWatched({ from: "a later version" })).toBeNull();
  });
});

describe("what set-up was applied to", () => {
  const other = `AC${"2".repeat(32)}` as typeof SID;
  const by = { by: "alice on ops-1", atMs: 1, publicUrl: URL_NOW };

  test("single accounts add up, and all of them are never narrowed again", () => {
    const one = nextApplied(null, { ...by, accountSids: [SID] });
    expect([isKept(one, SID), isKept(one, other)]).toEqual([true, false]);
    const both = nextApplied(one, { ...by, accountSids: [other] });
    expect([isKept(both, SID), isKept(both, other)]).toEqual([true, true]);
    const all = nextApplied(both, { ...by, accountSids: null });
    expect(isKept(nextApplied(all, { ...by, accountSids: [SID] }), other)).toBe(true);
  });

  test("after upkeep was stopped it begins again with what set-up names then, and knows all addresses", () => {
    const stopped = stoppedBy(nextApplied(null, { ...by, accountSids: null }), { by: "bob on ops-1", atMs: 2 });
    expect(readApplied(toJson(stopped))).toEqual(stopped);
    const moved = nextApplied(stopped, { ...by, publicUrl: "https://new.example.com", accountSids: [SID] });
    expect(moved).toMatchObject({ stopped: null, accountSids: [SID], formerUrls: [URL_NOW] });
  });

  test("what an earlier version wrote was never stopped", () => {
    const { stopped, ...earlier } = nextApplied(null, { ...by, accountSids: null });
    expect(readApplied(earlier)).toEqual({ ...earlier, stopped });
  });

  test("single accounts do not move to another PUBLIC_URL and leave the others behind", () => {
    const moved = "https://new.example.com";
    const all = nextApplied(null, { ...by, accountSids: null });
    const refusal = whyNotAlone(all, moved, [SID]);
    for (const said of [moved, URL_NOW, "without --account"]) expect(refusal).toContain(said);
    const both = nextApplied(null, { ...by, accountSids: [SID, other] });
    expect(whyNotAlone(both, moved, [SID])).not.toBeNull();
    // Nobody is left behind, or nothing moves.
    expect(whyNotAlone(both, moved, [other, SID])).toBeNull();
    expect(whyNotAlone(all, moved, null)).toBeNull();
    expect(whyNotAlone(all, URL_NOW, [SID])).toBeNull();
    expect(whyNotAlone(null, moved, [SID])).toBeNull();
  });

  test("an earlier PUBLIC_URL is remembered, so that its tripwires are known as ours", () => {
    const first = nextApplied(null, { ...by, accountSids: null });
    const moved = nextApplied(first, { ...by, publicUrl: "https://new.example.com", accountSids: null });
    expect(addressesOf("https://new.example.com", moved)).toEqual({
      publicUrl: "https://new.example.com",
      formerUrls: [URL_NOW],
    });
    // Back again: the first is no former one any more.
    const back = nextApplied(moved, { ...by, accountSids: null });
    expect(addressesOf(URL_NOW, back).formerUrls).toEqual(["https://new.example.com"]);
    expect(readApplied(toJson(back))).toEqual(back);
  });
});
