import { describe, expect, test } from "vitest";
import { openApiProblems } from "./openapi.ts";

const ACCOUNT = `AC${"1".repeat(32)}`;

function problems(method: string, address: string, form: Record<string, string> | [string, string][] = {}): string[] {
  const { host, pathname, searchParams } = new URL(`https://${address}`);
  const query = searchParams;
  return openApiProblems({ method, host, path: pathname, query, form: new URLSearchParams(form) });
}

const v2010 = `api.twilio.com/2010-04-01/Accounts/${ACCOUNT}`;

describe("requests that Twilio's documents allow", () => {
  test.each([
    ["POST", `${v2010}.json`, { Status: "suspended" }],
    ["GET", `${v2010}/Calls.json?Status=in-progress&StartTime%3E=2026-01-02T03:04:05Z`, {}],
    ["GET", `${v2010}/Usage/Records/Daily.json?Category=totalprice&StartDate=-30days`, {}],
    ["DELETE", "accounts.twilio.com/v1/AuthTokens/Secondary?SuppressEmailNotification=true", {}],
    ["POST", "voice.twilio.com/v1/Settings", { DialingPermissionsInheritance: "false" }],
  ])("%s %s", (method, address, form) => {
    expect(problems(method, address, form)).toEqual([]);
  });

  test("a list may be repeated", () => {
    const form: [string, string][] = [
      ["Permissions", "{}"],
      ["Permissions", "{}"],
    ];
    expect(problems("PATCH", "accounts.twilio.com/v1/Messaging/GeoPermissions", form)).toEqual([]);
  });
});

describe("what they do not allow is named", () => {
  test.each([
    ["an unknown path", "GET", `${v2010}/Cals.json`, {}, "no such path"],
    ["a method that is not there", "DELETE", `${v2010}.json`, {}, "has no DELETE"],
    ["an unknown form field", "POST", `${v2010}.json`, { State: "suspended" }, "form parameter State is unknown"],
    ["an unknown query field", "GET", `${v2010}/Calls.json?StartTimeAfter=2026-01-01`, {}, "StartTimeAfter is unknown"],
    [
      "a value outside its set",
      "POST",
      `${v2010}.json`,
      { Status: "paused" },
      "must be one of active, suspended, closed",
    ],
    ["a missing field", "POST", `${v2010}/Usage/Triggers.json`, { TriggerValue: "1" }, "CallbackUrl is missing"],
    ["a page that is too large", "GET", `${v2010}/Calls.json?PageSize=5000`, {}, "be at most 1000"],
    ["a malformed SID", "GET", "api.twilio.com/2010-04-01/Accounts/AC1.json", {}, "path parameter Sid must match"],
    [
      "a boolean in other words",
      "POST",
      "voice.twilio.com/v1/Settings",
      { DialingPermissionsInheritance: "no" },
      "true or false",
    ],
    ["a body with GET", "GET", `${v2010}/Calls.json`, { To: "+1" }, "form parameter To is unknown"],
  ])("%s", (_name, method, address, form, expected) => {
    expect(problems(method, address, form).join("\n")).toContain(expected);
  });

  test("a single value that is repeated", () => {
    const form: [string, string][] = [
      ["Status", "active"],
      ["Status", "closed"],
    ];
    expect(problems("POST", `${v2010}.json`, form).join("\n")).toContain("Status is repeated");
  });
});
