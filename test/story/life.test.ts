/** What becomes of an incident beside remediations, on each platform. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../../src/sandbox/story/door.ts";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";
import { burstOfErrors } from "../../src/sandbox/twilio/attack.ts";
import { ANN, INCIDENTS, POLICY } from "./cast.ts";
import { expectSoundAuditOn, raise, type Side } from "./side.ts";
import { playOn, prepareStage, type Stage, triggerForm } from "./stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await prepareStage({ subaccounts: 12, on: "both" });
  await stage.tollgate.start();
});
afterAll(() => stage?.close());

function auditSays<Message, Private>(side: Side<Message, Private>, words: RegExp) {
  return until(side.door, `the audit channel to say ${words}`, ({ auditLines }) =>
    auditLines.find((line) => words.test(line)),
  );
}

describe.each(["slack", "teams"] as const)("on %s", (platform) => {
  test("an incident is assigned, snoozed and woken", () =>
    playOn(platform, stage, async (side) => {
      const { card, subject } = await raise(side, stage);
      await side.story.send(ANN, card, "Assign…", { person: "ben" });
      await side.says(subject, /In the hands of: Ben Okafor, not acknowledged yet/);
      await side.story.send(ANN, card, "Snooze or silence…", { what: "snooze", span: "4h" });
      await side.says(subject, /Snoozed until .* by Ann Ito\. Nobody is reminded before that/);
      await side.story.press(ANN, card, "Wake");
      await side.says(subject, /^(?![\s\S]*Snoozed)/);
      expect(await side.labels(await side.says(subject, /./))).toContain("Snooze or silence…");
    }));

  test("a silence says what it would have kept quiet, holds an attack back, and ends with a button", () =>
    playOn(platform, stage, async (side) => {
      const { account, card, number, subject } = await raise(side, stage);
      await side.story.send(ANN, card, "Resolve…", { cause: "false-positive", note: "the spring campaign" });
      await side.says(subject, /Resolved by Ann Ito .*: False positive\. The spring campaign\./i);

      const asked = await side.ask(ANN, "silence", account.friendlyName);
      expect(asked.words).toMatch(/Nothing is silenced on this account/);
      const values = { threat: "toll-fraud", span: "1h", reason: "a load test" };
      const preview = await side.story.send(ANN, asked.shown, "Silence…", values);
      expect(preview).toMatch(/In the last 30 days it would have held back 1 incident/);
      expect(await stage.deliver("usage-trigger", account.sid, triggerForm(account.sid, "400.00"))).toBe(204);
      await auditSays(side, new RegExp(`held back by silence .*${account.sid}`));

      const listed = await side.ask(ANN, "silence", account.friendlyName);
      expect(listed.words).toMatch(/by Ann Ito: A load test\. It has held back 1 kind of alert: Toll fraud suspected/i);
      expect(await side.wordsOf(await side.says(subject, /./))).toMatch(/Resolved by Ann Ito/);
      expect(await side.story.isTold(ANN, listed.shown, "End silence")).toMatch(/The silence is over/);
      // What went on meanwhile comes back at once, without another signal.
      await side.says(subject, /Reopened/);
      await auditSays(side, new RegExp(`reopened incident ${number}`));
    }));

  test("two incidents of one account are merged, and the one that goes on says so", () =>
    playOn(platform, stage, async (side) => {
      const one = await raise(side, stage);
      burstOfErrors(stage.twilio, one.account.sid, "20003", 30);
      const other = await until(side.door, "the other incident", ({ messages, subjectOf, lineOf }) =>
        messages
          .filter(
            (message) =>
              /Credentials refused/.test(lineOf(message)) && lineOf(message).includes(one.account.friendlyName),
          )
          .map((message) => /^incident-(.+)$/.exec(subjectOf(message) ?? "")?.[1])
          .find((number) => number !== undefined),
      );
      await side.story.send(ANN, one.card, "Merge…", { incident: other });
      const merged = await side.says(one.subject, new RegExp(`Merged by Ann Ito .* into incident ${other}`));
      expect(await side.labels(merged)).toEqual([]);
      await side.says(new RegExp(`^incident-${other}$`), new RegExp(`Merged into this one: incident ${one.number} `));
    }));

  test("a resolved incident gives its report into its thread, and is reopened, from the answer to incidents", () =>
    playOn(platform, stage, async (side) => {
      const { account, card, number, subject } = await raise(side, stage);
      await side.story.send(ANN, card, "Resolve…", { cause: "expected-traffic" });
      await side.says(subject, /Resolved by Ann Ito/);
      const { shown } = await side.ask(ANN, "incidents", number);
      expect(await side.labels(shown)).toEqual(["Reopen", "Write report"]);
      expect(await side.story.isTold(ANN, shown, "Write report")).toMatch(/comes into its thread in a moment/);
      const report = await reportOn(platform, await side.story.subjectOf(card), account.friendlyName);
      expect(report).toMatch(new RegExp(`Incident ${number}: Toll fraud suspected.* on ${account.friendlyName}`));
      expect(report).toMatch(/Expected traffic[\s\S]*Ann Ito \((Slack|Teams)\) resolved/i);
      await side.story.press(ANN, shown, "Reopen");
      await side.says(subject, /Reopened/);
    }));
});

/** A file in Slack; in Teams, which takes none from bots, its text. */
async function reportOn(platform: "slack" | "teams", subject: string, accountName: string): Promise<string> {
  if (platform === "slack") {
    const { workspace } = stage.slack;
    const files = () =>
      workspace
        .messages(INCIDENTS)
        .flatMap(({ ts }) => workspace.thread(INCIDENTS, ts))
        .flatMap((message) => message.files);
    const file = await workspace.until(`${subject}.md`, () => files().find(({ name }) => name === `${subject}.md`));
    return file.text;
  }
  const { tenant } = stage.teams;
  const isReport = ({ text }: { readonly text: string }) =>
    text.includes("Written by Tollgate") && text.includes(accountName);
  const threads = () => tenant.messages(ACME_TEAMS.incidentChannel).flatMap(({ id }) => tenant.thread(id));
  return (await tenant.until("the report", () => threads().find(isReport))).text;
}

