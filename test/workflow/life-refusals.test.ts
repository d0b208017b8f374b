import { expect, test } from "vitest";
import type { ChatUser } from "../../src/chat/platform.ts";
import type { AccountSid, IncidentId, SilenceId } from "../../src/lib/id.ts";
import type { Form, Press } from "../../src/notice/card.ts";
import { resolve, sendForm } from "../support/life.ts";
import { ON_SLACK, slackUser, withRoles } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const STRANGER = slackUser("U0NEW");
const UNKNOWN = "999" as IncidentId;
const FOREIGN = `AC${"f".repeat(32)}` as AccountSid;

const ABOUT_AN_INCIDENT = [
  "acknowledge",
  "wake",
  "reopen",
  "report",
  "resolve",
  "assign",
  "quiet",
  "merge",
  "more",
] as const;
const FORMS_ABOUT_AN_INCIDENT = ["resolve", "assign", "quiet", "merge", "more"] as const;

/** All presses that only a responder may make. */
async function presses(h: House): Promise<readonly Press[]> {
  const incidentId = await h.raise();
  return [
    ...ABOUT_AN_INCIDENT.map((action): Press => ({ action, incidentId })),
    { action: "silence", accountSid: h.account },
    { action: "open-incident", accountSid: h.account },
    { action: "end-silence", silenceId: "s1" as SilenceId },
  ];
}

async function forms(h: House): Promise<readonly Form[]> {
  const incidentId = await h.raise();
  return [
    ...FORMS_ABOUT_AN_INCIDENT.map((form): Form => ({ form, incidentId })),
    { form: "silence", accountSid: h.account },
    { form: "open-incident", accountSid: h.account },
  ];
}

async function refused(
  h: House,
  by: ChatUser,
  attempted: string,
  refusal: string,
  act: () => Promise<unknown>,
): Promise<void> {
  const before = await h.records();
  const answer = await act();
  const fresh = (await h.records()).slice(before.length);
  const title = `${attempted} by ${by.userId}`;
  expect.soft(answer, title).toMatchObject({ kind: "told", text: expect.stringMatching(/\w.{10,}\.$/) });
  expect
    .soft(fresh, title)
    .toMatchObject([{ type: "refused", version: null, actor: { userId: by.userId }, data: { attempted, refusal } }]);
}

test("strangers, and people who are no responders, may do nothing with an incident or a silence; each try is audited", async () => {
  const h = await house();
  for (const [by, refusal] of [
    [STRANGER, "not-on-the-roster"],
    [slackUser("U0ANN", "guest"), "guest"],
    [ON_SLACK.cem, "not-a-responder"],
    [ON_SLACK.eve, "not-a-responder"],
  ] as const) {
    for (const press of await presses(h)) {
      await refused(h, by, press.action, refusal, () => h.handlers.press(by, press));
    }
    for (const form of await forms(h)) {
      await refused(h, by, form.form, refusal, () => sendForm(h, form, {}, by));
    }
  }
});

test("everybody on the roster may look at an incident and at their home, and no stranger may", async () => {
  const h = await house();
  const incidentId = await h.raise();
  for (const press of [{ action: "show", incidentId }, { action: "refresh-home" }] as const) {
    expect(await h.handlers.press(ON_SLACK.eve, press)).toMatchObject({ kind: "card" });
    await refused(h, STRANGER, press.action, "not-on-the-roster", () => h.handlers.press(STRANGER, press));
  }
});

test("a role that was lost while the dialog was open counts as lost", async () => {
  const h = await house();
  const incidentId = await h.raise();
  expect(await h.handlers.press(ON_SLACK.dia, { action: "resolve", incidentId })).toMatchObject({ kind: "dialog" });
  h.changePolicy(withRoles("dia", []));
  await refused(h, ON_SLACK.dia, "resolve", "not-a-responder", () =>
    sendForm(h, { form: "resolve", incidentId }, { cause: "other" }, ON_SLACK.dia),
  );
  expect((await h.incident(incidentId)).status).toBe("open");
});

