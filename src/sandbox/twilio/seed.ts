import { systemClock } from "../../lib/clock.ts";
import type { Account, ApiKey, Message, PhoneNumber, Seed, UsageProfile, UsageTrigger } from "./model.ts";
import { ordinaryCalls } from "./seed-calls.ts";
import { DAY_MS, dayOf, derivedSid, newSid, newToken } from "./sids.ts";

export interface AcmeOptions {
  /** Defaults to now. */
  readonly nowMs?: number;
  /** Where Tollgate hears: usage trigger, Debugger and alarms call there. Nobody is called when not given. */
  readonly publicUrl?: string;
  readonly parentSid?: string;
  readonly parentAuthToken?: string;
  /** Dollars of outbound calls in a day at which the trigger fires; ordinary days stay below 22. Default 40. */
  readonly triggerUsd?: number;
}

/** Acme Communications as seeded, with what a test or demo needs to know about it. */
export interface Acme {
  readonly seed: Seed;
  /** For `TWILIO_ACCOUNT_SID` and `TWILIO_AUTH_TOKEN`. */
  readonly parent: { readonly sid: string; readonly authToken: string };
  /** "Acme Voice EU": has the usage trigger, and is what the demo's attack is aimed at. */
  readonly voiceEuSid: string;
  readonly notificationsSid: string;
  readonly verifySid: string;
  readonly supportSid: string;
  readonly triggerSid: string;
}

const HISTORY_DAYS = 396; // thirteen months

type Leaves = UsageProfile["leaves"];

/** Traffic a day, dollars each, and minutes (or the like) each. */
function leaf(perDay: number, usdEach: number, unitsEach = 1): Leaves[string] {
  return { perDay, usdEach, unitsEach };
}

const PARENT: Leaves = { lookups: leaf(40, 0.005), phonenumbers: leaf(1, 0.038) };
const VOICE_EU: Leaves = {
  "calls-outbound": leaf(240, 0.072, 2.4),
  "calls-inbound-local": leaf(310, 0.021, 2.5),
  recordings: leaf(90, 0.0061, 2.4),
  phonenumbers: leaf(3, 0.038),
};
const NOTIFICATIONS: Leaves = {
  "sms-outbound-longcode": leaf(2600, 0.0079),
  "sms-messages-carrierfees": leaf(2600, 0.003),
  "sms-inbound": leaf(140, 0.0079),
  "failed-message-processing-fee": leaf(22, 0.001),
  phonenumbers: leaf(4, 0.038),
};
const VERIFY: Leaves = {
  "verify-package-plans": leaf(620, 0.05),
  "verify-voice-sms": leaf(640, 0.0079),
  lookups: leaf(610, 0.005),
};
const SUPPORT: Leaves = {
  "calls-inbound-local": leaf(180, 0.0255, 3),
  "calls-inbound-tollfree": leaf(75, 0.066, 3),
  "calls-sip-inbound": leaf(190, 0.012, 3),
  "calls-outbound": leaf(60, 0.042, 3),
  transcriptions: leaf(30, 0.1, 2),
  phonenumbers: leaf(2, 0.072),
};

interface Cast {
  readonly sid: string;
  readonly name: string;
  readonly seed: number;
  readonly leaves: Leaves;
  readonly weekend: number;
}

/**
 * A parent with four subaccounts and an ordinary past. Tokens are new each time unless given. With the same `parentSid` the
 * accounts and the trigger have the same SIDs again.
 */
