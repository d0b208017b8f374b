import { expect, test } from "vitest";
import { readAloud } from "../../../src/sandbox/story/read-aloud.ts";
import { textOf } from "../../../src/sandbox/story/slack-door.ts";

const people = [{ id: "U0BEN", name: "ben", realName: "Ben Okafor", isBot: false, role: "approver" }];

test("a moment is read as its written date, a mention as a name, a link as its words, and marks are not read", () => {
  expect(readAloud("As of <!date^1795309895^{date_short_pretty} {time}|2026-11-22 01:11 UTC>.", people)).toBe(
    "As of 2026-11-22 01:11 UTC.",
  );
  expect(readAloud("<@U0BEN> and <@U0DIA>: *please* <https://example.com/1|look>", people)).toBe(
    "@Ben Okafor and @U0DIA: please look",
  );
});

test("what was escaped is read as it was written, once", () => {
  expect(readAloud("&lt;!channel&gt; &amp;amp; 2 * 3 * 4", people)).toBe("<!channel> &amp; 2 * 3 * 4");
});

test("a field is one line, its label first", () => {
  const mrkdwn = (text: string) => ({ type: "mrkdwn", text });
  const blocks = [
    { type: "section", text: mrkdwn("*Acme*") },
    { type: "section", fields: [mrkdwn("*Status*\nactive"), mrkdwn("*Keys*\n3")] },
  ];
  expect(readAloud(textOf(blocks), people)).toBe("Acme\nStatus: active\nKeys: 3");
});
