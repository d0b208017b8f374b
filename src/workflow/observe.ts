import type { DetectionPolicy, Observation } from "../detection/contract.ts";
import { chosenForSample, sampleOf } from "../detection/number.ts";
import { bearsOut, toObservation, usualDays } from "../detection/observation.ts";
import { settingsFor } from "../detection/settings.ts";
import { mediumOf } from "../detection/usage-categories.ts";
import type { ContainedIncident, LiveIncident } from "../incident/contract.ts";
import { remindersOf } from "../incident/reminders.ts";
import type { Clock } from "../lib/clock.ts";
import { Fault } from "../lib/fault.ts";
import type { IncidentId } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { incidentSubject } from "../notice/subjects.ts";
import type { AnyRemediation } from "../remediation/contract.ts";
import type { Because, Executor } from "./execute.ts";
import { done, type JobHandler, later } from "./job.ts";
import type { LookUp } from "./look-up.ts";
import type { Machines } from "./machines.ts";
import type { Pictures } from "./pictures.ts";
import type { IncidentIndex, NumberStore, ObservationStore, Outbox, RecentTraffic, Twilio } from "./ports.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly twilio: Twilio;
  readonly incidents: Pick<IncidentIndex, "unresolvedOf" | "approvalsOf">;
  readonly observations: ObservationStore;
  readonly numbers: Pick<NumberStore, "saw">;
  readonly lookUp: LookUp;
  readonly outbox: Outbox;
  readonly pictures: Pick<Pictures, "renew">;
  readonly platforms: readonly string[];
  readonly findRemediation: (id: string) => AnyRemediation;
  readonly settings: () => DetectionPolicy;
  /** 0: nobody is reminded. */
  readonly remindAfterMs: () => number;
  readonly clock: Clock;
  readonly log: Log;
}

interface Reading {
  readonly observation: Observation;
  /** Whole numbers, to be looked up once the rest is stored. */
  readonly toSample: readonly string[];
}

/** Readings that the burn rate may compare. */
const COMPARE_WITH = 12;
/** Calls and messages that began this recently say where the traffic goes now. */
const TRAFFIC_WINDOW_MS = 10 * 60_000;
/** Threats about messages to numbers that earn by them. */
const PUMPING: ReadonlySet<string> = new Set(["messaging-pumping", "verify-pumping"]);
const SHORTEST_GAP_MS = 3_000;
const LONGEST_GAP_MS = 60_000;
/** New figures wait this long for a change by people that would edit the card anyway. */
const EDIT_MAY_WAIT_MS = 1_000;
const USAGE_LAGS_MS = 3 * 60_000;
/** Facts come from a cache of some seconds: right after a suspension it may still say active. */
const STATUS_IS_OLD_MS = 30_000;

const because: Because = { actor: { kind: "tollgate", part: "observe" }, cause: "job" };

/**
 * Reads the API about an incident: confirms what a webhook only reported, and keeps watching the money, often at first and
 * after every change, seldom later. A read that fails or disagrees never hides the incident; it changes words.
 */
