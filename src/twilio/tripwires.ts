import { z } from "zod";
import { Fault, isFault } from "../lib/fault.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import type { Sink, Tripwires, UsageTrigger } from "../setup/contract.ts";
import { asAccount } from "./as-account.ts";
import type { Credentials } from "./credentials.ts";
import { toStatus } from "./directory.ts";
import { asFaults, goneIsFine } from "./errors.ts";
import { createPorting } from "./porting.ts";
import type { TwilioClient } from "./sdk.ts";
import { createSubscriptions } from "./subscriptions.ts";

/** https://www.twilio.com/docs/usage/twilios-response#pagination */
const PAGE_SIZE = 1_000;
const MAX_ACCOUNTS = 20_000;
/** https://www.twilio.com/docs/usage/api/usage-trigger */
const MAX_TRIGGERS = 1_000;
/** https://www.twilio.com/docs/events: 100 of each; more is only read in case that changes. */
const MAX_SINKS = 1_000;

const WebhookConfiguration = z.object({ destination: z.string() });

/** Usage triggers, Event Streams and the porting webhook, each with the credentials that reach it. */
export function createTripwires(credentials: Credentials): Tripwires {
  const { parentSid } = credentials;

  /** On api.twilio.com: the parent's token reaches every account. */
  function parent<Answer>(what: string, work: (client: TwilioClient) => Promise<Answer>): Promise<Answer> {
    return asFaults(what, async () => work(await credentials.parentClient()));
  }

  /** On every other host. */
  const own = <Answer>(sid: AccountSid, what: string, work: (client: TwilioClient) => Promise<Answer>) =>
    asAccount(credentials, sid, what, work);

  return {
    accounts: () =>
      parent("the list of accounts", async (client) => {
        const accounts = await client.api.v2010.accounts.list({ pageSize: PAGE_SIZE, limit: MAX_ACCOUNTS });
        return accounts
          .map(({ sid, friendlyName, status, dateCreated }) => {
            if (!isAccountSid(sid)) throw new Fault("unavailable", "Twilio answered with something that is no account");
            const createdAtMs = new Date(dateCreated).getTime();
            return { sid, friendlyName, status: toStatus(status), isParent: sid === parentSid, createdAtMs };
          })
          .filter(({ status }) => status !== "closed");
      }),

    usageTriggers: (sid) =>
      parent(`the usage triggers of ${sid}`, async (client) => {
        const list = client.api.v2010.accounts(sid).usage.triggers;
        const triggers = await list.list({ pageSize: MAX_TRIGGERS, limit: MAX_TRIGGERS });
        return triggers.map(
          (trigger): UsageTrigger => ({
            sid: trigger.sid,
            friendlyName: trigger.friendlyName ?? "",
            category: trigger.usageCategory,
            measure: trigger.triggerBy,
            value: Number(trigger.triggerValue),
            recurring: trigger.recurring ?? null,
            callbackUrl: trigger.callbackUrl,
          }),
        );
      }),
    createUsageTrigger: (accountSid, trigger) =>
      parent(`a usage trigger of ${accountSid}`, async (client) => {
        const { sid } = await client.api.v2010.accounts(accountSid).usage.triggers.create({
          callbackUrl: trigger.callbackUrl,
          callbackMethod: "POST",
          triggerValue: String(trigger.value),
          usageCategory: trigger.category,
          friendlyName: trigger.friendlyName,
          recurring: "daily",
          triggerBy: trigger.measure,
        });
        return sid;
      }),
    deleteUsageTrigger: (accountSid, triggerSid) =>
      parent(`a usage trigger of ${accountSid}`, (client) =>
        goneIsFine(client.api.v2010.accounts(accountSid).usage.triggers(triggerSid).remove()),
      ),

    sinks: (accountSid) =>
      own(accountSid, "the sinks", async (client) => {
        const sinks = await client.events.v1.sinks.list({ pageSize: PAGE_SIZE, limit: MAX_SINKS });
        return sinks.map(toSink);
      }),
    createSink: (accountSid, { description, destination }) =>
      own(accountSid, "a sink", async (client) =>
        toSink(
          await client.events.v1.sinks.create({
            description,
            sinkType: "webhook",
            // One event a delivery: nothing waits for a batch to be full.
            sinkConfiguration: { destination, method: "POST", batch_events: false },
          }),
        ),
      ),
    sinkStatus: (accountSid, sinkSid) =>
      own(accountSid, "a sink", async (client) => (await client.events.v1.sinks(sinkSid).fetch()).status),
    testSink: (accountSid, sinkSid) =>
      own(accountSid, "a sink's test", async (client) => {
        await client.events.v1.sinks(sinkSid).sinkTest.create();
      }),
    validateSink: (accountSid, sinkSid, testId) =>
      own(accountSid, "a sink's validation", async (client) => {
        try {
          const { result } = await client.events.v1.sinks(sinkSid).sinkValidate.create({ testId });
          return result === "valid";
        } catch (error) {
          if (isFault(error, "rejected") || isFault(error, "not-found")) return false;
          throw error;
        }
      }),
    deleteSink: (accountSid, sinkSid) =>
      own(accountSid, "a sink", (client) => goneIsFine(client.events.v1.sinks(sinkSid).remove())),

    ...createSubscriptions(own, parentSid),
    ...createPorting((work) => own(parentSid, "the porting webhook", work)),
  };
}

function toSink(sink: {
  readonly sid: string;
  readonly description: string;
  readonly status: Sink["status"];
  readonly sinkType: string;
  readonly sinkConfiguration: unknown;
}): Sink {
  const { sid, description, status, sinkType, sinkConfiguration } = sink;
  const parsed = WebhookConfiguration.safeParse(sinkConfiguration);
  return {
    sid,
    description: description ?? "",
    status,
    destination: sinkType === "webhook" && parsed.success ? parsed.data.destination : null,
  };
}
