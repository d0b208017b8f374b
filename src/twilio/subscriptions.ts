import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { EventType, Tripwires } from "../setup/contract.ts";
import { goneIsFine } from "./errors.ts";
import type { TwilioClient } from "./sdk.ts";

/** https://www.twilio.com/docs/usage/twilios-response#pagination */
const PAGE_SIZE = 1_000;
/** A new object each time: the SDK writes its callbacks into what it is given, and a shared one never answers the others. */
const wholeList = () => ({ pageSize: PAGE_SIZE, limit: PAGE_SIZE });
/** https://www.twilio.com/docs/events/event-types: what may be subscribed to and still comes. */
const OFFERED = new Set(["available", "deprecated"]);

type Own = <Answer>(sid: AccountSid, what: string, work: (client: TwilioClient) => Promise<Answer>) => Promise<Answer>;

type Subscriptions = Pick<
  Tripwires,
  "subscriptions" | "createSubscription" | "setEventType" | "deleteSubscription" | "eventTypes"
>;

/** What the sinks of Event Streams are told. Each account has its own; nothing covers subaccounts. */
export function createSubscriptions(own: Own, parentSid: AccountSid): Subscriptions {
  return {
    subscriptions: (accountSid, sinkSid) =>
      own(accountSid, "the subscriptions", async (client) => {
        const list = await client.events.v1.subscriptions.list({ sinkSid, ...wholeList() });
        return Promise.all(
          list.map(async ({ sid }) => {
            const events = await client.events.v1.subscriptions(sid).subscribedEvents.list(wholeList());
            return { sid, sinkSid, types: events.map(({ type, schemaVersion }) => ({ type, schemaVersion })) };
          }),
        );
      }),
    createSubscription: (accountSid, { description, sinkSid, types }) =>
      own(accountSid, "a subscription", async (client) => {
        const rows = types.map(({ type, schemaVersion }) => ({ type, schema_version: schemaVersion }));
        return (await client.events.v1.subscriptions.create({ description, sinkSid, types: rows })).sid;
      }),
    setEventType: (accountSid, subscriptionSid, { type, schemaVersion }, isThere) =>
      own(accountSid, "a subscription", async (client) => {
        const { subscribedEvents } = client.events.v1.subscriptions(subscriptionSid);
        if (isThere) await subscribedEvents(type).update({ schemaVersion });
        else await subscribedEvents.create({ type, schemaVersion });
      }),
    deleteSubscription: (accountSid, subscriptionSid) =>
      own(accountSid, "a subscription", (client) =>
        goneIsFine(client.events.v1.subscriptions(subscriptionSid).remove()),
      ),
    eventTypes: (types) => own(parentSid, "the event types", (client) => readEventTypes(client, types)),
  };
}

async function readEventTypes(client: TwilioClient, types: readonly string[]): Promise<readonly EventType[] | null> {
  try {
    const listed = await client.events.v1.eventTypes.list(wholeList());
    const wanted = listed.filter(({ type, status }) => types.includes(type) && OFFERED.has(status));
    const schemaIds = [...new Set(wanted.map(({ schemaId }) => schemaId))];
    const schemas = await Promise.all(schemaIds.map((id) => client.events.v1.schemas(id).fetch()));
    const newest = new Map(schemas.map(({ id, latestVersion }) => [id, latestVersion]));
    return wanted.map(({ type, schemaId }) => ({ type, schemaVersion: newest.get(schemaId) ?? 1 }));
  } catch (error) {
    // A catalogue that is not shown to us must not keep us from subscribing.
    if (isFault(error, "not-found") || isFault(error, "rejected")) return null;
    throw error;
  }
}
