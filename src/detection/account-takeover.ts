import { unreachable } from "../lib/decision.ts";
import type { BlockedAddressSignal, ChangeSignal, Signal, TokenChangedSignal } from "../signal/contract.ts";
import { quantity } from "./amount.ts";
import type { AccountBaseline } from "./baseline/contract.ts";
import type { Alert, Bucket, Confidence, Evidence, Rule, Scene } from "./contract.ts";
import { WINDOW_MINUTES, worstBurst } from "./error-story.ts";
import { recentSeries } from "./fold.ts";
import { isOurRotation, oursAmong } from "./ours.ts";
import { capitalised, gmt, listed } from "./phrase.ts";
import { refusedCredentialsStory, unexpectedRefusals } from "./refused-credentials.ts";
import { type AccessGroup, accessChange, type Speaks } from "./takeover-changes.ts";
import { dedupKey } from "./threats.ts";

const THREAT = "account-takeover";

/**
 * How facts speak together. Each group of them (token, keys, tripwires …) speaks once, with its heaviest fact; that something came
 * from an address which never changed anything here weighs once more. One key from a known address is 2: a warning that is probably
 * nothing. A token that was replaced from a foreign one is 6: critical, and sure.
 */
const FOREIGN = 2;
const TOKEN_CHANGED = 4;
const BLOCKED_ADDRESS = 4;
/** A token that is another one, and nobody says from where: its holder acts now, Twilio's events come minutes later. */
const TOKEN_FROM_NOWHERE = 1;
const REFUSED_REQUESTS = 1;
const MEDIUM_FROM = 4;
const CRITICAL_FROM = 5;
const HIGH_FROM = 6;

/** Below this the addresses that are known are too few to call another one foreign. */
const BASELINE_DAYS = 7;

const MAX_EVIDENCE = 9;
const MAX_CLAUSES = 3;

interface Fact {
  readonly group: AccessGroup | "blocked-address";
  readonly weight: number;
  readonly speaks: Speaks;
  /** A clause of the sentence. */
  readonly says: string;
  /** Null: nobody says from where, or nobody knows which addresses are usual. */
  readonly isForeign: boolean | null;
  readonly evidence: Evidence;
  readonly countries: readonly string[];
  readonly firstAtMs: number;
  readonly lastAtMs: number;
}

/** Somebody changed who can use the account, and it was not Tollgate: what Tollgate changed itself is explained and raises nothing. */
export const accountTakeover: Rule = {
  id: "account-takeover",
  evaluate(scene) {
    const facts = factsOf(scene);
    if (!facts.some(speaksForItself)) return [];
    // Ordinary work from a usual address bears nothing out; a key made from there does, beside something that speaks.
    return [
      alertOf(
        scene,
        facts.filter((fact) => speaksForItself(fact) || fact.isForeign !== false || fact.speaks === "unless-known"),
      ),
    ];
  },
};

function speaksForItself({ speaks, isForeign }: Fact): boolean {
  switch (speaks) {
    case "always":
      return true;
    case "unless-known":
      return isForeign !== false;
    case "foreign":
      return isForeign === true;
    case "never":
      return false;
    default:
      return unreachable(speaks);
  }
}

/** Heaviest first. */
function factsOf({ buckets, baseline, ours, nowMs }: Scene): readonly Fact[] {
  const recent = [...recentSeries(buckets, nowMs).values()].flat();
  const explained = oursAmong(
    recent.flatMap(({ last }) => (last.kind === "change" ? [last] : [])),
    ours,
  );
  return recent
    .filter(({ last }, _, all) => !isToldBetter(last, all))
    .flatMap((bucket) => {
      const { last } = bucket;
      switch (last.kind) {
        case "change":
          return explained.has(last) || isTwilios(last) ? [] : changeFact(last, bucket, baseline);
        case "token-changed":
          return isOurRotation(last, ours) ? [] : [tokenFact(last, bucket)];
        case "blocked-address":
          return [blockedFact(last, bucket, baseline)];
        default:
          return [];
      }
    })
    .sort(
      (one, other) =>
        other.weight - one.weight ||
        one.firstAtMs - other.firstAtMs ||
        (JSON.stringify(one.evidence) < JSON.stringify(other.evidence) ? -1 : 1),
    );
}

/** Upkeep finds that a tripwire is gone, and later Twilio's event says who took it: one change, and the event knows more. */
function isToldBetter(signal: Signal, all: readonly Bucket[]): boolean {
  if (signal.kind !== "change" || signal.actorSid !== null || signal.resourceSid === null) return false;
  return all.some(
    ({ last }) =>
      last.kind === "change" &&
      last.actorSid !== null &&
      last.type === signal.type &&
      last.resourceSid === signal.resourceSid,
  );
}

/** Twilio's own people and machines. */
function isTwilios({ source, actorType }: ChangeSignal): boolean {
  return source === "twilio" || actorType?.startsWith("twilio") === true;
}

