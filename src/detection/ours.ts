import type { ChangeSignal, TokenChangedSignal } from "../signal/contract.ts";
import type { OpenedCountries, OurChange } from "./contract.ts";
import { MINUTE_MS } from "./fold.ts";

/** What all events of tokens begin with. */
const TOKEN_EVENTS = "account-auth-token.";

/** What lets out which kind of traffic. */
const OPENS = { "voice-geographic-permissions.": "calls", "sms-geographic-permissions.": "messages" } as const;

/** A whole table is written within moments; Twilio's clock is not ours. */
const TABLE_WITHIN_MS = MINUTE_MS;

/**
 * Those that Tollgate made itself: they are explained, and no rule speaks of them. Nothing in an event names the request that
 * caused it, and whoever holds a stolen token acts through the same API as the same account. So a change of ours explains no more
 * than it can have left: of each type as many as it makes, of keys and triggers those that it names, of countries those that it
 * opened. Of several that fit, those nearest to its work are taken for ours. A second promotion is unexplained, whichever of the
 * two was the attacker's, as soon as Twilio lists both.
 */
export function oursAmong(changes: readonly ChangeSignal[], ours: readonly OurChange[]): ReadonlySet<ChangeSignal> {
  const explained = new Set<ChangeSignal>();
  for (const one of ours) {
    const left = new Map<string, number>();
    const fitting = changes
      .filter((change) => !explained.has(change) && fits(change, one))
      .sort((some, other) => awayFrom(some.atMs, one) - awayFrom(other.atMs, one) || some.atMs - other.atMs);
    for (const change of fitting) {
      const [what, most] = shareOf(change, one);
      const remaining = left.get(what) ?? most;
      if (remaining <= 0) continue;
      left.set(what, remaining - 1);
      explained.add(change);
    }
  }
  return explained;
}

function fits(change: ChangeSignal, one: OurChange): boolean {
  return (
    change.atMs >= one.fromMs &&
    change.atMs <= one.toMs &&
    one.eventTypes.some((beginning) => change.type.startsWith(beginning)) &&
    (one.resourceSids === null
      ? // A person in the Console: https://www.twilio.com/docs/usage/monitor-events#event-properties. Tollgate only calls the API.
        change.source !== "web"
      : change.resourceSid !== null && one.resourceSids.includes(change.resourceSid)) &&
    (one.opens === undefined || change.isOpening !== true || mayOpen(change, one))
  );
}

/** Every country that the event names must be one that we opened. One that names none is counted: see `shareOf`. */
function mayOpen(change: ChangeSignal, one: OurChange): boolean {
  const opened = openedBy(change, one);
  if (opened === undefined) return false;
  if ("allBut" in opened) {
    return (
      awayFrom(change.atMs, one) <= TABLE_WITHIN_MS &&
      // The event of a whole table names those that were closed, too: then it names others as well.
      (change.countries.length === 0 || !change.countries.every((country) => opened.allBut.includes(country)))
    );
  }
  return change.countries.every((country) => opened.only.includes(country));
}

function openedBy({ type }: ChangeSignal, { opens }: OurChange): OpenedCountries | undefined {
  for (const [beginning, medium] of Object.entries(OPENS)) if (type.startsWith(beginning)) return opens?.[medium];
  return undefined;
}

/**
 * What is counted together, and how many of it are ours. What `event_data` of an opening looks like is not documented; where it names
 * no country, as many events as we opened countries are ours: Twilio notes one for each, or one for all.
 */
function shareOf(change: ChangeSignal, one: OurChange): readonly [what: string, most: number] {
  const opened = change.isOpening === true ? openedBy(change, one) : undefined;
  if (opened !== undefined && "only" in opened && change.countries.length === 0) {
    return [`${change.type} of an unnamed country`, opened.only.length];
  }
  return [change.type, one.atMost?.[change.type] ?? Number.POSITIVE_INFINITY];
}

function awayFrom(atMs: number, { fromMs, toMs, worked = { fromMs, toMs } }: OurChange): number {
  return Math.max(0, worked.fromMs - atMs, atMs - worked.toMs);
}

/** A replica that was idle finds its copy refused later than Twilio notes the rotation. */
const NOTICED_WITHIN_MS = 60 * MINUTE_MS;

/**
 * Whether it was Tollgate that rotated the token which is found changed. A rotation accounts for the loss of a copy that was the token
 * before it. It does not for the loss of one that was the token after it: neither of the token that the rotation itself made
 * (however soon somebody replaces it), nor of one that Twilio confirmed once the run was over. A replica
 * whose copy is from before our rotation cannot tell that somebody rotated again: those that learned of ours can, and Twilio's
 * events of a second promotion do. Signals of older versions do not say what was lost: then the time alone decides.
 */
export function isOurRotation({ atMs, copy }: TokenChangedSignal, ours: readonly OurChange[]): boolean {
  return ours.some((one) => {
    const { fromMs, toMs, eventTypes, worked = { fromMs, toMs } } = one;
    if (!eventTypes.includes(TOKEN_EVENTS) || atMs < fromMs || atMs > toMs + NOTICED_WITHIN_MS) return false;
    // One that promoted nothing leaves every copy the token that it was.
    if (one.endsCredentials !== true) return false;
    if (copy === undefined) return true;
    const isMadeByIt = copy.madeAtMs !== null && copy.madeAtMs >= worked.fromMs;
    return !isMadeByIt && copy.knownAtMs <= worked.toMs;
  });
}
