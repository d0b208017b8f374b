import { expect, test } from "vitest";
import type { ChatUser } from "../../src/chat/platform.ts";
import type { Press } from "../../src/notice/card.ts";
import { previewIdOf, resolve, sendForm } from "../support/life.ts";
import { ON_SLACK, personFixture, slackUser, withRoles } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

type Click = (h: House) => Promise<{ readonly by: ChatUser; readonly press: Press }>;

const on = (incidentId: string, action: "acknowledge" | "resolve"): Press => ({
  action,
  incidentId: incidentId as never,
});
const decide = (approvalId: string, action: "approve" | "deny"): Press => ({ action, approvalId });

async function pending(h: House): Promise<string> {
  return h.ask(await h.raise(), "suspend-subaccount");
}

async function resolved(h: House): Promise<string> {
  const incident = await h.raise();
  await resolve(h, incident);
  return incident;
}

const clicks: readonly (readonly [string, string, Click])[] = [
  [
    "somebody who is not on the roster",
    "not-on-the-roster",
    async (h) => ({ by: slackUser("U0NEW"), press: on(await h.raise(), "acknowledge") }),
  ],
  ["a guest", "guest", async (h) => ({ by: slackUser("U0BEN", "guest"), press: decide(await pending(h), "approve") })],
  ["a bot", "bot", async (h) => ({ by: slackUser("U0BEN", "bot"), press: decide(await pending(h), "approve") })],
  [
    "a user of another workspace",
    "other-workspace",
    async (h) => ({ by: slackUser("U0BEN", "other-workspace"), press: decide(await pending(h), "deny") }),
  ],
  [
    "somebody who could not be looked up",
    "unknown-user",
    async (h) => ({ by: slackUser("U0BEN", "unknown-user"), press: on(await h.raise(), "resolve") }),
  ],
  [
    "somebody who is on the roster twice",
    "on-the-roster-twice",
    async (h) => {
      const id = await pending(h);
      h.changePolicy(({ people }) => ({
        people: [...people, { ...personFixture("zoe", "Zoe Lund", []), slack: "U0BEN" }],
      }));
      return { by: ON_SLACK.ben, press: decide(id, "approve") };
    },
  ],
  [
    "acknowledge without the role",
    "not-a-responder",
    async (h) => ({ by: ON_SLACK.cem, press: on(await h.raise(), "acknowledge") }),
  ],
  [
    "resolve without the role",
    "not-a-responder",
    async (h) => ({ by: ON_SLACK.eve, press: on(await h.raise(), "resolve") }),
  ],
  [
    "ask without the role",
    "not-a-responder",
    async (h) => ({
      by: ON_SLACK.cem,
      press: { action: "request", incidentId: await h.raise(), remediation: "suspend-subaccount" },
    }),
  ],
  [
    "approve without the role",
    "not-an-approver",
    async (h) => ({ by: ON_SLACK.dia, press: decide(await pending(h), "approve") }),
  ],
  [
    "deny without the role",
    "not-an-approver",
    async (h) => ({ by: ON_SLACK.eve, press: decide(await pending(h), "deny") }),
  ],
  [
    "approve one's own request",
    "own-request",
    async (h) => ({ by: ON_SLACK.ann, press: decide(await pending(h), "approve") }),
  ],
  [
    "acknowledge twice",
    "already-acknowledged",
    async (h) => {
      const incident = await h.raise();
      await h.handlers.press(ON_SLACK.ann, on(incident, "acknowledge"));
      return { by: ON_SLACK.dia, press: on(incident, "acknowledge") };
    },
  ],
  [
    "acknowledge what is resolved",
    "already-resolved",
    async (h) => ({ by: ON_SLACK.dia, press: on(await resolved(h), "acknowledge") }),
  ],
  [
    "resolve what is resolved",
    "already-resolved",
    async (h) => ({ by: ON_SLACK.dia, press: on(await resolved(h), "resolve") }),
  ],
  [
    "ask on a resolved incident",
    "already-resolved",
    async (h) => ({
      by: ON_SLACK.ann,
      press: { action: "request", incidentId: (await resolved(h)) as never, remediation: "suspend-subaccount" },
    }),
  ],
  [
    "an incident that is not known",
    "unknown-incident",
    async () => ({ by: ON_SLACK.ann, press: on("999", "acknowledge") }),
  ],
  [
    "ask on an incident that is not known",
    "unknown-incident",
    async () => ({
      by: ON_SLACK.ann,
      press: { action: "request", incidentId: "999" as never, remediation: "suspend-subaccount" },
    }),
  ],
  [
    "a remediation that is not known",
    "unknown-remediation",
    async (h) => ({
      by: ON_SLACK.ann,
      press: { action: "request", incidentId: await h.raise(), remediation: "set-it-on-fire" },
    }),
  ],
  [
    "ask for what waits already",
    "already-requested",
    async (h) => {
      const incident = await h.raise();
      await h.ask(incident, "suspend-subaccount");
      return {
        by: ON_SLACK.dia,
        press: { action: "request", incidentId: incident, remediation: "suspend-subaccount" },
      };
    },
  ],
  [
    "undo what was never done",
    "not-available",
    async (h) => ({ by: ON_SLACK.ann, press: { action: "undo", incidentId: await h.raise(), runId: "nothing" } }),
  ],
  [
    "a request that is not known",
    "unknown-request",
    async () => ({ by: ON_SLACK.ben, press: decide("nothing", "approve") }),
  ],
  [
    "approve what was granted",
    "already-granted",
    async (h) => ({ by: ON_SLACK.cem, press: decide(await h.grant(await h.raise(), "suspend-subaccount"), "approve") }),
  ],
  [
    "approve what was denied",
    "already-denied",
    async (h) => {
      const id = await pending(h);
      await h.handlers.press(ON_SLACK.cem, decide(id, "deny"));
      return { by: ON_SLACK.ben, press: decide(id, "approve") };
    },
  ],
  [
    "approve what was withdrawn",
    "already-withdrawn",
    async (h) => {
      const id = await pending(h);
      await h.handlers.press(ON_SLACK.ann, decide(id, "deny"));
      return { by: ON_SLACK.ben, press: decide(id, "approve") };
    },
  ],
  [
    "approve what expired, though no timer came",
    "already-expired",
    async (h) => {
      const id = await pending(h);
      h.world.clock.pass(900_000);
      return { by: ON_SLACK.ben, press: decide(id, "approve") };
    },
  ],
  [
    "approve what was closed by a timer",
    "already-expired",
    async (h) => {
      const id = await pending(h);
      h.world.clock.pass(900_000);
      await h.work("expire", id);
      return { by: ON_SLACK.ben, press: decide(id, "approve") };
    },
  ],
  [
    "approve a request whose incident was resolved",
    "already-withdrawn",
    async (h) => {
      const incident = await h.raise();
      const id = await h.ask(incident, "suspend-subaccount");
      await resolve(h, incident, ON_SLACK.dia);
      return { by: ON_SLACK.ben, press: decide(id, "approve") };
    },
  ],
];

