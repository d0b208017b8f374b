import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import type { Clock } from "../../lib/clock.ts";
import { countries } from "./countries.ts";
import type {
  Account,
  AccountStatus,
  Alert,
  ApiKey,
  AuditEvent,
  Call,
  DialingPermission,
  Message,
  PhoneNumber,
  Sink,
  Subscription,
  UsageAmount,
  UsageTrigger,
  VerifyAttempt,
  World,
} from "./model.ts";
import { dayOf, newSid } from "./sids.ts";
import { usageOf } from "./usage.ts";

/** Who made a change, for the audit events. */
export interface Actor {
  readonly sid: string;
  readonly ipAddress: string;
}

/** What an error is about. All optional: the stand-in fills in what it must. */
export interface ErrorDetails {
  readonly message?: string;
  readonly level?: "error" | "warning";
  readonly resourceSid?: string;
  readonly requestMethod?: string;
  readonly requestUrl?: string;
}

/** Twilio keeps thirty days; memory keeps the newest. */
const KEPT = { alerts: 10_000, events: 10_000, calls: 20_000, messages: 20_000, attempts: 20_000 } as const;

/** What just happened in an account's traffic: what Event Streams tells. */
export type Happening =
  /** Asked for through the API; `<Dial>` and trunks tell nobody. */
  | { readonly kind: "call-created"; readonly call: Call }
  | { readonly kind: "call-refused"; readonly accountSid: string; readonly to: string; readonly code: number }
  | { readonly kind: "call-answered" | "call-ended"; readonly call: Call }
  /** Through the API. */
  | { readonly kind: "call-modified"; readonly call: Call; readonly parameters: Readonly<Record<string, string>> }
  /** It reached a status that it stays in, or was sent. */
  | { readonly kind: "message"; readonly message: Message }
  | { readonly kind: "verify-attempt"; readonly attempt: VerifyAttempt }
  /** Somebody wants to see whether a sink can be reached. */
  | { readonly kind: "sink-test"; readonly sink: Sink };

/** Low-risk numbers may be called, risky ranges not: a new account's setting. */
const DEFAULT_DIALING: DialingPermission = { lowRisk: true, special: false, tollfraud: false };

function bySid<Thing extends { sid: string }>(things: readonly Thing[]): Map<string, Thing> {
  return new Map(things.map((thing) => [thing.sid, thing]));
}

function forgetOldest(things: Map<string, unknown>, kept: number): void {
  for (const sid of things.keys()) {
    if (things.size <= kept) return;
    things.delete(sid);
  }
}

/** The memory of the stand-in, with the rules that belong to no single resource. */
export class TwilioState {
  readonly accounts: Map<string, Account>;
  readonly keys: Map<string, ApiKey>;
  readonly calls: Map<string, Call>;
  readonly messages: Map<string, Message>;
  readonly numbers: Map<string, PhoneNumber>;
  readonly triggers: Map<string, UsageTrigger>;
  readonly alerts: Map<string, Alert>;
  readonly events: Map<string, AuditEvent>;
  readonly sinks: Map<string, Sink>;
  readonly subscriptions: Map<string, Subscription>;
  readonly usdPerMinute: Map<string, number>;
  readonly attempts: Map<string, VerifyAttempt>;
  readonly #listeners = new Set<(happening: Happening) => void>();
  readonly #clock: Clock;
  readonly #onAlert: (alert: Alert, details: ErrorDetails) => void;
  readonly #liveCalls = new Set<Call>();

