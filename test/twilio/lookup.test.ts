import { afterAll, beforeAll, expect, test } from "vitest";
import type { LookupPackage } from "../../src/detection/number.ts";
import { Fault } from "../../src/lib/fault.ts";
import { startWorld, type TwilioWorld } from "./world.ts";

let world: TwilioWorld;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

const LATVIA = "+37129123456";
const lookUp = (number: string, ...packages: readonly LookupPackage[]) => world.twilio.lookUp(number, packages);

test("a number's validity and country are free: nothing else is asked for", async () => {
  expect(await lookUp(LATVIA)).toEqual({
    number: LATVIA,
    isValid: true,
    country: "LV",
    problems: [],
    line: null,
    risk: null,
  });
  expect(world.standIn.requests.at(-1)?.query.has("Fields")).toBe(false);
});

test("its line and its pumping risk come when they are asked for", async () => {
  const { line, risk } = await lookUp(LATVIA, "line", "risk");
  expect(line).toMatchObject({ isTold: true, type: "mobile", carrier: expect.stringContaining("Mobile Carrier") });
  expect(risk).toMatchObject({ isTold: true, carrierRisk: "moderate" });
  if (risk?.isTold !== true) throw new Error("no risk");
  expect(risk.score).toBeGreaterThan(60);
});

test("what is no number is told so, with why", async () => {
  expect(await lookUp("+3712912345", "line", "risk")).toMatchObject({
    isValid: false,
    problems: ["TOO_SHORT"],
    line: null,
    risk: null,
  });
});

test("an error inside an answer of 200 belongs to its package alone", async () => {
  const found = await lookUp("+29051234", "line", "risk");
  expect(found).toMatchObject({ isValid: true, country: "SH" });
  expect(found.line).toEqual({ isTold: false, code: "60600" });
  expect(found.risk).toEqual({ isTold: false, code: "60600" });
});

test("a number that Twilio does not find is not valid", async () => {
  world.standIn.inject({ on: "request", path: /PhoneNumbers/, fault: { kind: "status", status: 404 } });
  expect(await lookUp("+37100", "line")).toMatchObject({ number: null, isValid: false, problems: ["NOT_A_NUMBER"] });
});

test("a fault names no number", async () => {
  world.standIn.inject({ on: "request", path: /PhoneNumbers/, times: 9, fault: { kind: "status", status: 500 } });
  const fault = await lookUp(LATVIA).catch((error: unknown) => error);
  world.standIn.clearFaults();
  expect(fault).toBeInstanceOf(Fault);
  expect(String(fault)).toContain("/v2/PhoneNumbers/***");
  expect(`${String(fault)}${world.logged()}`).not.toContain("29123456");
});
