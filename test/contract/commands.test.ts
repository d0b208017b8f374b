import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { commands } from "../../src/command/index.ts";
import type { AccountSid } from "../../src/lib/id.ts";

/** https://docs.slack.dev/reference/app-manifest */
const LIMITS = {
  command: 32,
  description: 2000,
  usageHint: 1000,
  appName: 35,
  appDescription: 140,
  botName: 80,
} as const;

const Manifest = z.object({
  display_information: z.object({
    name: z.string().max(LIMITS.appName),
    description: z.string().max(LIMITS.appDescription),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.object({
    bot_user: z.object({ display_name: z.string().max(LIMITS.botName), always_online: z.boolean() }),
    slash_commands: z.array(
      z.strictObject({
        command: z
          .string()
          .regex(/^\/[a-z0-9_-]+$/)
          .max(LIMITS.command),
        url: z.string(),
        description: z.string().min(1).max(LIMITS.description),
        usage_hint: z.string().max(LIMITS.usageHint),
        should_escape: z.boolean(),
      }),
    ),
  }),
  oauth_config: z.object({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.object({
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: z.string() }),
    socket_mode_enabled: z.literal(false),
    // Nothing listens to events: a subscription would only cost requests.
    event_subscriptions: z.undefined().optional(),
  }),
});

const text = readFileSync(new URL("../../manifest.yml", import.meta.url), "utf8");
const manifest = Manifest.parse(parse(text));

const MAIN = `AC${"1".repeat(32)}` as AccountSid;

describe("every command", () => {
  test.each(commands)("$name says what it is for, with examples that it understands", async (command) => {
    expect(command.name).toMatch(/^[a-z]+$/);
    expect(command.summary).toMatch(/\S/);
    expect(command.forms.length).toBeGreaterThan(0);
    for (const { form } of command.forms) {
      const answer = await command.run(form, {
        nowMs: Date.UTC(2026, 10, 21),
        parentSid: MAIN,
        twilio: {
          accounts: async () => [
            { sid: MAIN, friendlyName: "Acme", isParent: true },
            { sid: `AC${"2".repeat(32)}` as AccountSid, friendlyName: "Acme Voice EU", isParent: false },
          ],
          usage: async () => [],
        },
      });
      expect(answer.heading).not.toBe("That was not understood");
      expect(answer.elements.length).toBeGreaterThan(0);
    }
  });

  test.each(commands)("$name answers a wrong word with its forms", async (command) => {
    const answer = await command.run("%%%", {
      nowMs: Date.UTC(2026, 10, 21),
      parentSid: MAIN,
      twilio: { accounts: async () => [], usage: async () => [] },
    });
    const words = JSON.stringify(answer.elements);
    for (const { form } of command.forms) expect(words).toContain(form);
  });
});

describe("the Slack manifest", () => {
  test("declares exactly the commands that the code answers, in the same words", () => {
    const declared = manifest.features.slash_commands.map(({ command, description }) => ({ command, description }));
    expect(declared).toEqual(
      commands.map(({ name, summary }) => ({ command: `/twilio-${name}`, description: summary })),
    );
  });

  test("has one placeholder host, and every address is the route that Slack calls", () => {
    const addresses = [
      ...manifest.features.slash_commands.map(({ url }) => url),
      manifest.settings.interactivity.request_url,
    ];
    expect(new Set(addresses)).toEqual(new Set(["https://YOUR_PUBLIC_HOST/slack/events"]));
  });

  test("asks for the scopes of the Web API methods in use and no others", () => {
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(
      [
        "chat:write", // chat.postMessage, chat.update, chat.postEphemeral
        "commands",
        "users:read", // users.info
        "channels:history", // conversations.history, conversations.replies
        "groups:history",
        "channels:read", // conversations.info
        "groups:read",
      ].toSorted(),
    );
  });
});
