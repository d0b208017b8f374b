import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { SLACK_SCOPES } from "../../../src/chat/slack/self-check.ts";
import { seedAcmeWorkspace } from "../../../src/sandbox/slack/seed.ts";
import { startSlackWorld } from "./slack-world.ts";

const Manifest = z.looseObject({
  oauth_config: z.looseObject({ scopes: z.looseObject({ bot: z.array(z.string()) }) }),
});

test("the manifest asks for every scope that the check at start demands, and for no other", () => {
  const text = readFileSync(new URL("../../../manifest.yml", import.meta.url), "utf8");
  const demanded = [...SLACK_SCOPES.always, ...SLACK_SCOPES.publicChannel, ...SLACK_SCOPES.privateChannel];
  expect(Manifest.parse(parse(text)).oauth_config.scopes.bot.toSorted()).toEqual(demanded.toSorted());
});

test("a scope that is missing is named, with the way out", async () => {
  const seed = seedAcmeWorkspace();
  const scopes = seed.app.scopes.filter((scope) => scope !== "users:read" && scope !== "channels:history");
  const world = await startSlackWorld({ standIn: { seed: { ...seed, app: { ...seed.app, scopes } } } });
  const problems = await world.slack.start();
  await world.close();
  expect(problems).toEqual([
    expect.stringContaining("the scope users:read is missing"),
    expect.stringContaining("the scope channels:history is missing"),
  ]);
});

test("a channel without our bot is named", async () => {
  const seed = seedAcmeWorkspace();
  const channels = seed.channels.map((channel) =>
    channel.id === "C0AUDIT" ? { ...channel, members: channel.members.filter((id) => id !== "U0TOLLGATE") } : channel,
  );
  const world = await startSlackWorld({ standIn: { seed: { ...seed, channels } } });
  const problems = await world.slack.start();
  await world.close();
  expect(problems).toEqual([expect.stringMatching(/SLACK_AUDIT_CHANNEL: the bot is not in #twilio-audit/)]);
});

test("what goes wrong after the start is found when it is asked again, and what was mended is gone", async () => {
  const world = await startSlackWorld();
  expect(await world.slack.start()).toEqual([]);
  world.standIn.inject({ kind: "channel-archived", channel: "C0INCIDENTS" });
  const archived = await world.slack.problems();
  world.standIn.clearFaults();
  const mended = await world.slack.problems();
  world.standIn.inject({ kind: "token-revoked" });
  const revoked = await world.slack.problems();
  await world.close();
  expect(archived).toEqual([expect.stringMatching(/^SLACK_INCIDENT_CHANNEL: #twilio-incidents is archived/)]);
  expect(mended).toEqual([]);
  expect(revoked).toEqual([expect.stringMatching(/^SLACK_BOT_TOKEN: Slack refuses it/)]);
});
