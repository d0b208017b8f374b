import { randomBytes } from "node:crypto";
import { expect, test } from "vitest";
import type { AccountSid } from "../../src/lib/id.ts";
import { expectNoDuplicates, expectSoundAudit } from "../story/slack-screen.ts";
import { type Stage, setStage } from "../story/stage.ts";
import { debuggerForm } from "../support/webhook-forms.ts";

type Form = Readonly<Record<string, string>>;

const WEBHOOKS = 200;
const AT_ONCE = 20;

/** Errors of many calls, each a delivery of its own. */
function errorForms(accountSid: string): readonly Form[] {
  const prefix = randomBytes(12).toString("hex");
  return Array.from({ length: WEBHOOKS }, (_, index) => {
    const Sid = `NO${prefix}${index.toString(16).padStart(8, "0")}`;
    return { ...debuggerForm(accountSid as AccountSid), Sid, Timestamp: new Date().toISOString() };
  });
}

/** Delivers all, some at a time. Answers which of them were acknowledged; `onAcknowledged` hears how many there are so far. */
async function deliverAll(
  stage: Stage,
  accountSid: string,
  forms: readonly Form[],
  onAcknowledged: (count: number) => void = () => {},
): Promise<number> {
  const waiting = [...forms];
  let acknowledged = 0;
  async function deliverSome(): Promise<void> {
    for (let form = waiting.shift(); form !== undefined; form = waiting.shift()) {
      const status = await stage.deliver("debugger", accountSid, form);
      if (status === undefined || status >= 300) continue;
      acknowledged += 1;
      onAcknowledged(acknowledged);
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, deliverSome));
  return acknowledged;
}

/** Ends Tollgate in the middle of the deliveries and starts it again; then Twilio's side repeats them all. */
async function endUnderLoad(stage: Stage, end: () => Promise<unknown>): Promise<void> {
  const accountSid = stage.newSubaccount();
  const forms = errorForms(accountSid);
  let ended: Promise<unknown> | undefined;
  const acknowledged = await deliverAll(stage, accountSid, forms, (count) => {
    if (count >= WEBHOOKS / 4) ended ??= end();
  });
  await ended;
  expect(acknowledged).toBeGreaterThanOrEqual(WEBHOOKS / 4);
  expect(acknowledged).toBeLessThan(WEBHOOKS);

  await stage.tollgate.start();
  const counted = await stage.countedSignals(accountSid);
  expect(counted).toBeGreaterThanOrEqual(acknowledged);
  expect(counted).toBeLessThanOrEqual(WEBHOOKS);
  // What was counted already is known by its key, so the repetition counts exactly the rest.
  expect(await deliverAll(stage, accountSid, forms)).toBe(WEBHOOKS);
  expect(await stage.countedSignals(accountSid)).toBe(WEBHOOKS);
  await stage.incident();
  expectNoDuplicates(stage);
  await expectSoundAudit(stage);
}

test("killed while 200 webhooks come in: every one that was acknowledged is counted once", {
  timeout: 90_000,
}, async (context) => {
  const stage = await setStage(context);
  await endUnderLoad(stage, () => stage.tollgate.kill9());
});

test("told to end while 200 webhooks come in: it ends with 0 within ten seconds, and nothing acknowledged is lost", {
  timeout: 90_000,
}, async (context) => {
  const stage = await setStage(context);
  await endUnderLoad(stage, async () => {
    const { code, ms } = await stage.tollgate.stop();
    expect(code).toBe(0);
    expect(ms).toBeLessThan(10_000);
  });
});
