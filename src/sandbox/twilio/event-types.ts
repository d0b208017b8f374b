/** What Event Streams may be asked for. `discontinued` and `restricted` types are refused, `deprecated` ones never come. */
export interface EventType {
  readonly type: string;
  readonly schemaId: string;
  readonly latestVersion: number;
  readonly status: "available" | "deprecated" | "restricted" | "discontinued";
}

type Row = readonly [
  schemaId: string,
  latestVersion: number,
  prefix: string,
  names: readonly string[],
  status?: EventType["status"],
];

/** https://www.twilio.com/docs/events/event-types */
const ROWS: readonly Row[] = [
  ["Voice.WebhookEvent", 2, "com.twilio.voice.api-request.call", ["created", "modified"]],
  ["Voice.WebhookEvent", 2, "com.twilio.voice.status-callback.call", ["initiated", "ringing", "answered", "completed"]],
  ["Voice.WebhookEvent", 1, "com.twilio.voice.webhook.status-callback.call", ["answered", "completed"], "deprecated"],
  ["Voice.WebhookEvent", 2, "com.twilio.voice.twiml.dial", ["finished"]],
  [
    "Messaging.MessageStatus",
    7,
    "com.twilio.messaging.message",
    ["queued", "sent", "delivered", "undelivered", "failed", "read"],
  ],
  ["Messaging.InboundMessageV1", 6, "com.twilio.messaging.inbound-message", ["received"]],
  ["ErrorLogs.Error", 2, "com.twilio.error-logs.error", ["logged"]],
  [
    "AccountSecurity.VerifyEventStreamEvent",
    2,
    "com.twilio.accountsecurity.verify.verification",
    ["pending", "approved", "expired", "canceled", "max_attempts_reached"],
  ],
  [
    "AccountSecurity.MessageStatusEvent",
    2,
    "com.twilio.accountsecurity.verify.message",
    ["sent", "delivered", "undelivered", "failed", "read"],
  ],
  ["Iam.IPBlocked", 2, "com.twilio.iam.ip", ["blocked", "blocked.dryrun"]],
  ["TaskRouter.RateLimits", 1, "com.twilio.apiusage.taskrouter", ["ratelimits"]],
  ["Intelligence.Transcript", 1, "com.twilio.engagement-intelligence.transcript", ["finished"], "restricted"],
  ["Conversations.Delivery", 1, "com.twilio.conversations.delivery", ["updated"], "discontinued"],
];

export const eventTypes: ReadonlyMap<string, EventType> = new Map(
  ROWS.flatMap(([schemaId, latestVersion, prefix, names, status = "available"]) =>
    names.map((name) => {
      const type = `${prefix}.${name}`;
      return [type, { type, schemaId, latestVersion, status }] as const;
    }),
  ),
);
