import { describe, expect, test } from "vitest";
import type { CommandContext, Reported } from "../../src/command/contract.ts";
import { incidents } from "../../src/command/incidents.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import { asking, EU, PARENT, pressesOf, textOf, twilioDown, US } from "./asking.ts";

/** What was reported by these words, and what was answered. */
async function typed(words: string, changes: Partial<CommandContext> = {}) {
  const reports: Reported[] = [];
  const report: CommandContext["report"] = async (reported) => {
    reports.push(reported);
    return { text: "Incident 12 is open.", incidentId: "12" as IncidentId };
  };
  const answer = await incidents.run(words, asking({ report, ...changes }));
  return { reports, answer, text: textOf(answer) };
}

describe("new", () => {
  test.each([
    ["new Acme Voice EU Twilio wrote of calls to Latvia", EU, "warning", "Twilio wrote of calls to Latvia"],
    ["NEW acme voice eu: Twilio wrote", EU, "warning", "Twilio wrote"],
    ['new "Acme Voice US" - customers report calls', US, "warning", "customers report calls"],
    [`new ${EU} our carrier called`, EU, "warning", "our carrier called"],
    ['new "Acme" Voice quality is bad', PARENT, "warning", "Voice quality is bad"],
    ["new critical Acme Voice EU calls to Latvia", EU, "critical", "calls to Latvia"],
    ["new warning: Acme Voice EU calls to Latvia", EU, "warning", "calls to Latvia"],
  ])("%s", async (words, accountSid, severity, summary) => {
    const { reports, answer } = await typed(words);
    expect(reports).toEqual([{ accountSid, severity, summary }]);
    expect(answer.isPrivate).toBe(true);
    expect(pressesOf(answer)).toEqual([{ action: "show", incidentId: "12" }]);
  });

  test("with a name that begins another one takes the longer", async () => {
    // `Acme` is an account, too.
    const { reports } = await typed("new Acme Voice EU is loud");
    expect(reports).toEqual([{ accountSid: EU, severity: "warning", summary: "is loud" }]);
  });

  test("opens nothing for a part of a name, and offers the whole line to send", async () => {
    const { reports, text } = await typed("new voice eu calls to Latvia");
    expect(reports).toEqual([]);
    expect(text).toContain("Did you mean /twilio-incidents new Acme Voice EU calls to Latvia?");
  });

  test.each([
    ["new Acme Vioce EU calls to Latvia", "new Acme Voice EU calls to Latvia"],
    ["new critical voice us calls", "new critical Acme Voice US calls"],
    ["nwe Acme Voice EU calls", "new Acme Voice EU calls"],
  ])("mistyped as “%s” gets the right form", async (words, right) => {
    const { reports, text } = await typed(words);
    expect(reports).toEqual([]);
    expect(text).toContain(`Did you mean /twilio-incidents ${right}?`);
  });

  test.each([
    ["new", "Which account, and what happened?"],
    ["new Acme Voice EU", "What happened on Acme Voice EU?"],
    ["new nobody knows this", "begins with no account of yours"],
  ])("“%s” says what is missing", async (words, problem) => {
    const { reports, text } = await typed(words);
    expect(reports).toEqual([]);
    expect(text).toContain(problem);
  });

  test("repeats no phone number when it was mistyped", async () => {
    const { text } = await typed("new voice eu calls to +37129123456");
    expect(text).toContain("+371***");
    expect(text).not.toContain("29123456");
  });

  test("needs no Twilio when the account is named by its SID", async () => {
    const { reports } = await typed(`new ${EU} calls`, { twilio: twilioDown });
    expect(reports).toMatchObject([{ accountSid: EU, summary: "calls" }]);
  });

  test("shows nothing to press when nothing was opened", async () => {
    const { answer, text } = await typed("new Acme Voice EU calls", {
      report: async () => ({ text: "Only responders can do that.", incidentId: null }),
    });
    expect(text).toContain("Only responders can do that.");
    expect(pressesOf(answer)).toEqual([]);
  });
});