type Try = (h: House) => Promise<{ readonly press: Press } | { readonly form: Form; readonly values: Values }>;
type Values = Readonly<Record<string, string>>;

const tries: readonly (readonly [string, string, string, Try])[] = [
  ...ABOUT_AN_INCIDENT.map((action): (typeof tries)[number] => [
    `${action} an incident that is not known`,
    action,
    "unknown-incident",
    async () => ({ press: { action, incidentId: UNKNOWN } }),
  ]),
  [
    "see an incident that is not known",
    "show",
    "unknown-incident",
    async () => ({ press: { action: "show", incidentId: UNKNOWN } }),
  ],
  ...(["wake", "resolve", "assign", "quiet", "merge", "more"] as const).map((action): (typeof tries)[number] => [
    `${action} what is resolved`,
    action,
    "already-resolved",
    async (h) => {
      const incidentId = await h.raise();
      await resolve(h, incidentId);
      return { press: { action, incidentId } };
    },
  ]),
  ...FORMS_ABOUT_AN_INCIDENT.map((form): (typeof tries)[number] => [
    `send the dialog to ${form} what was resolved meanwhile`,
    form,
    "already-resolved",
    async (h) => {
      const incidentId = await h.raise();
      await resolve(h, incidentId);
      return { form: { form, incidentId }, values: { cause: "other", person: "ben", what: "snooze", span: "1h" } };
    },
  ]),
  [
    "wake what is not snoozed",
    "wake",
    "not-snoozed",
    async (h) => ({ press: { action: "wake", incidentId: await h.raise() } }),
  ],
  [
    "reopen what is not resolved",
    "reopen",
    "not-resolved",
    async (h) => ({ press: { action: "reopen", incidentId: await h.raise() } }),
  ],
  [
    "reopen what was merged away",
    "reopen",
    "merged-away",
    async (h) => {
      const [incidentId, incident] = [await h.raise(), await h.raise()];
      await sendForm(h, { form: "merge", incidentId }, { incident });
      return { press: { action: "reopen", incidentId } };
    },
  ],
  [
    "reopen where a later incident goes on with the threat",
    "reopen",
    "a-later-one",
    async (h) => {
      const dedupKey = `${h.account}.later`;
      const incidentId = await h.raise({ dedupKey });
      await resolve(h, incidentId);
      await h.raise({ dedupKey });
      return { press: { action: "reopen", incidentId } };
    },
  ],
  [
    "assign to whom it is assigned",
    "assign",
    "already-assigned",
    async (h) => {
      const incidentId = await h.raise();
      await sendForm(h, { form: "assign", incidentId }, { person: "ben" });
      return { form: { form: "assign", incidentId }, values: { person: "ben" } };
    },
  ],
  [
    "merge an incident into itself",
    "take-in",
    "merge-with-itself",
    async (h) => {
      const incidentId = await h.raise();
      return { form: { form: "merge", incidentId }, values: { incident: incidentId } };
    },
  ],
  [
    "merge into an incident of another installation",
    "merge",
    "unknown-incident",
    async (h) => ({ form: { form: "merge", incidentId: await h.raise() }, values: { incident: UNKNOWN } }),
  ],
  [
    "merge into what was resolved meanwhile",
    "merge",
    "already-resolved",
    async (h) => {
      const [incidentId, incident] = [await h.raise(), await h.raise()];
      await resolve(h, incident);
      return { form: { form: "merge", incidentId }, values: { incident } };
    },
  ],
  [
    "silence what is silenced",
    "silence",
    "already-silenced",
    async (h) => {
      const values = { threat: "anything", span: "1h", reason: "a load test" };
      await sendForm(h, { form: "silence", accountSid: h.world.voiceEu }, values);
      const incidentId = await h.raise();
      return { form: { form: "quiet", incidentId }, values: { what: "silence", span: "4h", reason: "a load test" } };
    },
  ],
  [
    "end a silence that is not known",
    "end",
    "unknown-silence",
    async () => ({ press: { action: "end-silence", silenceId: "nothing" as SilenceId } }),
  ],
  [
    "open an incident on an account of somebody else",
    "open-incident",
    "unknown-account",
    async () => ({
      form: { form: "open-incident", accountSid: FOREIGN },
      values: { summary: "calls to Cuba", severity: "critical" },
    }),
  ],
  [
    "open a second incident for what people see on one account",
    "open-incident",
    "already-open",
    async (h) => {
      const form: Form = { form: "open-incident", accountSid: h.account };
      const values = { summary: "calls to Cuba", severity: "critical" };
      expect(await sendForm(h, form, values)).toMatchObject({ kind: "told", text: expect.stringContaining("is open") });
      return { form, values };
    },
  ],
];

