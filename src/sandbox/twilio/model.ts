import { z } from "zod";

/**
 * What the stand-in remembers, as schemas so that a state file of an earlier process is checked when it is read back.
 * Tokens are plain text here: this is the vendor's own record, and it must be able to sign and to answer with them.
 */

const Status = z.enum(["active", "suspended", "closed"]);
export type AccountStatus = z.infer<typeof Status>;

/** One category of an account's ordinary days: the history is computed from these few numbers, never stored row by row. */
const UsageLeafProfile = z.object({ perDay: z.number(), usdEach: z.number(), unitsEach: z.number() });
const UsageProfile = z.object({
  seed: z.number(),
  sinceDay: z.number(),
  /** Share of a weekday's traffic that a Saturday or Sunday carries. */
  weekend: z.number(),
  leaves: z.record(z.string(), UsageLeafProfile),
});
export type UsageProfile = z.infer<typeof UsageProfile>;

const UsageAmount = z.object({ count: z.number(), units: z.number(), usd: z.number() });
export type UsageAmount = z.infer<typeof UsageAmount>;

const DialingPermission = z.object({ lowRisk: z.boolean(), special: z.boolean(), tollfraud: z.boolean() });
export type DialingPermission = z.infer<typeof DialingPermission>;

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
  direction: z.enum(["inbound", "outbound-api", "outbound-dial"]),
  status: CallStatus,
  createdAtMs: z.number(),
  startedAtMs: z.number().nullable(),
  endedAtMs: z.number().nullable(),
  /** How long the other end stays on the line when nobody hangs up. */
  talkMs: z.number(),
  usdPerMinute: z.number(),
  billedMinutes: z.number(),
});
export type Call = z.infer<typeof Call>;

const MessageStatus = z.enum(["accepted", "scheduled", "queued", "sent", "delivered", "failed", "canceled"]);
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
});
export type Message = z.infer<typeof Message>;

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

export const World = z.object({
  accounts: z.array(Account),
  keys: z.array(ApiKey),
  calls: z.array(Call),
  messages: z.array(Message),
  numbers: z.array(PhoneNumber),
  triggers: z.array(UsageTrigger),
  alerts: z.array(Alert),
  events: z.array(AuditEvent),
  /** Price of a minute to a country, where it differs from the ordinary one. */
  usdPerMinute: z.record(z.string(), z.number()),
});
export type World = z.infer<typeof World>;

/** What a stand-in starts with. */
export type Seed = World;
