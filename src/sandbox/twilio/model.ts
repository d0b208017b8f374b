import { z } from "zod";

/**
 * What the stand-in remembers, as schemas so that a state file of an earlier process is checked when it is read back.
 * Tokens are plain text here: this is the vendor's own record, and it must be able to sign and to answer with them.
 */

const Status = z.enum(["active", "suspended", "closed"]);
export type AccountStatus = z.infer<typeof Status>;

/** One category of an account's ordinary days: the history is computed from these few numbers, never stored row by row. */
const UsageLeafProfile = z.object({ perDay: z.number(), usdEach: z.number(), unitsEach: z.number() });

/** More or less than usual for a while: a campaign, a launch, an outage of the customer's own. */
const Lift = z.object({
  fromMs: z.number(),
  toMs: z.number(),
  /** 2: twice the usual traffic. */
  factor: z.number(),
  /** Leaf categories that it is about; null: all that are not billed alike every day. */
  leaves: z.array(z.string()).nullable(),
});
export type Lift = z.infer<typeof Lift>;

/** How traffic comes and goes by the hour, the weekday, and the year. All GMT. */
const Rhythm = z.object({
  /** What each of the 24 hours carries, in any unit. */
  hours: z.array(z.number()),
  /** Seven factors, 0 = Sunday. */
  weekdays: z.array(z.number()),
  /** The day whose traffic the leaves tell, and by how much a day grows beyond it: 0.005 is half a percent. */
  anchorDay: z.number(),
  growthPerDay: z.number(),
  /** How far a day and an hour stray by themselves: 0.1 is a tenth up or down. */
  dayNoise: z.number(),
  hourNoise: z.number(),
  /** Holidays: day number -> factor. */
  quietDays: z.record(z.string(), z.number()),
  lifts: z.array(Lift),
});
export type Rhythm = z.infer<typeof Rhythm>;

const UsageProfile = z.object({
  seed: z.number(),
  sinceDay: z.number(),
  /** Share of a weekday's traffic that a Saturday or Sunday carries. Not looked at when there is a rhythm. */
  weekend: z.number(),
  leaves: z.record(z.string(), UsageLeafProfile),
  /** Default: most of it around noon, alike on every weekday. */
  rhythm: Rhythm.optional(),
});
export type UsageProfile = z.infer<typeof UsageProfile>;

const UsageAmount = z.object({ count: z.number(), units: z.number(), usd: z.number() });
export type UsageAmount = z.infer<typeof UsageAmount>;

const DialingPermission = z.object({ lowRisk: z.boolean(), special: z.boolean(), tollfraud: z.boolean() });
export type DialingPermission = z.infer<typeof DialingPermission>;

const PortingWebhook = z.object({
  portInUrl: z.string().nullable(),
  portOutUrl: z.string().nullable(),
  /** Empty: everything. */
  notificationsOf: z.array(z.string()),
  portInSetAtMs: z.number().nullable(),
  portOutSetAtMs: z.number().nullable(),
});
export type PortingWebhook = z.infer<typeof PortingWebhook>;

const Account = z.object({
  sid: z.string(),
  friendlyName: z.string(),
  /** Own SID for the parent. */
  ownerSid: z.string(),
  status: Status,
  authToken: z.string(),
  secondaryToken: z.string().nullable(),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  balanceUsd: z.number(),
  usage: UsageProfile,
  /** What happened in the stand-in itself, on top of the computed history: day number -> leaf category -> amount. */
  liveUsage: z.record(z.string(), z.record(z.string(), UsageAmount)),
  /** Rows that were set; every other country has the default. */
  dialing: z.record(z.string(), DialingPermission),
  inheritsDialing: z.boolean(),
  messaging: z.record(z.string(), z.boolean()),
  debuggerUrl: z.string().nullable(),
  /** Who hears this account's Console alarms. */
  alarmUrl: z.string().nullable().optional(),
  /** Port-outs of this account and of its subaccounts. */
  porting: PortingWebhook.nullable().optional(),
});
export type Account = z.infer<typeof Account>;

