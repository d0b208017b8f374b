import { expect, test } from "vitest";
import { contain } from "../../src/command/contain.ts";
import type { CommandContext, Desk } from "../../src/command/contract.ts";
import {
  accounts,
  asking,
  deskWith,
  EU,
  incidentCardOf,
  pressesOf,
  summary,
  textOf,
  twilioDown,
  US,
} from "./asking.ts";

/** Incident 7 on Acme Voice EU; 8 and 9 on Acme Voice US. */
const desk: Partial<Desk> = {
  incidents: async () => [summary("7")],
  incidentsOf: async (sid) => (sid === EU ? [summary("7")] : sid === US ? [summary("8"), summary("9")] : []),
  incident: async (id) => incidentCardOf(id),
};
const run = (words: string, changes: Partial<CommandContext> = {}) =>
  contain.run(words, asking({ desk: deskWith(desk), ...changes }));

test.each([
  "Acme Voice EU",
  "acme voice eu",
  "voice  eu",
  "VOICE EU",
  '"Acme Voice EU"',
  EU,
  EU.slice(0, 9),
  "7",
  "incident 7",
])("“%s” names the account, and its only open incident is shown with its remediations", async (words) => {
  const answer = await run(words);
  expect(answer.heading).toContain("card of 7");
  expect(pressesOf(answer)[0]).toMatchObject({ action: "request", incidentId: "7" });
});

test("an account with several open incidents lets people choose", async () => {
  const answer = await run("Acme Voice US");
  expect(answer.heading).toBe("2 open incidents · Acme Voice US");
  expect(pressesOf(answer)).toEqual([
    { action: "show", incidentId: "8" },
    { action: "show", incidentId: "9" },
  ]);
});

test("an account without an open incident says so and offers to open one", async () => {
  const answer = await run("Acme");
  expect(answer.heading).toBe("No open incident · Acme");
  expect(pressesOf(answer)).toEqual([{ action: "open-incident", accountSid: accounts[0]?.sid }]);
});

test("without any word it shows where there is something to contain", async () => {
  expect(pressesOf(await run(""))).toEqual([{ action: "show", incidentId: "7" }]);
  const calm = await run("", { desk: deskWith() });
  expect(calm.heading).toBe("Nothing to contain");
  expect(textOf(calm)).toContain("/twilio-contain Acme Voice EU: ");
});

test.each([
  ["acme voise eu", "There is no account “acme voise eu”. Did you mean Acme Voice EU?"],
  [
    "voice",
    `“voice” fits several accounts: Acme Voice EU (${EU}), Acme Voice US (${US}). Write more of the name, or the SID.`,
  ],
  ["zzzzzzzz", "There is no account “zzzzzzzz”."],
])("%s is answered with what was probably meant", async (words, problem) => {
  const answer = await run(words);
  expect(textOf(answer)).toContain(problem);
  expect(answer.isPrivate).toBe(true);
});

test("a hostile account name is repeated as it is, for the renderer to escape, and names only itself", async () => {
  const hostile = { sid: US, friendlyName: "<!channel> *free* [x](https://evil.example)", isParent: false };
  const twilio = { ...asking().twilio, accounts: async () => [hostile] };
  const answer = await run("<!channel>", { twilio, desk: deskWith() });
  expect(answer.heading).toBe(`No open incident · ${hostile.friendlyName}`);
  expect(pressesOf(answer)).toEqual([{ action: "open-incident", accountSid: US }]);
});

test("with Twilio down the accounts in trouble are found still, by name, by SID and by number", async () => {
  for (const words of ["voice eu", EU, "7"])
    expect((await run(words, { twilio: twilioDown })).heading).toContain("card of 7");
  const other = await run("Some Other", { twilio: twilioDown });
  expect(textOf(other)).toContain("Twilio cannot be reached at the moment.");
  expect(other.isPrivate).toBe(true);
});
