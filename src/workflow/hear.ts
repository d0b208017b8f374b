import type { Alert } from "../detection/contract.ts";
import { explains } from "../detection/explains.ts";
import { PERMISSION_OPENED } from "../detection/threats.ts";
import type { LiveIncident, ResolvedIncident } from "../incident/contract.ts";
import type { IncidentId } from "../lib/id.ts";
import type { Because, Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex } from "./ports.ts";
import type { Silences } from "./silences.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly incidents: IncidentIndex;
  readonly silences: Silences;
}

const because: Because = { actor: { kind: "twilio" }, cause: "signal" };
const tollgate = { kind: "tollgate", part: "detection" } as const;
const ours: Because = { actor: tollgate, cause: "signal" };

/** Merges of merges: more of them than anybody makes, so that two that were merged into each other at once end somewhere. */
const LONGEST_CHAIN = 20;

/** An alert goes where it belongs: to the incident of its threat, to a new one, or into what a silence holds back. Heard twice it is heard once. */
export type Hear = (alert: Alert) => Promise<void>;

export function createHear({ executor, machines, incidents, silences }: Parts): Hear {
  async function hear(alert: Alert): Promise<void> {
    const latest = await incidents.latest(alert.dedupKey);
    const known = latest === null ? null : await live(latest);
    if (known === null) return beginAnew(alert);
    if (known.status !== "resolved") return raise(known.id, alert);
    const end = await endOf(known);
    if (end.status !== "resolved") {
      const passed = await executor.execute(machines.incident, known.id, { type: "pass-on", alert }, because);
      if (!passed.accepted) return passed.refusal === "cooled-down" ? beginAnew(alert) : hear(alert);
      const absorbed = await executor.execute(machines.incident, end.id, { type: "absorb", alert }, because);
      // Resolved in this very moment: look again.
      return absorbed.accepted ? undefined : hear(alert);
    }
    // Detection looks back an hour: what it saw before people were done with it is not a new attack.
    const doneAtMs = Math.max(known.resolvedAtMs, end.resolvedAtMs);
    if (alert.lastSignalAtMs <= doneAtMs) return;
    if (await isHeldBack(alert, doneAtMs)) return;
    if (!(await isEvidenceElsewhere(alert))) await raise(known.id, alert);
  }

  async function beginAnew(alert: Alert): Promise<void> {
    if (!(await isHeldBack(alert)) && !(await isEvidenceElsewhere(alert))) await open(alert);
  }

  async function raise(id: IncidentId, alert: Alert): Promise<void> {
    const raised = await executor.execute(machines.incident, id, { type: "raise", id, alert }, because);
    if (!raised.accepted && raised.refusal === "cooled-down") await open(alert);
  }

  async function open(alert: Alert): Promise<void> {
    const id = await incidents.nextId();
    await executor.execute(machines.incident, id, { type: "raise", id, alert }, because);
    if (alert.threat !== PERMISSION_OPENED) await takeInOpenings(id, alert);
  }

  /**
   * A country was opened, and now traffic goes there: one incident with both facts, the one that says what it is. What somebody works
   * on already stays: they would search for it.
   */
  async function takeInOpenings(into: IncidentId, { accountSid, threat }: Alert): Promise<void> {
    if (!explains(threat, PERMISSION_OPENED)) return;
    for (const id of await incidents.unresolvedOf(accountSid)) {
      const opening = await live(id);
      if (id === into || opening?.status !== "open" || opening.alert.threat !== PERMISSION_OPENED) continue;
      if ((await incidents.approvalsOf(id)).length > 0) continue;
      const alert = { ...opening.alert, countries: opening.countries };
      // First the one that goes on: a crash between leaves two incidents, and nothing unheard.
      const takeIn = { type: "take-in", by: tollgate, from: id, alert } as const;
      const taken = await executor.execute(machines.incident, into, takeIn, ours);
      if (taken.accepted) await executor.execute(machines.incident, id, { type: "merge", by: tollgate, into }, ours);
    }
  }

  /**
   * People work on an incident of the account that explains it: the whole account's spend while its toll fraud is dealt with. It is
   * heard there. Detection alone cannot tell: an hour later it does not see any more what the incident began with.
   */
  async function isEvidenceElsewhere(alert: Alert): Promise<boolean> {
    for (const id of await incidents.unresolvedOf(alert.accountSid)) {
      const incident = await live(id);
      if (incident === null || incident.status === "resolved" || !explains(incident.alert.threat, alert.threat))
        continue;
      // What is heard in a contained incident says that it goes on. Money that runs does; refused requests do not.
      if (incident.status === "contained" && !isAboutMoney(alert)) continue;
      const absorbed = await executor.execute(machines.incident, id, { type: "absorb", alert }, because);
      if (absorbed.accepted) return true;
    }
    return false;
  }

  async function isHeldBack(alert: Alert, doneAtMs: number | null = null): Promise<boolean> {
    const silence = await silences.covering(alert.accountSid, alert.threat);
    if (silence === null) return false;
    // Refused when it ended meanwhile: then people hear of it.
    const held = await executor.execute(machines.silence, silence.id, { type: "hold-back", alert, doneAtMs }, because);
    return held.accepted;
  }

  /** What it was merged into, through merges of merges; itself when it was not merged. */
  async function endOf(merged: ResolvedIncident): Promise<LiveIncident> {
    let end: LiveIncident = merged;
    for (let step = 0; step < LONGEST_CHAIN && end.status === "resolved" && end.mergedInto !== null; step += 1) {
      const next = await live(end.mergedInto);
      if (next === null) return end;
      end = next;
    }
    return end;
  }

  async function live(id: IncidentId): Promise<LiveIncident | null> {
    const incident = await executor.read(machines.incident, id);
    return incident.status === "none" ? null : incident;
  }

  return hear;
}

function isAboutMoney({ money, reportedTodayUsd }: Alert): boolean {
  return money !== undefined || reportedTodayUsd !== null;
}