export function seedAcme(options: AcmeOptions = {}): Acme {
  const nowMs = options.nowMs ?? systemClock.now();
  const parent = { sid: options.parentSid ?? newSid("AC"), authToken: options.parentAuthToken ?? newToken() };
  const cast = (name: string, seed: number, leaves: Leaves, weekend: number): Cast => ({
    sid: derivedSid("AC", parent.sid, name),
    name,
    seed,
    leaves,
    weekend,
  });
  const voiceEu = cast("Acme Voice EU", 11, VOICE_EU, 0.35);
  const notifications = cast("Acme Notifications", 22, NOTIFICATIONS, 0.8);
  const verify = cast("Acme Verify", 33, VERIFY, 0.9);
  const support = cast("Acme Support Desk", 44, SUPPORT, 0.2);
  const subaccounts = [voiceEu, notifications, verify, support];
  const trigger = spendTrigger(voiceEu.sid, options, nowMs);
  const seed: Seed = {
    accounts: [
      account(
        { ...cast("Acme Communications", 1, PARENT, 0.5), sid: parent.sid },
        parent.sid,
        parent.authToken,
        options,
        nowMs,
      ),
      ...subaccounts.map((member) => account(member, parent.sid, newToken(), options, nowMs)),
    ],
    keys: [
      key(parent.sid, "console-admin", "main", nowMs - 300 * DAY_MS),
      key(voiceEu.sid, "dialer-production", "standard", nowMs - 210 * DAY_MS),
      key(voiceEu.sid, "reporting", "standard", nowMs - 95 * DAY_MS),
      key(notifications.sid, "notifier", "standard", nowMs - 180 * DAY_MS),
      key(support.sid, "helpdesk", "standard", nowMs - 60 * DAY_MS),
    ],
    numbers: [
      number(parent.sid, "+14155550100", nowMs),
      number(voiceEu.sid, "+442079460101", nowMs),
      number(voiceEu.sid, "+442079460102", nowMs),
      number(voiceEu.sid, "+493023125103", nowMs),
      number(notifications.sid, "+12025550121", nowMs),
      number(notifications.sid, "+12025550122", nowMs),
      number(support.sid, "+18445550131", nowMs),
      number(support.sid, "+14155550132", nowMs),
    ],
    messages: [1, 2, 3].map((index) => queuedMessage(notifications.sid, `+1202555018${index}`, nowMs)),
    triggers: trigger === undefined ? [] : [trigger],
    calls: ordinaryCalls(voiceEu.sid, "+442079460101", nowMs),
    alerts: [],
    events: [],
    usdPerMinute: {},
  };
  return {
    seed,
    parent,
    voiceEuSid: voiceEu.sid,
    notificationsSid: notifications.sid,
    verifySid: verify.sid,
    supportSid: support.sid,
    triggerSid: trigger?.sid ?? "",
  };
}

function account(cast: Cast, ownerSid: string, authToken: string, options: AcmeOptions, nowMs: number): Account {
  const sinceDay = dayOf(nowMs) - HISTORY_DAYS;
  return {
    sid: cast.sid,
    friendlyName: cast.name,
    ownerSid,
    status: "active",
    authToken,
    secondaryToken: null,
    createdAtMs: sinceDay * DAY_MS,
    updatedAtMs: sinceDay * DAY_MS,
    balanceUsd: 1840.25,
    usage: { seed: cast.seed, sinceDay, weekend: cast.weekend, leaves: cast.leaves },
    liveUsage: {},
    dialing: {},
    inheritsDialing: true,
    messaging: {},
    debuggerUrl: options.publicUrl === undefined ? null : `${options.publicUrl}/twilio/debugger/${cast.sid}`,
    alarmUrl: options.publicUrl === undefined ? null : `${options.publicUrl}/twilio/alarm/${cast.sid}`,
  };
}

function key(accountSid: string, friendlyName: string, kind: ApiKey["kind"], createdAtMs: number): ApiKey {
  return {
    sid: newSid("SK"),
    accountSid,
    friendlyName,
    secret: newToken(),
    kind,
    createdAtMs,
    updatedAtMs: createdAtMs,
  };
}

function number(accountSid: string, phoneNumber: string, nowMs: number): PhoneNumber {
  return { sid: newSid("PN"), accountSid, phoneNumber, friendlyName: phoneNumber, createdAtMs: nowMs - 200 * DAY_MS };
}

function queuedMessage(accountSid: string, to: string, nowMs: number): Message {
  return {
    sid: newSid("SM"),
    accountSid,
    to,
    from: "+12025550121",
    body: "Your parcel arrives tomorrow.",
    status: "queued",
    errorCode: null,
    createdAtMs: nowMs,
    sentAtMs: null,
  };
}

function spendTrigger(accountSid: string, options: AcmeOptions, nowMs: number): UsageTrigger | undefined {
  if (options.publicUrl === undefined) return undefined;
  return {
    sid: derivedSid("UT", accountSid, "spend"),
    accountSid,
    friendlyName: "Outbound calls, dollars a day",
    usageCategory: "calls-outbound",
    triggerBy: "price",
    triggerValue: options.triggerUsd ?? 40,
    recurring: "daily",
    callbackUrl: `${options.publicUrl}/twilio/usage-trigger/${accountSid}`,
    callbackMethod: "POST",
    createdAtMs: nowMs - 30 * DAY_MS,
    updatedAtMs: nowMs - 30 * DAY_MS,
    firedAtMs: null,
    firedIn: null,
  };
}
