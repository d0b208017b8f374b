import { doorUrl, isOurs } from "./addresses.ts";
import type { AccountState, Addresses, Plan, Sink, Step, Subscription, WantedEventType } from "./contract.ts";
import { OUR_NAME } from "./names.ts";

const NOTHING: Plan = { steps: [], kept: 0, unmet: 0, notes: [] };

/**
 * One webhook sink with one subscription. A sink's address cannot be edited, so a new PUBLIC_URL is a new sink; one that failed is
 * replaced. Twilio sends from a sink only once it is active, and takes a second subscription of a sink for an error.
 */
export function planSink(
  { account, sinks, subscriptions }: AccountState,
  types: readonly WantedEventType[],
  addresses: Addresses,
): Plan {
  if (types.length === 0) {
    return { ...NOTHING, notes: ["Twilio offers this account none of the events that Tollgate reads."] };
  }
  const destination = doorUrl(addresses.publicUrl, "events", account.sid);
  const subscribed = (sink: Sink) => subscriptions.filter(({ sinkSid }) => sinkSid === sink.sid);
  const rank = (sink: Sink) => (sink.status === "active" ? 2 : 0) + (subscribed(sink).length > 0 ? 1 : 0);
  const [sink] = sinks
    .filter((candidate) => candidate.destination === destination && candidate.status !== "failed")
    .sort((one, other) => rank(other) - rank(one) || (one.sid < other.sid ? -1 : 1));
  const surplus = sinks
    .filter((other) => other !== sink && isOurs(other.destination, addresses, "events", account.sid))
    // One that somebody made by hand is theirs to delete.
    .filter(({ description }) => description.startsWith(OUR_NAME));
  const removals = surplus.map((other): Step => {
    const subscriptionSids = subscribed(other).map(({ sid }) => sid);
    return { kind: "delete-sink", sink: other, subscriptionSids, why: whyRemoved(other, destination) };
  });

  if (sink === undefined) {
    const steps: Step[] = [
      { kind: "create-sink", destination, why: whyCreated(surplus, destination) },
      { kind: "subscribe", sinkSid: null, types, why: "its events" },
    ];
    return { ...NOTHING, steps: [...steps, ...removals] };
  }
  const test: readonly Step[] =
    sink.status === "active"
      ? []
      : [{ kind: "test-sink", sinkSid: sink.sid, why: `it is ${sink.status}, not active yet` }];
  const events = planEvents(sink, subscribed(sink), types);
  return {
    steps: [...test, ...events, ...removals],
    kept: (test.length === 0 ? 1 : 0) + (events.length === 0 ? 1 : 0),
    unmet: 0,
    notes: [],
  };
}

function planEvents(
  sink: Sink,
  [subscription]: readonly Subscription[],
  types: readonly WantedEventType[],
): readonly Step[] {
  if (subscription === undefined) {
    return [{ kind: "subscribe", sinkSid: sink.sid, types, why: "the sink has no subscription" }];
  }
  const there = new Map(subscription.types.map(({ type, schemaVersion }) => [type, schemaVersion]));
  const add = types.filter(({ type }) => !there.has(type));
  const move = types.filter(
    ({ type, schemaVersion, isFixed }) => isFixed && (there.get(type) ?? schemaVersion) !== schemaVersion,
  );
  if (add.length + move.length === 0) return [];
  const why = [
    ...(add.length === 0 ? [] : [`${add.length} of ${types.length} events are not subscribed to`]),
    ...(move.length === 0 ? [] : [`${move.length} come in a version that is not the one that is read`]),
  ].join("; ");
  return [{ kind: "set-event-types", subscriptionSid: subscription.sid, add, move, why }];
}

function whyCreated(surplus: readonly Sink[], destination: string): string {
  if (surplus.length === 0) return "calls, messages, errors and verifications are not heard as they happen";
  return surplus.some((sink) => sink.destination === destination)
    ? "the one there failed"
    : "PUBLIC_URL is another one now";
}

function whyRemoved(sink: Sink, destination: string): string {
  if (sink.destination !== destination) return "it calls an earlier PUBLIC_URL";
  return sink.status === "failed" ? "it failed" : "one is enough";
}