export function createObserve(parts: Parts): JobHandler {
  const { executor, machines, twilio, incidents, observations, outbox, clock, log } = parts;

  async function read(incident: LiveIncident, category: string): Promise<Reading> {
    const { accountSid } = incident.alert;
    const nowMs = clock.now();
    const missing: string[] = [];
    const orMissing = async <Answer>(what: string, work: Promise<Answer>): Promise<Answer | null> => {
      try {
        return await work;
      } catch (error) {
        if (!(error instanceof Fault)) throw error;
        log.warn({ accountSid, kind: error.kind, code: error.code }, "a reading is missing");
        missing.push(`${what}: ${error.message}`);
        return null;
      }
    };
    const medium = mediumOf(category);
    const query = { accountSid, category, includeSubaccounts: false } as const;
    const [previous, usageToday, usageOfDays, traffic] = await Promise.all([
      observations.newest(incident.id, COMPARE_WITH),
      orMissing("today's usage", twilio.usage({ ...query, period: "today", startDate: null, endDate: null })),
      orMissing("the usual day", twilio.usage({ ...query, period: "daily", ...usualDays(nowMs) })),
      orMissing(`the ${medium}`, twilio.recentDestinations(accountSid, medium, nowMs - TRAFFIC_WINDOW_MS)),
    ]);
    const suspicious = traffic === null ? [] : suspiciousNumbers(incident, traffic);
    await parts.numbers.saw(
      incident.id,
      suspicious.map(({ number }) => number),
      nowMs,
    );
    // Looked up once for an incident, whether Twilio could say or not: each look-up is paid for.
    const known = previous.find(({ sample }) => sample !== undefined)?.sample;
    const toSample =
      known === undefined && PUMPING.has(incident.alert.threat)
        ? chosenForSample(suspicious).map(({ number }) => number)
        : [];
    // Begun is as good as done: whoever comes after a crash does not pay again.
    const sample = known ?? (toSample.length === 0 ? undefined : sampleOf([]));
    const observation = toObservation(
      { atMs: nowMs, category, usageToday, usageOfDays, traffic, medium, previous, missing },
      settingsFor(parts.settings(), accountSid),
    );
    return { observation: sample === undefined ? observation : { ...observation, sample }, toSample };
  }

  /** Numbers of ordinary customers are nobody's business: those alone to which nothing should go, or which the alert is about. */
  function suspiciousNumbers({ alert }: LiveIncident, { numbers }: RecentTraffic): RecentTraffic["numbers"] {
    const { allowedCountries } = settingsFor(parts.settings(), alert.accountSid);
    return numbers.filter(({ country }) => !allowedCountries.includes(country) || alert.countries.includes(country));
  }

  /** After the money is known and told: a slow look-up keeps nobody from it. The next reading goes on with what it says. */
  async function lookUpSample({ id, alert }: LiveIncident, { observation, toSample }: Reading): Promise<void> {
    if (toSample.length === 0) return;
    try {
      const sample = sampleOf(await Promise.all(toSample.map((number) => parts.lookUp(number))));
      await observations.save(id, { ...observation, sample });
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log.warn({ accountSid: alert.accountSid, kind: error.kind, code: error.code }, "no sample of numbers");
    }
  }

  async function confirm(incident: LiveIncident, { observation }: Reading): Promise<void> {
    await observations.save(incident.id, observation);
    const agrees = bearsOut(observation, incident.alert.reportedTodayUsd);
    // Usage data lags: for a while a reading that shows less says nothing, and the card goes on saying that it is being confirmed.
    const sinceMs = clock.now() - (incident.reopenedAtMs ?? incident.openedAtMs);
    if (!agrees && observation.missing.length === 0 && sinceMs < USAGE_LAGS_MS) return;
    const command = agrees
      ? ({ type: "confirm", observation } as const)
      : ({
          type: "doubt",
          reason: observation.missing[0] ?? "Twilio's records do not show it yet; usage data lags",
        } as const);
    await executor.execute(machines.incident, incident.id, command, because);
  }

  /** The card must not go on saying that it is contained. */
  async function isActiveAgain(incident: ContainedIncident): Promise<boolean> {
    if (clock.now() - incident.containedAtMs < STATUS_IS_OLD_MS) return false;
    try {
      return (await twilio.facts(incident.alert.accountSid)).status === "active";
    } catch (error) {
      if (error instanceof Fault) return false;
      throw error;
    }
  }

  /**
   * People asked Tollgate to reactivate the account, from the card of whichever incident: they know of it. A run that is still under
   * way counts, as Twilio may have taken it already.
   */
  async function isOurDoing({ id, alert, containedAtMs }: ContainedIncident): Promise<boolean> {
    for (const incidentId of new Set([id, ...(await incidents.unresolvedOf(alert.accountSid))])) {
      for (const approvalId of await incidents.approvalsOf(incidentId)) {
        const run = await executor.read(machines.run, approvalId);
        if (run.status === "none" || run.status === "refused" || run.startedAtMs < containedAtMs) continue;
        const { undoes } = parts.findRemediation(run.grant.remediation);
        if (undoes !== null && parts.findRemediation(undoes).containsIncident) return true;
      }
    }
    return false;
  }

  /** An older version, or a policy without reminders, left none behind: what is open now is reminded of all the same. */
  async function remind(incident: LiveIncident): Promise<void> {
    const nowMs = clock.now();
    if (remindersOf(incident, parts.remindAfterMs(), nowMs).nextAtMs === null) return;
    if ((await outbox.load("remind", incident.id)) !== null) return;
    await outbox.add({ job: "remind", key: incident.id, dueAtMs: null }, nowMs);
  }

  return async (key) => {
    const id = key as IncidentId;
    const incident = await executor.read(machines.incident, id);
    if (incident.status === "none" || incident.status === "resolved") return done;
    if (incident.status === "contained" && (await isActiveAgain(incident))) {
      // Somebody else reactivated it, in the Console or with a key: whoever holds that may be who attacks.
      const command = (await isOurDoing(incident))
        ? ({ type: "release", runId: incident.containedBy } as const)
        : ({ type: "find-active" } as const);
      await executor.execute(machines.incident, id, command, because);
      return later(clock.now());
    }
    await remind(incident);
    const { category } = incident.alert;
    // No usage record tells more about some alerts, but their count of signals grows, and the card shows it.
    const reading = category === null ? null : await read(incident, category);
    if (reading !== null) await confirm(incident, reading);
    // The words are enough: nothing of this may keep anybody from seeing the money.
    await parts.pictures.renew(incident).catch((error: unknown) => {
      log.warn({ incidentId: id, err: error }, "the charts of an incident could not be made");
    });
    for (const platform of parts.platforms) {
      const nowMs = clock.now();
      await outbox.add(
        { job: "notify", key: `${platform}.${incidentSubject(id)}`, dueAtMs: nowMs + EDIT_MAY_WAIT_MS },
        nowMs,
      );
    }
    if (reading !== null) await lookUpSample(incident, reading);
    return later(clock.now() + nextGapMs(clock.now() - lastChangeAtMs(incident)));
  };
}

/** Half the time since the last change: three seconds after it begins, a minute when it has become old. */
function nextGapMs(sinceChangeMs: number): number {
  return Math.min(LONGEST_GAP_MS, Math.max(SHORTEST_GAP_MS, sinceChangeMs / 2));
}

function lastChangeAtMs(incident: LiveIncident): number {
  switch (incident.status) {
    case "open":
      return incident.reopenedAtMs ?? incident.openedAtMs;
    case "acknowledged":
      return incident.acknowledgedAtMs;
    case "contained":
      return incident.containedAtMs;
    case "resolved":
      return incident.resolvedAtMs;
  }
}
