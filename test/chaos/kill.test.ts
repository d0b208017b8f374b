import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { SlackMessage } from "../../src/sandbox/slack/model.ts";
import { subjectOf } from "../../src/sandbox/story/slack-door.ts";
import { REMEDIATIONS } from "../../src/sandbox/story/story.ts";
import type { RecordedRequest } from "../../src/sandbox/twilio/server.ts";
import { ANN, BEN, POLICY } from "../story/cast.ts";
import {
  about,
  buttonOn,
  cardOf,
  expectNoDuplicates,
  expectSoundAudit,
  messageAbout,
  outcomeOf,
  pressAsSeen,
  says,
  shown,
} from "../story/slack-screen.ts";
import { prepareStage, type Stage, triggerForm } from "../story/stage.ts";

const [ROTATE, DELETE_KEYS, , SUSPEND] = REMEDIATIONS;
/** A killed worker's jobs are somebody else's after the queue's own patience. */
const RECOVERED_WITHIN_MS = 40_000;

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage({ store: "embedded", policy: POLICY, subaccounts: 20 });
  await stage.tollgate.start();
});
afterAll(() => stage?.close());

/** What is known when a moment is waited for. */
interface Scene {
  readonly accountSid: string;
  readonly request: SlackMessage;
}

interface Moment {
  readonly when: string;
  readonly title: string;
  readonly done: RegExp;
  /** Calls `kill` at the moment. It begins to watch before Approve is pressed. */
  readonly watch: (scene: Scene, kill: () => void) => void;
}

/** Twilio has done what such a request asks for, and its answer is not out yet. */
function atTwilio(isIt: (request: RecordedRequest, scene: Scene) => boolean, times = 1): Moment["watch"] {
  return (scene, kill) => {
    let seen = 0;
    const stop = stage.twilio.onRequest((request) => {
      if (!isIt(request, scene) || ++seen < times) return;
      stop();
      kill();
    });
  };
}

/** Slack has taken a message or an edit of it, and its answer is not out yet. */
function atSlack(kind: "message-posted" | "message-edited", subjectIn: (scene: Scene) => RegExp): Moment["watch"] {
  return (scene, kill) => {
    const stop = stage.slack.workspace.onChange((change) => {
      if (change.kind !== kind || !subjectIn(scene).test(subjectOf(change.message) ?? "")) return;
      stop();
      kill();
    });
  };
}

const isToken = (method: string, name: string) => (request: RecordedRequest, scene: Scene) =>
  request.accountSid === scene.accountSid && request.method === method && request.path.endsWith(`/AuthTokens/${name}`);
const isOwn = (method: string, path: RegExp) => (request: RecordedRequest, scene: Scene) =>
  request.method === method &&
  path.test(request.path) &&
  (request.path.includes(scene.accountSid) || request.accountSid === scene.accountSid);

const ROTATED = { title: ROTATE, done: /Auth token rotated\*? by Ann Ito, approved by Ben Okafor.*Verified/ };
const DELETED = { title: DELETE_KEYS, done: /API keys deleted\*? by Ann Ito.*Verified/ };
const SUSPENDED = {
  title: SUSPEND,
  done: /Subaccount suspended\*? by Ann Ito.*Verified: Twilio reports status suspended/,
};

const moments: readonly Moment[] = [
  { when: "its first look at the account", ...SUSPENDED, watch: atTwilio(isOwn("GET", /Accounts/)) },
  { when: "the suspension, before its answer", ...SUSPENDED, watch: atTwilio(isOwn("POST", /Accounts\/AC\w+\.json$/)) },
  { when: "the read-back of the suspension", ...SUSPENDED, watch: afterWriting },
  {
    when: "the edit of the settled request",
    ...SUSPENDED,
    watch: atSlack("message-edited", ({ request }) => about(request)),
  },
  {
    when: "the post that tells the requester",
    ...SUSPENDED,
    watch: atSlack("message-posted", ({ request }) => outcomeOf(request)),
  },
  { when: "the deletion of the second of three keys", ...DELETED, watch: atTwilio(isOwn("DELETE", /Keys\/SK/), 2) },
  { when: "the deletion of the pending token", ...ROTATED, watch: atTwilio(isToken("DELETE", "Secondary")) },
  { when: "the creation of the new token", ...ROTATED, watch: atTwilio(isToken("POST", "Secondary")) },
  { when: "the promotion, before its answer", ...ROTATED, watch: atTwilio(isToken("POST", "Promote")) },
  { when: "the proof of the new token", ...ROTATED, watch: afterPromotion },
];

function afterWriting(scene: Scene, kill: () => void): void {
  atTwilio(isOwn("POST", /Accounts\/AC\w+\.json$/))(scene, () => atTwilio(isOwn("GET", /Accounts/))(scene, kill));
}

function afterPromotion(scene: Scene, kill: () => void): void {
  atTwilio(isToken("POST", "Promote"))(scene, () => atTwilio((request) => request.method === "GET")(scene, kill));
}