const ApiKey = z.object({
  sid: z.string(),
  accountSid: z.string(),
  friendlyName: z.string(),
  secret: z.string(),
  /** Main keys are made in the Console only; the API makes standard ones. */
  kind: z.enum(["standard", "main"]),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type ApiKey = z.infer<typeof ApiKey>;

const CallStatus = z.enum(["queued", "ringing", "in-progress", "completed", "canceled", "busy", "failed", "no-answer"]);

const Call = z.object({
  sid: z.string(),
  accountSid: z.string(),
  to: z.string(),
  from: z.string(),
  country: z.string().nullable(),
  direction: z.enum(["inbound", "outbound-api", "outbound-dial", "trunking-terminating"]),
  status: CallStatus,
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  /** How long the other end stays on the line when nobody hangs up. */
  talkMs: z.number(),
  usdPerMinute: z.number(),
  billedMinutes: z.number(),
  /** The leaf category that it is billed in, where the direction alone does not say. */
  leaf: z.string().optional(),
});
export type Call = z.infer<typeof Call>;

const MessageStatus = z.enum([
  "accepted",
  "scheduled",
  "queued",
  "sent",
  "delivered",
  "undelivered",
  "failed",
  "canceled",
  "received",
]);
const Message = z.object({
  sid: z.string(),
  accountSid: z.string(),
  to: z.string(),
  from: z.string(),
  body: z.string(),
  status: MessageStatus,
  errorCode: z.number().nullable(),
  createdAtMs: z.number(),
  sentAtMs: z.number().nullable(),
  /** ISO 3166 of the other end, in the table's terms. */
  country: z.string().nullable().optional(),
  /** What it cost; the price of a domestic one when not given. */
  usd: z.number().optional(),
});
export type Message = z.infer<typeof Message>;

/** One attempt of Verify to reach somebody. */
const VerifyAttempt = z.object({
  sid: z.string(),
  accountSid: z.string(),
  serviceSid: z.string(),
  to: z.string(),
  country: z.string(),
  channel: z.enum(["sms", "call", "email", "whatsapp"]),
  /** The person typed the code. */
  hasConverted: z.boolean(),
  createdAtMs: z.number(),
});
export type VerifyAttempt = z.infer<typeof VerifyAttempt>;

const PhoneNumber = z.object({
  sid: z.string(),
  accountSid: z.string(),
  phoneNumber: z.string(),
  friendlyName: z.string(),
  createdAtMs: z.number(),
});
export type PhoneNumber = z.infer<typeof PhoneNumber>;

const UsageTrigger = z.object({
  sid: z.string(),
  accountSid: z.string(),
  friendlyName: z.string(),
  usageCategory: z.string(),
  triggerBy: z.enum(["count", "usage", "price"]),
  triggerValue: z.number(),
  recurring: z.enum(["daily", "monthly", "yearly", "alltime"]).nullable(),
  callbackUrl: z.string(),
  callbackMethod: z.enum(["GET", "POST"]),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
  firedAtMs: z.number().nullable(),
  /** The interval that it last fired in (`2026-11-21`, `2026-11`, `2026`, `once`): at most one firing in each. */
  firedIn: z.string().nullable(),
});
export type UsageTrigger = z.infer<typeof UsageTrigger>;

const Alert = z.object({
  sid: z.string(),
  accountSid: z.string(),
  code: z.string(),
  level: z.enum(["error", "warning"]),
  text: z.string(),
  resourceSid: z.string(),
  requestMethod: z.string(),
  requestUrl: z.string(),
  createdAtMs: z.number(),
});
export type Alert = z.infer<typeof Alert>;

const AuditEvent = z.object({
  sid: z.string(),
  accountSid: z.string(),
  eventType: z.string(),
  resourceType: z.string(),
  resourceSid: z.string(),
  actorSid: z.string(),
  sourceIpAddress: z.string(),
  data: z.record(z.string(), z.unknown()),
  createdAtMs: z.number(),
});
export type AuditEvent = z.infer<typeof AuditEvent>;

/** Where Event Streams delivers. */
const Sink = z.object({
  sid: z.string(),
  accountSid: z.string(),
  description: z.string(),
  sinkType: z.enum(["kinesis", "webhook", "segment", "email"]),
  configuration: z.record(z.string(), z.unknown()),
  status: z.enum(["initialized", "validating", "active", "failed"]),
  /** Ids of test events that went out. */
  testIds: z.array(z.string()),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type Sink = z.infer<typeof Sink>;

const Subscription = z.object({
  sid: z.string(),
  accountSid: z.string(),
  sinkSid: z.string(),
  description: z.string(),
  /** Event type -> schema version. */
  types: z.record(z.string(), z.number()),
  createdAtMs: z.number(),
  updatedAtMs: z.number(),
});
export type Subscription = z.infer<typeof Subscription>;

export const World = z.object({
  accounts: z.array(Account),
  keys: z.array(ApiKey),
  calls: z.array(Call),
  messages: z.array(Message),
  numbers: z.array(PhoneNumber),
  triggers: z.array(UsageTrigger),
  alerts: z.array(Alert),
  events: z.array(AuditEvent),
  sinks: z.array(Sink).optional(),
  subscriptions: z.array(Subscription).optional(),
  /** Price of a minute to a country, where it differs from the ordinary one. */
  usdPerMinute: z.record(z.string(), z.number()),
  attempts: z.array(VerifyAttempt).optional(),
});
export type World = z.infer<typeof World>;

/** What a stand-in starts with. */
export type Seed = World;
