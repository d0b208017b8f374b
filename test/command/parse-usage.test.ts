import { describe, expect, test } from "vitest";
import type { KnownAccount } from "../../src/command/contract.ts";
import { PERIODS, parseUsage } from "../../src/command/parse-usage.ts";
import type { AccountSid } from "../../src/lib/id.ts";

function account(digit: string, friendlyName: string, isParent = false): KnownAccount {
  return { sid: `AC${digit.repeat(32)}` as AccountSid, friendlyName, isParent };
}

const parent = account("1", "Acme", true);
const eu = account("2", "Acme Voice EU");
const us = account("3", "Acme Voice US");
const marketing = account("4", "marketing-sms");
const calls = account("5", "Calls");
const accounts = [parent, eu, us, marketing, calls];

function given(line: string) {
  return parseUsage(line, accounts);
}

const today = { period: "today", spans: null, category: null, account: null, isPerSubaccount: false };

describe("what is understood", () => {
  test.each(PERIODS)("the period %s", (period) => {
    expect(given(period)).toMatchObject({ kind: "request", request: { period, category: null, account: null } });
  });

  test.each([
    ["", today],
    ["TODAY", today],
    ["this month", { ...today, period: "this-month" }],
    ["all time", { ...today, period: "all-time" }],
    ["daily", { ...today, period: "daily", spans: 7 }],
    ["daily 14", { ...today, period: "daily", spans: 14 }],
    ["last 14 days", { ...today, period: "daily", spans: 14 }],
    ["last 2 weeks sms", { ...today, period: "daily", spans: 14, category: "sms" }],
    ["last 3 months", { ...today, period: "monthly", spans: 3 }],
    ["monthly 3 sms", { ...today, period: "monthly", spans: 3, category: "sms" }],
    ["yearly", { ...today, period: "yearly", spans: 5 }],
    ["today calls-outbound", { ...today, category: "calls-outbound" }],
    ["calls-outbound", { ...today, category: "calls-outbound" }],
    ["today a2p-registration-fees", { ...today, category: "a2p-registration-fees" }],
    [`today ${eu.sid}`, { ...today, account: eu }],
    [`today ${eu.sid.toLowerCase()}`, { ...today, account: eu }],
    ['today "Acme Voice EU"', { ...today, account: eu }],
    ["today “acme voice eu”", { ...today, account: eu }],
    ["today acme voice eu", { ...today, account: eu }],
    ["today Acme Voice E", { ...today, account: eu }],
    ["marketing", { ...today, account: marketing }],
    ["today Acme", { ...today, account: parent }],
    ["today calls-outbound Acme Voice EU", { ...today, category: "calls-outbound", account: eu }],
    ["today Acme Voice EU calls-outbound", { ...today, category: "calls-outbound", account: eu }],
    ["today marketing-sms", { ...today, account: marketing }],
    ["today calls", { ...today, category: "calls" }],
    ['today "calls"', { ...today, account: calls }],
    ["today per-subaccount", { ...today, isPerSubaccount: true }],
    ["subaccounts last-month sms", { ...today, period: "last-month", category: "sms", isPerSubaccount: true }],
  ])("%s", (line, request) => {
    expect(given(line)).toEqual({ kind: "request", request });
  });

  test("help", () => {
    expect(given("help")).toEqual({ kind: "help" });
    expect(given("HELP today")).toEqual({ kind: "help" });
  });
});

describe("what is not understood is said, with what was probably meant", () => {
  test.each([
    ["tody", "“tody” is not a period. Did you mean today?"],
    ["yesteday calls", "“yesteday” is not a period. Did you mean yesterday?"],
    ["last-mnth", "“last-mnth” is not a period. Did you mean last-month?"],
    ["today cals-outbound", "“cals-outbound” is neither an account nor a usage category. Did you mean calls-outbound?"],
    ["today Acme Voice EV", "“Acme Voice EV” is neither an account nor a usage category. Did you mean Acme Voice EU?"],
    ["today marketing-sns", "“marketing-sns” is neither an account nor a usage category. Did you mean marketing-sms?"],
    ["today calls-outbound Nobody", "“Nobody” is neither an account nor a usage category."],
    ["today qqqqqq", "“qqqqqq” is neither an account nor a usage category."],
    ["daily 0", "daily takes a number from 1 to 31 (days), not 0."],
    ["daily 400", "daily takes a number from 1 to 31 (days), not 400."],
    ["monthly -3", "monthly takes a number from 1 to 24 (months), not -3."],
    ["today per-subaccount Acme Voice EU", "Choose one: “Acme Voice EU” alone, or every account with per-subaccount."],
  ])("%s", (line, problem) => {
    expect(given(line)).toEqual({ kind: "wrong", problem });
  });

  test("a beginning that several accounts have names them all", () => {
    expect(given("today acme v")).toEqual({
      kind: "wrong",
      problem: `“acme v” fits several accounts: Acme Voice EU (${eu.sid}), Acme Voice US (${us.sid}). Write more of the name, or the SID.`,
    });
  });

  test("two accounts of one name are told apart by their SID alone", () => {
    const twins = [account("7", "Twin"), account("8", "Twin")];
    expect(parseUsage("today twin", twins).kind).toBe("wrong");
    expect(parseUsage(`today AC${"8".repeat(32)}`, twins)).toMatchObject({ request: { account: twins[1] } });
  });

  test("an endless word is cut short in the answer", () => {
    const parsed = given(`today ${"x".repeat(5000)}`);
    expect(parsed.kind === "wrong" && parsed.problem.length).toBeLessThan(200);
  });
});