/** Requests of this account that Twilio carried out. */
function carriedOut(accountSid: string, method: string, path: RegExp): readonly RecordedRequest[] {
  return stage.twilio.requests.filter(
    (request) =>
      request.method === method &&
      path.test(request.path) &&
      (request.path.includes(accountSid) || request.accountSid === accountSid) &&
      request.status !== undefined &&
      request.status < 300,
  );
}

function expectOneEffect(title: string, accountSid: string, tokenBefore: string): void {
  const { state } = stage.twilio;
  const account = state.account(accountSid);
  if (title === SUSPEND) {
    expect(account.status).toBe("suspended");
    expect(carriedOut(accountSid, "POST", /Accounts\/AC\w+\.json$/)).toHaveLength(1);
  } else if (title === DELETE_KEYS) {
    expect(state.keysOf(accountSid)).toEqual([]);
    expect(carriedOut(accountSid, "DELETE", /Keys\/SK/)).toHaveLength(3);
  } else {
    expect(account.authToken).not.toBe(tokenBefore);
    expect(account.secondaryToken).toBeNull();
    expect(carriedOut(accountSid, "POST", /Promote$/)).toHaveLength(1);
    const kept: unknown = JSON.parse(
      readFileSync(join(stage.tollgate.dataDir, "secrets", `${accountSid}.json`), "utf8"),
    );
    expect(kept).toMatchObject({ accountSid, authToken: account.authToken });
  }
}

test.each(moments)("killed at $when ($title): one effect, and a true card", { timeout: 90_000 }, async (moment) => {
  const { accountSid, subject, card } = await stage.incident();
  for (const name of ["dialer", "reporting", "backup"]) stage.twilio.state.addKey(accountSid, "standard", name);
  const { authToken } = stage.twilio.state.account(accountSid);
  const request = await stage.story.ask(ANN, card, moment.title, "Toll fraud");
  const killed = new Promise<void>((resolve) => {
    moment.watch({ accountSid, request }, () => resolve(stage.tollgate.kill9()));
  });
  expect(await pressAsSeen(stage, BEN, request, buttonOn(request, "Approve"))).toBe(200);
  await killed;

  await stage.tollgate.start();
  await says(stage, about(request), moment.done, RECOVERED_WITHIN_MS);
  await says(stage, outcomeOf(request), moment.done, RECOVERED_WITHIN_MS);
  await says(stage, subject, moment.done, RECOVERED_WITHIN_MS);
  expectOneEffect(moment.title, accountSid, authToken);
  expectNoDuplicates(stage);
});

test("killed right after a click was acknowledged: what was approved is carried out", { timeout: 90_000 }, async () => {
  const { accountSid, card } = await stage.incident();
  const { authToken } = stage.twilio.state.account(accountSid);
  const request = await stage.story.ask(ANN, card, SUSPEND, "Toll fraud");
  expect(await pressAsSeen(stage, BEN, request, buttonOn(request, "Approve"))).toBe(200);
  await stage.tollgate.kill9();
  await stage.tollgate.start();
  await says(stage, about(request), SUSPENDED.done, RECOVERED_WITHIN_MS);
  expectOneEffect(SUSPEND, accountSid, authToken);
});

test("killed at the very first card: it is found again, and no second one appears", { timeout: 90_000 }, async () => {
  const accountSid = stage.newSubaccount();
  const { friendlyName } = stage.twilio.state.account(accountSid);
  const killed = new Promise<void>((resolve) => {
    const stop = stage.slack.workspace.onChange((change) => {
      if (change.kind !== "message-posted" || !change.message.text.includes(friendlyName)) return;
      stop();
      resolve(stage.tollgate.kill9());
    });
  });
  // The webhook is acknowledged long before the card.
  expect(await stage.deliver("usage-trigger", accountSid, triggerForm(accountSid, "90.00"))).toBe(204);
  await killed;
  await stage.tollgate.start();
  const card = await cardOf(stage, friendlyName);
  await says(stage, about(card), /Spent today/, RECOVERED_WITHIN_MS);
  await shown(
    stage,
    "the evidence in its thread",
    () => messageAbout(stage, new RegExp(`^${(subjectOf(card) ?? "").replace("incident", "details")}$`)),
    RECOVERED_WITHIN_MS,
  );
  expectNoDuplicates(stage);
});

test("after all these deaths the server that was left is still the same one, and the record holds", {
  timeout: 90_000,
}, async () => {
  await stage.incident();
  await stage.tollgate.kill9();
  await stage.tollgate.start();
  const starts = stage.tollgate.log().match(/embedded PostgreSQL started/g) ?? [];
  expect(starts).toHaveLength(1);
  expect(stage.tollgate.log()).toMatch(/embedded PostgreSQL was running, adopted/);
  await expectSoundAudit(stage);
  // By now whatever would have been posted a second time is there.
  expectNoDuplicates(stage);
});
