import { expect, test } from "vitest";
import type { AccountSid } from "../../src/lib/id.ts";
import { type ChannelRule, channelFor } from "../../src/notice/channels.ts";

const acme = `AC${"a".repeat(32)}` as AccountSid;
const other = `AC${"b".repeat(32)}` as AccountSid;
const anything: ChannelRule = { accountSid: null, severity: null, threat: null, slack: null, teams: null };
const incident = { accountSid: acme, severity: "critical", threat: "call-spend" } as const;

test("without a rule it goes to the configured channel", () => {
  expect(channelFor([], "slack", incident)).toBeNull();
});

test("the first rule that fits decides, not the narrowest", () => {
  const rules = [
    { ...anything, severity: "critical", slack: "C1" },
    { ...anything, accountSid: acme, severity: "critical", slack: "C2" },
  ] as const;
  expect(channelFor(rules, "slack", incident)).toBe("C1");
});

test("a rule fits when everything that it names is so", () => {
  const rule = { accountSid: acme, severity: "critical", threat: "call-spend", slack: "C1", teams: null } as const;
  expect(channelFor([rule], "slack", incident)).toBe("C1");
  expect(channelFor([rule], "slack", { ...incident, accountSid: other })).toBeNull();
  expect(channelFor([rule], "slack", { ...incident, severity: "warning" })).toBeNull();
  expect(channelFor([rule], "slack", { ...incident, threat: "sms-spend" })).toBeNull();
});

test("a rule that names no channel on a platform leaves it to the next", () => {
  const rules = [
    { ...anything, accountSid: acme, slack: "C1" },
    { ...anything, severity: "critical", teams: "19:a@thread.tacv2" },
  ] as const;
  expect(channelFor(rules, "teams", incident)).toBe("19:a@thread.tacv2");
  expect(channelFor(rules, "slack", incident)).toBe("C1");
});
