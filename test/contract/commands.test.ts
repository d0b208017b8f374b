import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { SLACK_EVENTS } from "../../src/chat/slack/receive.ts";
import { SLACK_SCOPES } from "../../src/chat/slack/self-check.ts";
import { commands } from "../../src/command/index.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import { asking, deskWith, incidentCardOf, silenced, summary, textOf, twilioDown } from "../command/asking.ts";

/** https://docs.slack.dev/reference/app-manifest */
const LIMITS = {
  command: 32,
  commands: 50,
  description: 2000,
  usageHint: 1000,
  appName: 35,
  appDescription: 140,
  botName: 80,
  botEvents: 100,
} as const;

const SlashCommand = z.strictObject({
  command: z
    .string()
    .regex(/^\/[a-z0-9_-]+$/)
    .max(LIMITS.command),
  url: z.string(),
  description: z.string().min(1).max(LIMITS.description),
  usage_hint: z.string().max(LIMITS.usageHint),
  should_escape: z.boolean(),
});

/** Strict: what is not named here is not in the manifest. */
const Manifest = z.strictObject({
  display_information: z.strictObject({
    name: z.string().max(LIMITS.appName),
    description: z.string().max(LIMITS.appDescription),
    background_color: z.string().regex(/^#[0-9a-f]{6}$/),
  }),
  features: z.strictObject({
    app_home: z.strictObject({
      home_tab_enabled: z.literal(true),
      messages_tab_enabled: z.literal(true),
      messages_tab_read_only_enabled: z.literal(true),
    }),
    bot_user: z.strictObject({ display_name: z.string().max(LIMITS.botName), always_online: z.boolean() }),
    slash_commands: z.array(SlashCommand).max(LIMITS.commands),
  }),
  oauth_config: z.strictObject({ scopes: z.strictObject({ bot: z.array(z.string()) }) }),
  settings: z.strictObject({
    event_subscriptions: z.strictObject({
      request_url: z.string(),
      bot_events: z.array(z.string()).max(LIMITS.botEvents),
    }),
    // Buttons and dialogs.
    interactivity: z.strictObject({ is_enabled: z.literal(true), request_url: z.string() }),
    org_deploy_enabled: z.literal(false),
    socket_mode_enabled: z.literal(false),
    token_rotation_enabled: z.literal(false),
  }),
});

const text = readFileSync(new URL("../../manifest.yml", import.meta.url), "utf8");
const manifest = Manifest.parse(parse(text));

/** A desk on which everything lies that an example names. */
const busy = deskWith({
  incidents: async () => [summary("7")],
  incident: async (id) => incidentCardOf(id),
  incidentsOf: async () => [summary("7", { id: "7" as IncidentId })],
  silences: async () => [silenced("s1")],
});

describe("every command", () => {
  test("has a name of its own", () => {
    const names = commands.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  test.each(commands)("$name says what it is for, with examples that it understands", async (command) => {
    expect(command.name).toMatch(/^[a-z]+$/);
    expect(command.summary).toMatch(/^[A-Z].*[^.]$/);
    expect(command.usageHint).toMatch(/\S/);
    expect(command.forms.length).toBeGreaterThan(0);
    for (const { form } of command.forms) {
      const answer = await command.run(form, asking({ desk: busy }));
      expect(answer.heading).not.toBe("That was not understood");
      expect(answer.elements.length).toBeGreaterThan(0);
      expect((answer.buttons ?? []).length).toBeLessThanOrEqual(5);
    }
  });

  test.each(commands)(
    "$name answers a wrong word with what is understood, as it is written on each platform",
    async (command) => {
      const [slack, teams] = await Promise.all(
        (["slack", "teams"] as const).map((platform) => command.run("%%%", asking({ platform }))),
      );
      if (slack === undefined || teams === undefined) throw new Error("no answer");
      expect(slack).toMatchObject({ heading: "That was not understood", isPrivate: true });
      const others =
        command.name === "help"
          ? commands.map(({ name }) => name)
          : command.forms.map(({ form }) => `${command.name} ${form}`);
      for (const written of others) {
        expect(textOf(slack)).toContain(`/twilio-${written}`);
        expect(textOf(teams)).toContain(written);
      }
      expect(textOf(teams)).not.toContain("/twilio-");
    },
  );

  test.each(commands)("$name answers for any word within its words, also when Twilio is down", async (command) => {
    const words = [
      "",
      "help",
      "Acme",
      "7",
      "today",
      "person ann",
      "account Acme",
      "<!channel>",
      "x".repeat(4_000),
      "“",
      "\u202e7",
    ];
    for (const word of words) {
      const answer = await command.run(word, asking({ twilio: twilioDown }));
      expect(textOf(answer)).not.toContain("raw text");
      expect(textOf(answer).length).toBeLessThan(4_000);
    }
  });
});

describe("the Slack manifest", () => {
  test("declares exactly the commands that the code answers, in the same words", () => {
    const declared = manifest.features.slash_commands.map(({ command, description, usage_hint }) => ({
      command,
      description,
      usage_hint,
    }));
    expect(declared).toEqual(
      commands.map(({ name, summary: description, usageHint }) => ({
        command: `/twilio-${name}`,
        description,
        usage_hint: usageHint,
      })),
    );
  });

  test("subscribes to exactly the events that the code listens to", () => {
    expect(manifest.settings.event_subscriptions.bot_events.toSorted()).toEqual([...SLACK_EVENTS].toSorted());
  });

  test("asks for exactly the scopes that the code asks after", () => {
    const used = [...new Set(Object.values(SLACK_SCOPES).flat())];
    expect(manifest.oauth_config.scopes.bot.toSorted()).toEqual(used.toSorted());
  });

  test("has one placeholder host, and every address is the route that Slack calls", () => {
    const addresses = [
      ...manifest.features.slash_commands.map(({ url }) => url),
      manifest.settings.event_subscriptions.request_url,
      manifest.settings.interactivity.request_url,
    ];
    expect(new Set(addresses)).toEqual(new Set(["https://YOUR_PUBLIC_HOST/slack/events"]));
  });

  test("for Socket Mode says what to change, and nothing of what is left then holds an address", () => {
    expect(text).toContain("set socket_mode_enabled to true");
    const without = text
      .replace("socket_mode_enabled: false", "socket_mode_enabled: true")
      .split("\n")
      .filter((line) => !/^\s*(request_)?url:/.test(line))
      .join("\n");
    const left = z
      .looseObject({ settings: z.looseObject({ socket_mode_enabled: z.literal(true) }) })
      .parse(parse(without));
    expect(JSON.stringify(left)).not.toContain("http");
    expect(JSON.stringify(left)).toContain("app_home_opened");
  });
});