test("a refused click is told why, audited, and changes nothing else", async () => {
  const h = await house();
  const policy = h.policy();
  for (const [title, refusal, click] of clicks) {
    const { by, press } = await click(h);
    const before = await h.records();
    const answer = await h.handlers.press(by, press);
    const fresh = (await h.records()).slice(before.length);
    h.changePolicy(() => policy);
    expect.soft(answer, title).toMatchObject({ kind: "told", text: expect.stringMatching(/\w.{10,}\.$/) });
    expect.soft(fresh, title).toMatchObject([
      {
        type: "refused",
        version: null,
        cause: "click",
        actor: { platform: by.platform, userId: by.userId },
        data: { attempted: press.action, refusal },
      },
    ]);
  }
});

test("an unknown button: told and audited", async () => {
  const h = await house();
  expect(await h.handlers.unknownPress(ON_SLACK.ann, "frobnicate")).toContain("another version");
  expect(await h.handlers.unknownPress(slackUser("U0NEW"), "frobnicate")).toContain("another version");
  expect(await h.records()).toMatchObject([
    { type: "refused", version: null, actor: { kind: "person", personId: "ann" }, data: { refusal: "unknown-action" } },
    { type: "refused", version: null, actor: { kind: "stranger", userId: "U0NEW" } },
  ]);
});