test("what the state does not allow is refused, told and audited, and changes nothing else", async () => {
  const h = await house();
  for (const [title, attempted, refusal, attempt] of tries) {
    const tried = await attempt(h);
    const before = await h.records();
    const answer =
      "press" in tried
        ? await h.handlers.press(ON_SLACK.ann, tried.press)
        : await sendForm(h, tried.form, tried.values);
    const fresh = (await h.records()).slice(before.length);
    expect.soft(answer, title).toMatchObject({ kind: "told", text: expect.stringMatching(/\w.{10,}\.$/) });
    expect
      .soft(fresh, title)
      .toMatchObject([
        { type: "refused", version: null, actor: { kind: "person", personId: "ann" }, data: { attempted, refusal } },
      ]);
  }
});

const gaps: readonly (readonly [string, string, (h: House) => Promise<readonly [Form, Values]>])[] = [
  ["no cause", "cause", async (h) => [{ form: "resolve", incidentId: await h.raise() }, {}]],
  [
    "a cause that people cannot choose",
    "cause",
    async (h) => [{ form: "resolve", incidentId: await h.raise() }, { cause: "merged" }],
  ],
  [
    "a note without end",
    "note",
    async (h) => [
      { form: "resolve", incidentId: await h.raise() },
      { cause: "other", note: "x".repeat(301) },
    ],
  ],
  [
    "somebody who is no responder",
    "person",
    async (h) => [{ form: "assign", incidentId: await h.raise() }, { person: "cem" }],
  ],
  ["nothing to be quiet", "what", async (h) => [{ form: "quiet", incidentId: await h.raise() }, { span: "1h" }]],
  [
    "a span that was not offered",
    "span",
    async (h) => [
      { form: "quiet", incidentId: await h.raise() },
      { what: "snooze", span: "99d" },
    ],
  ],
  [
    "a silence without a reason",
    "reason",
    async (h) => [
      { form: "quiet", incidentId: await h.raise() },
      { what: "silence", span: "1h", reason: " " },
    ],
  ],
  ["no incident to merge into", "incident", async (h) => [{ form: "merge", incidentId: await h.raise() }, {}]],
  ["no remediation", "remediation", async (h) => [{ form: "more", incidentId: await h.raise() }, {}]],
  [
    "no threat",
    "threat",
    async (h) => [
      { form: "silence", accountSid: h.account },
      { span: "1h", reason: "x" },
    ],
  ],
  [
    "an account's silence without a reason",
    "reason",
    async (h) => [
      { form: "silence", accountSid: h.account },
      { threat: "anything", span: "1h" },
    ],
  ],
  [
    "nothing seen",
    "summary",
    async (h) => [{ form: "open-incident", accountSid: h.account }, { severity: "critical" }],
  ],
  ["no severity", "severity", async (h) => [{ form: "open-incident", accountSid: h.account }, { summary: "calls" }]],
];

test("a dialog that lacks something stays open and says at the field what it is, and nothing changes", async () => {
  const h = await house();
  for (const [title, field, gap] of gaps) {
    const [form, values] = await gap(h);
    const before = (await h.records()).length;
    const answer = await sendForm(h, form, values);
    expect.soft(answer, title).toEqual({ kind: "errors", problems: { [field]: expect.stringMatching(/\w.{5,}\.$/) } });
    expect.soft(await h.records(), title).toHaveLength(before);
  }
});