  constructor(world: World, clock: Clock, onAlert: (alert: Alert, details: ErrorDetails) => void) {
    const own = structuredClone(world);
    this.accounts = bySid(own.accounts);
    this.keys = bySid(own.keys);
    this.calls = bySid(own.calls);
    this.messages = bySid(own.messages);
    this.numbers = bySid(own.numbers);
    this.triggers = bySid(own.triggers);
    this.alerts = bySid(own.alerts);
    this.events = bySid(own.events);
    this.sinks = bySid(own.sinks ?? []);
    this.subscriptions = bySid(own.subscriptions ?? []);
    this.usdPerMinute = new Map(Object.entries(own.usdPerMinute));
    this.attempts = bySid(own.attempts ?? []);
    this.#clock = clock;
    this.#onAlert = onAlert;
    for (const call of this.calls.values()) if (isLive(call)) this.#liveCalls.add(call);
  }

  get nowMs(): number {
    return this.#clock.now();
  }

  toWorld(): World {
    return {
      accounts: [...this.accounts.values()],
      keys: [...this.keys.values()],
      calls: [...this.calls.values()],
      messages: [...this.messages.values()],
      numbers: [...this.numbers.values()],
      triggers: [...this.triggers.values()],
      alerts: [...this.alerts.values()],
      events: [...this.events.values()],
      sinks: [...this.sinks.values()],
      subscriptions: [...this.subscriptions.values()],
      usdPerMinute: Object.fromEntries(this.usdPerMinute),
      attempts: [...this.attempts.values()],
    };
  }

  /** The account of this SID. Throws when there is none: meant for tests, demo and attack, which know their accounts. */
  account(sid: string): Account {
    const account = this.accounts.get(sid);
    if (account === undefined) throw new Error(`the Twilio stand-in has no account ${sid}`);
    return account;
  }

  ownerOf(account: Account): Account {
    return this.account(account.ownerSid);
  }

  subaccountsOf(account: Account): readonly Account[] {
    return [...this.accounts.values()].filter((other) => other.ownerSid === account.sid && other !== account);
  }

  /** Suspended by somebody, or by Twilio through its parent: neither may do anything. */
  isUsable(account: Account): boolean {
    return account.status === "active" && this.ownerOf(account).status === "active";
  }

  keysOf(accountSid: string): readonly ApiKey[] {
    return [...this.keys.values()].filter((key) => key.accountSid === accountSid);
  }

  numbersOf(accountSid: string): readonly PhoneNumber[] {
    return [...this.numbers.values()].filter((number) => number.accountSid === accountSid);
  }

  /** What the account itself used today; `usd`, `count` and `units` (minutes, messages). */
  usageToday(accountSid: string, category: string): UsageAmount {
    const today = dayOf(this.nowMs);
    return usageOf([this.account(accountSid)], category, { from: today, to: today }, this.nowMs);
  }

  callsTo(country: string): readonly Call[] {
    return [...this.calls.values()].filter((call) => call.country === country);
  }

  get liveCalls(): ReadonlySet<Call> {
    return this.#liveCalls;
  }