test("a command of somebody who is not on the roster: told and audited", async () => {
  const h = await house();
  expect(JSON.stringify(await h.handlers.command(slackUser("U0NEW"), "usage", "today"))).toContain("roster");
  expect(await h.records()).toMatchObject([
    { type: "refused", cause: "command", actor: { kind: "stranger" }, data: { refusal: "not-on-the-roster" } },
  ]);
});

const sendings: readonly (readonly [
  string,
  string,
  (h: House) => Promise<{ readonly by: ChatUser; readonly previewId: string }>,
])[] = [
  [
    "a dialog that is not known any more",
    "unknown-preview",
    async () => ({ by: ON_SLACK.ann, previewId: "long-gone" }),
  ],
  [
    "a dialog sent by somebody who is not on the roster",
    "not-on-the-roster",
    async (h) => ({
      by: slackUser("U0NEW"),
      previewId: previewIdOf(await h.dialog(await h.raise(), "suspend-subaccount")),
    }),
  ],
  [
    "a dialog sent by somebody who lost the role meanwhile",
    "not-a-responder",
    async (h) => {
      const previewId = previewIdOf(await h.dialog(await h.raise(), "suspend-subaccount"));
      h.changePolicy(withRoles("ann", ["approver"]));
      return { by: ON_SLACK.ann, previewId };
    },
  ],
  [
    "a dialog of an incident that was resolved meanwhile",
    "already-resolved",
    async (h) => {
      const incident = await h.raise();
      const previewId = previewIdOf(await h.dialog(incident, "suspend-subaccount"));
      await resolve(h, incident, ON_SLACK.dia);
      return { by: ON_SLACK.ann, previewId };
    },
  ],
  [
    "a request that nobody could approve",
    "nobody-can-approve",
    async (h) => {
      h.changePolicy(withRoles("ben", []));
      h.changePolicy(withRoles("cem", []));
      return {
        by: ON_SLACK.ann,
        previewId: previewIdOf(await h.dialog(await h.raise(), "suspend-subaccount")),
      };
    },
  ],
];

test("a refused dialog is told why, audited, and nothing is requested", async () => {
  const h = await house();
  const policy = h.policy();
  for (const [title, refusal, sending] of sendings) {
    const { by, previewId } = await sending(h);
    const before = await h.records();
    const answer = await sendForm(h, { form: "request", previewId }, { reason: "Toll fraud" }, by);
    const fresh = (await h.records()).slice(before.length);
    h.changePolicy(() => policy);
    expect.soft(answer.kind, title).toBe("told");
    expect
      .soft(fresh, title)
      .toMatchObject([{ type: "refused", version: null, actor: { userId: by.userId }, data: { refusal } }]);
    expect.soft((await h.approval(previewId)).status, title).toBe("none");
  }
});

test("the same dialog sent twice is one request", async () => {
  const h = await house();
  const dialog = await h.dialog(await h.raise(), "suspend-subaccount");
  expect(await Promise.all([h.send(dialog), h.send(dialog)])).toEqual([{ kind: "done" }, { kind: "done" }]);
  expect((await h.records()).filter(({ type }) => type === "approval-requested")).toHaveLength(1);
});

test("a refusal is no event: however many there are, no decision is made twice or fails because of them", async () => {
  const h = await house();
  const id = await pending(h);
  const versions = async () =>
    (await h.records()).filter(({ stream }) => stream === `approval-${id}`).map((r) => r.version);
  const appends: string[] = [];
  const other = await h.replica({
    outside: ({ store, ...rest }) => ({
      ...rest,
      store: {
        ...store,
        events: {
          ...store.events,
          async append(change) {
            // Between load and append somebody is refused.
            if (change.drafts[0]?.version === 2) await h.handlers.press(ON_SLACK.eve, decide(id, "approve"));
            const answer = await store.events.append(change);
            appends.push(answer);
            return answer;
          },
        },
      },
    }),
  });
  expect(await other.handlers.press(ON_SLACK.ben, decide(id, "approve"))).toEqual({ kind: "done" });
  expect(appends).toEqual(["stored"]);
  expect(await versions()).toEqual([1, null, 2, 3]);
});
