import { expect, test } from "vitest";
import { unknownCommand } from "../../src/command/help.ts";
import { commands } from "../../src/command/index.ts";
import { asking, textOf } from "./asking.ts";

const help = commands.find(({ name }) => name === "help");
if (help === undefined) throw new Error("there is no help");
const run = (words: string, platform: "slack" | "teams" = "slack") => help.run(words, asking({ platform }));

test("names every command with its line and examples, as it is written in Slack", async () => {
  const words = textOf(await run(""));
  for (const { name, summary } of commands) {
    expect(words).toContain(summary);
    expect(words).toContain(`/twilio-${name}`);
  }
  expect(words).not.toContain("/twilio-home");
  expect(words).toContain("With share at the end everybody here sees them.");
});

test("and in Teams without prefix, with home, which Slack has as a tab", async () => {
  const words = textOf(await run("", "teams"));
  expect(words).toContain("usage today: ");
  expect(words).toMatch(/^home$/m);
  expect(words).not.toContain("/twilio-");
});

test.each(["usage", "/twilio-usage", "USAGE", "twilio-usage"])("“%s” gets all forms of that command", async (words) => {
  const answer = await run(words);
  expect(answer.heading).toBe("How to ask for usage");
  expect(textOf(answer)).toContain("/twilio-usage today per-subaccount: ");
});

test.each([
  ["usgae", "There is no command “usgae”. Did you mean usage?"],
  ["weather", "There is no command “weather”."],
  ["incidnets", "Did you mean incidents?"],
])("“%s” is answered with the nearest command, and with all of them", async (words, problem) => {
  const answers = [await run(words), unknownCommand(commands, "slack", words)];
  for (const answer of answers) {
    expect(textOf(answer)).toContain(problem);
    expect(textOf(answer)).toContain("/twilio-contain");
    expect(answer.isPrivate).toBe(true);
  }
});