function changeFact(change: ChangeSignal, bucket: Bucket, baseline: AccountBaseline | null): readonly Fact[] {
  const meaning = accessChange(change);
  if (meaning === undefined) return [];
  const { group, weight, speaks, says } = meaning;
  const isForeign = isForeignAddress(change.address, baseline);
  const address = change.address === null ? null : `${change.address}${isForeign === true ? " (never seen here)" : ""}`;
  const value = [
    change.resourceSid,
    address,
    change.actorSid === null ? null : `by ${change.actorSid}`,
    gmt(change.atMs),
  ];
  return [
    {
      group,
      weight,
      speaks,
      says,
      isForeign,
      evidence: {
        label: capitalised(says.replace(/^(an?|the) /, "").replace(/ (was|were) /, " ")),
        value: said(value),
      },
      countries: group === "geo" ? change.countries : [],
      firstAtMs: bucket.firstAtMs,
      lastAtMs: bucket.lastAtMs,
    },
  ];
}

function tokenFact({ atMs }: TokenChangedSignal, { firstAtMs, lastAtMs }: Bucket): Fact {
  return {
    group: "token",
    weight: TOKEN_CHANGED,
    speaks: "always",
    says: "the auth token is another one than before",
    isForeign: null,
    evidence: { label: "Auth token", value: `our copy is refused and Twilio shows another one, ${gmt(atMs)}` },
    countries: [],
    firstAtMs,
    lastAtMs,
  };
}

function blockedFact(signal: BlockedAddressSignal, bucket: Bucket, baseline: AccountBaseline | null): Fact {
  const isKnown = isForeignAddress(signal.address, baseline) === false;
  return {
    group: "blocked-address",
    // Somebody of ours at a usual place whom the allow-list forgot.
    weight: isKnown ? 1 : BLOCKED_ADDRESS,
    speaks: isKnown ? "never" : "always",
    says: "valid credentials were used from an address that is not allowed",
    // That it is foreign is what it weighs already.
    isForeign: isKnown ? false : null,
    evidence: {
      label: "Refused address",
      value: said([
        signal.address,
        signal.keySid === null ? "with the auth token or a key" : `with ${signal.keySid}`,
        gmt(signal.atMs),
      ]),
    },
    countries: [],
    firstAtMs: bucket.firstAtMs,
    lastAtMs: bucket.lastAtMs,
  };
}

function isForeignAddress(address: string | null, baseline: AccountBaseline | null): boolean | null {
  if (address === null || baseline === null) return null;
  if (baseline.addresses.includes(address)) return false;
  return baseline.days < BASELINE_DAYS || baseline.addresses.length === 0 ? null : true;
}

function alertOf(scene: Scene, facts: readonly Fact[]): Alert {
  const { accountSid } = scene;
  const weight = weightOf(facts) + (refusals(scene).length > 0 ? REFUSED_REQUESTS : 0);
  const confidence: Confidence = weight >= HIGH_FROM ? "high" : weight >= MEDIUM_FROM ? "medium" : "low";
  return {
    dedupKey: dedupKey(accountSid, THREAT),
    accountSid,
    threat: THREAT,
    severity: weight >= CRITICAL_FROM ? "critical" : "warning",
    summary: summaryOf(facts),
    evidence: [...numbered(facts).slice(0, MAX_EVIDENCE), ...refusals(scene)],
    firstSignalAtMs: Math.min(...facts.map(({ firstAtMs }) => firstAtMs)),
    lastSignalAtMs: Math.max(...facts.map(({ lastAtMs }) => lastAtMs)),
    reportedTodayUsd: null,
    category: null,
    countries: [...new Set(facts.flatMap(({ countries }) => countries))],
    confidence,
  };
}

function weightOf(facts: readonly Fact[]): number {
  const byGroup = new Map<string, number>();
  for (const { group, weight } of facts) byGroup.set(group, Math.max(weight, byGroup.get(group) ?? 0));
  const token = facts.filter(({ group, weight }) => group === "token" && weight >= TOKEN_CHANGED);
  const isFromNowhere = token.length > 0 && token.every(({ isForeign }) => isForeign === null);
  return (
    [...byGroup.values()].reduce((total, heaviest) => total + heaviest, 0) +
    (facts.some(({ isForeign }) => isForeign === true) ? FOREIGN : 0) +
    (isFromNowhere ? TOKEN_FROM_NOWHERE : 0)
  );
}

function summaryOf(facts: readonly Fact[]): string {
  const clauses = [...new Set(facts.map(({ says }) => says))].slice(0, MAX_CLAUSES);
  const where = facts.some(({ isForeign }) => isForeign === true)
    ? " from an address that never changed anything here"
    : "";
  return `${capitalised(listed(clauses))}${where}, and Tollgate did not do it.`;
}

/** Two keys are two lines. */
function numbered(facts: readonly Fact[]): readonly Evidence[] {
  const seen = new Map<string, number>();
  return facts.map(({ evidence: { label, value } }) => {
    const times = (seen.get(label) ?? 0) + 1;
    seen.set(label, times);
    return { label: times === 1 ? label : `${label} (${times})`, value };
  });
}

/** Whoever tries keys is refused before one fits. Alone it is `refused-credentials`. */
function refusals({ buckets, ours, nowMs }: Scene): readonly Evidence[] {
  const errors = unexpectedRefusals(buckets, ours, nowMs);
  const burst = worstBurst(errors.flatMap((one) => one.buckets));
  if (burst < refusedCredentialsStory.warningFrom) return [];
  return [{ label: "Refused credentials", value: `${quantity(burst)} requests within ${WINDOW_MINUTES} minutes` }];
}

function said(parts: readonly (string | null)[]): string {
  return parts.filter((part) => part !== null).join(", ");
}