  /** Answers how to stop listening. */
  listen(listener: (happening: Happening) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(happening: Happening): void {
    for (const listener of this.#listeners) listener(happening);
  }

  addCall(call: Call): void {
    this.calls.set(call.sid, call);
    if (isLive(call)) this.#liveCalls.add(call);
    forgetOldest(this.calls, KEPT.calls);
    if (call.direction === "outbound-api") this.tell({ kind: "call-created", call });
  }

  addMessage(message: Message): void {
    this.messages.set(message.sid, message);
    forgetOldest(this.messages, KEPT.messages);
    this.tell({ kind: "message", message });
  }

  addAttempt(attempt: VerifyAttempt): void {
    this.attempts.set(attempt.sid, attempt);
    forgetOldest(this.attempts, KEPT.attempts);
    this.tell({ kind: "verify-attempt", attempt });
  }

  /** Takes an account and all that it holds away, as if it had never been: a long evaluation would fill the memory. */
  forget(accountSid: string): void {
    const { keys, calls, messages, numbers, triggers, alerts, events, attempts, sinks, subscriptions } = this;
    for (const things of [keys, calls, messages, numbers, triggers, alerts, events, attempts, sinks, subscriptions]) {
      for (const [sid, thing] of things) if (thing.accountSid === accountSid) things.delete(sid);
    }
    for (const call of this.#liveCalls) if (call.accountSid === accountSid) this.#liveCalls.delete(call);
    this.accounts.delete(accountSid);
  }

  endCall(call: Call, status: "completed" | "canceled", atMs: number): void {
    call.status = status;
    call.endedAtMs = atMs;
    this.#liveCalls.delete(call);
    this.tell({ kind: "call-ended", call });
  }

  /** Adds a key as the Console does; the only way to a Main key. */
  addKey(accountSid: string, kind: ApiKey["kind"], friendlyName: string): ApiKey {
    const createdAtMs = this.nowMs;
    const key = {
      sid: newSid("SK"),
      accountSid,
      friendlyName,
      secret: newSid(""),
      kind,
      createdAtMs,
      updatedAtMs: createdAtMs,
    };
    this.keys.set(key.sid, key);
    return key;
  }

  /** Sets a status as Twilio's own staff can, the parent's included. */
  setStatus(accountSid: string, status: AccountStatus): void {
    const account = this.account(accountSid);
    account.status = status;
    account.updatedAtMs = this.nowMs;
  }

  setDebuggerWebhook(accountSid: string, url: string | null): void {
    this.account(accountSid).debuggerUrl = url;
  }

  setAlarmWebhook(accountSid: string, url: string | null): void {
    this.account(accountSid).alarmUrl = url;
  }

  /** The dialing permission that counts: the parent's while the subaccount inherits. */
  dialingPermission(account: Account, isoCode: string): DialingPermission {
    const holder = account.inheritsDialing ? this.ownerOf(account) : account;
    return holder.dialing[isoCode] ?? DEFAULT_DIALING;
  }

  mayMessage(account: Account, isoCode: string): boolean {
    return account.messaging[isoCode] ?? this.ownerOf(account).messaging[isoCode] ?? true;
  }

  /** One fact for Monitor Events of the account that owns the changed thing. */
  record(
    accountSid: string,
    eventType: string,
    resource: { readonly type: string; readonly sid: string },
    actor: Actor,
    data: Record<string, unknown> = {},
  ): void {
    const event = {
      sid: newSid("AE"),
      accountSid,
      eventType,
      resourceType: resource.type,
      resourceSid: resource.sid,
      actorSid: actor.sid,
      sourceIpAddress: actor.ipAddress,
      data,
      createdAtMs: this.nowMs,
    };
    this.events.set(event.sid, event);
    forgetOldest(this.events, KEPT.events);
  }

  /** An error in the account's Debugger: kept for Monitor Alerts and posted to its webhook. */
  raiseError(accountSid: string, code: string, details: ErrorDetails = {}): Alert {
    const alert: Alert = {
      sid: newSid("NO"),
      accountSid: this.account(accountSid).sid,
      code,
      level: details.level ?? "error",
      text: details.message ?? `Error ${code}`,
      resourceSid: details.resourceSid ?? newSid("RQ"),
      requestMethod: details.requestMethod ?? "POST",
      requestUrl: details.requestUrl ?? "",
      createdAtMs: this.nowMs,
    };
    this.alerts.set(alert.sid, alert);
    forgetOldest(this.alerts, KEPT.alerts);
    this.#onAlert(alert, details);
    return alert;
  }
}

export function isLive(call: Call): boolean {
  return call.status === "queued" || call.status === "ringing" || call.status === "in-progress";
}

/** ISO code of a phone number's country, in the table's terms (Canada counts as `US`). Undefined when it is no number. */
export function countryOfNumber(phoneNumber: string): string | undefined {
  const parsed = parsePhoneNumberFromString(phoneNumber);
  if (parsed === undefined || !parsed.isPossible()) return undefined;
  const isoCode =
    parsed.country ?? [...countries.values()].find((c) => c.callingCode === `+${parsed.countryCallingCode}`)?.isoCode;
  return isoCode === "CA" ? "US" : isoCode;
}
