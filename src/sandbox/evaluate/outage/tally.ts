import { dayOf } from "../../twilio/sids.ts";
import type { TwilioStandIn } from "../../twilio/start.ts";
import type { Happening } from "../../twilio/state.ts";
import { usageOf } from "../../twilio/usage.ts";

/** One thing that there was, under the name that detection counts it by. */
export interface Happened {
  readonly series: string;
  readonly atMs: number;
}

/** What really happened on accounts, as the world itself knows: nothing may be counted more often. */
export interface Tally {
  /** To be called again and again: the stand-in forgets its oldest errors and changes. */
  look(): void;
  happenedOn(accountSid: string): readonly Happened[];
  /** On the GMT day of this moment, up to now. */
  usedOn(accountSid: string, category: string): number;
  stop(): void;
}

const SECOND_MS = 1_000;

/** What the logs have begins with these; the name of the country follows. */
export const LOGGED = { calls: "log:calls:", messages: "log:messages:", codes: "log:codes" } as const;

export function startTally(standIn: TwilioStandIn): Tally {
  const { state } = standIn;
  const told: (Happened & { readonly accountSid: string })[] = [];
  const kept = new Map<string, Happened & { readonly accountSid: string }>();
  const tokens = new Map([...state.accounts.values()].map(({ sid, authToken }) => [sid, authToken]));
  const numbers = new Map(state.numbers);
  const stop = state.listen((happening) => told.push(...seriesOf(happening, state.nowMs)));

  function keep(key: string, accountSid: string, series: string, atMs: number): void {
    if (!kept.has(key)) kept.set(key, { accountSid, series, atMs });
  }

  function look(): void {
    for (const { sid, accountSid, code, createdAtMs } of state.alerts.values()) {
      keep(sid, accountSid, `error:${code}`, createdAtMs);
    }
    for (const { sid, accountSid, createdAtMs } of state.events.values()) {
      keep(sid, accountSid, `change:${sid}`, createdAtMs);
    }
    for (const { sid, accountSid, firedIn, firedAtMs } of state.triggers.values()) {
      if (firedAtMs !== null) keep(`${sid} ${firedIn}`, accountSid, `usage:${sid}`, firedAtMs);
    }
    for (const { sid, authToken } of state.accounts.values()) {
      if (tokens.get(sid) !== authToken) keep(`${sid} ${authToken}`, sid, "token-changed", state.nowMs);
    }
    // Nobody in this world gives one back.
    for (const { sid, accountSid, phoneNumber } of numbers.values()) {
      if (!state.numbers.has(sid)) keep(sid, accountSid, `ported-out:${phoneNumber}`, state.nowMs);
    }
  }

  return {
    look,
    happenedOn(accountSid) {
      look();
      return [...told, ...kept.values(), ...logged(standIn)].filter((one) => one.accountSid === accountSid);
    },
    usedOn(accountSid, category) {
      const day = dayOf(state.nowMs);
      return usageOf([state.account(accountSid)], category, { from: day, to: day }, state.nowMs).count;
    },
    stop,
  };
}

/** As many of each as Event Streams tells. */
function seriesOf(happening: Happening, nowMs: number): readonly (Happened & { readonly accountSid: string })[] {
  switch (happening.kind) {
    case "call-created":
    case "call-answered":
    case "call-ended": {
      const { accountSid, direction, country, startedAtMs, endedAtMs } = happening.call;
      const way = direction === "inbound" ? "inbound" : "outbound";
      const [what, atMs] = {
        "call-created": ["created", nowMs] as const,
        "call-answered": ["answered", startedAtMs ?? nowMs] as const,
        "call-ended": ["completed", endedAtMs ?? nowMs] as const,
      }[happening.kind];
      return [{ accountSid, series: `call:${what}:${way}:${country ?? "none"}`, atMs }];
    }
    case "call-refused":
    case "call-modified":
      return [];
    case "message": {
      const { accountSid, country, status, errorCode } = happening.message;
      const sent = { accountSid, series: `message:sent:${country ?? "none"}:none`, atMs: nowMs };
      const end = { accountSid, series: `message:${status}:${country ?? "none"}:${errorCode ?? "none"}`, atMs: nowMs };
      return [sent, end];
    }
    case "verify-attempt": {
      const { accountSid, country, hasConverted, createdAtMs: atMs } = happening.attempt;
      const pending = { accountSid, series: `verification:pending:${country}`, atMs };
      return hasConverted ? [pending, { accountSid, series: `verification:approved:${country}`, atMs }] : [pending];
    }
    case "sink-test":
      return [];
  }
}

/** What the logs hold now. Their times have no parts of a second. */
function* logged({ state }: TwilioStandIn): Iterable<Happened & { readonly accountSid: string }> {
  for (const { accountSid, direction, country, startedAtMs } of state.calls.values()) {
    if (direction === "inbound" || startedAtMs === null) continue;
    yield { accountSid, series: `${LOGGED.calls}${country ?? "none"}`, atMs: wholeSecond(startedAtMs) };
  }
  for (const { accountSid, country, createdAtMs, status } of state.messages.values()) {
    if (status === "received") continue;
    yield { accountSid, series: `${LOGGED.messages}${country ?? "none"}`, atMs: wholeSecond(createdAtMs) };
  }
  for (const { accountSid, createdAtMs } of state.attempts.values()) {
    yield { accountSid, series: LOGGED.codes, atMs: createdAtMs };
  }
}

function wholeSecond(atMs: number): number {
  return Math.floor(atMs / SECOND_MS) * SECOND_MS;
}
