import type { EventType, WantedEventType } from "./contract.ts";

interface Known {
  readonly type: string;
  /** The version that `signal/event-streams.ts` was written for; null: it reads any, and the newest of this day is pinned. */
  readonly version: number | null;
}

/**
 * What Event Streams should tell us. Each is subscribed to in one version: without one Twilio sends the newest, which may change.
 * https://www.twilio.com/docs/events/event-types
 *
 * Of messages only those that say how a flood fares: `queued` is never sent for messages of the API, and `delivered` would
 * double the traffic to say what polls say as well.
 */
const WANTED: readonly Known[] = [
  ...family("com.twilio.voice", 2, [
    "api-request.call.created",
    "api-request.call.modified",
    "status-callback.call.answered",
    "status-callback.call.completed",
  ]),
  ...family("com.twilio.messaging.message", null, ["sent", "undelivered", "failed"]),
  ...family("com.twilio.error-logs.error", 2, ["logged"]),
  ...family("com.twilio.iam.ip", 2, ["blocked"]),
  ...family("com.twilio.accountsecurity.verify.verification", null, [
    "pending",
    "approved",
    "expired",
    "canceled",
    "max_attempts_reached",
  ]),
];

/** The wanted types that Twilio offers, none in a newer version than it has. `offered` null: it does not say, so all. */
export function wantedEventTypes(offered: readonly EventType[] | null): readonly WantedEventType[] {
  const newest = new Map(offered?.map(({ type, schemaVersion }) => [type, schemaVersion]));
  return WANTED.flatMap(({ type, version }) => {
    const known = newest.get(type) ?? (offered === null ? (version ?? 1) : undefined);
    if (known === undefined) return [];
    return [{ type, schemaVersion: Math.min(version ?? known, known), isFixed: version !== null }];
  });
}

export const WANTED_TYPES: readonly string[] = WANTED.map(({ type }) => type);

function family(prefix: string, version: number | null, names: readonly string[]): readonly Known[] {
  return names.map((name) => ({ type: `${prefix}.${name}`, version }));
}