test("who has not acknowledged is reminded, once at each time, and not after that", async () => {
  const { onSlack, onTeams } = stage;
  await stage.tollgate.changePolicy(`${POLICY}incident: { remindAfter: 2s }\n`);
  const reminders = async (number: string) =>
    (await onSlack.subjects()).filter((subject) => subject.startsWith(`reminder-${number}-`));
  const acknowledged = await raise(onSlack, stage);
  const first = await onSlack.says(new RegExp(`^reminder-${acknowledged.number}-`), /Nobody has acknowledged this/);
  await onSlack.story.press(ANN, acknowledged.card, "Acknowledge");
  expect(await onSlack.disturbedBy(first)).toEqual(["Ann Ito", "Ben Okafor"]);
  expect(onSlack.isReply(first, acknowledged.card)).toBe(true);
  await onTeams.says(new RegExp(`^reminder-${acknowledged.number}-`), /Nobody has acknowledged this/);
  await onSlack.says(acknowledged.subject, /In the hands of: Ann Ito/);
  const knownAtMs = Date.now();

  // By when an incident that came later is reminded of twice, the other would have been as well. Each is named after its time.
  const later = await raise(onSlack, stage);
  await until(onSlack.door, "the second reminder", ({ messages, subjectOf }) =>
    messages.filter((message) => subjectOf(message)?.startsWith(`reminder-${later.number}-`)).length >= 2
      ? true
      : undefined,
  );
  const dueAtMs = (await reminders(acknowledged.number)).map((subject) => Number(subject.split("-").at(-1)));
  expect(dueAtMs.filter((atMs) => atMs > knownAtMs)).toEqual([]);
});

test("after all of that there is no second message about anything, and the record is whole on both platforms", async () => {
  await stage.tollgate.changePolicy(POLICY);
  for (const side of ["slack", "teams"] as const) {
    await playOn(side, stage, async (each) => {
      await each.expectNoDuplicates();
      await expectSoundAuditOn(each, stage);
    });
  }
});
