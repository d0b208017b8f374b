import type { AccountSid, IncidentId, RunId } from "../lib/id.ts";
import type { Situation } from "../remediation/contract.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { ObservationStore } from "./ports.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly observations: ObservationStore;
  readonly allowedCountries: (accountSid: AccountSid) => readonly string[];
}

export type SituationOf = (about: {
  readonly incidentId: IncidentId;
  readonly accountSid: AccountSid;
  readonly undoOf: RunId | null;
}) => Promise<Situation>;

/** What an incident knows that helps to propose a remediation's parameters: when it began, where the traffic goes, what an undo restores. */
export function createSituationOf({ executor, machines, observations, allowedCountries }: Parts): SituationOf {
  return async ({ incidentId, accountSid, undoOf }) => {
    const [incident, [newest], undone] = await Promise.all([
      executor.read(machines.incident, incidentId),
      observations.newest(incidentId, 1),
      undoOf === null ? null : executor.read(machines.run, undoOf),
    ]);
    const seen =
      newest?.destinations.filter((destination) => !destination.isAllowed).map((destination) => destination.country) ??
      [];
    const earlier =
      incident.status === "none"
        ? []
        : incident.countries.filter((country) => !allowedCountries(accountSid).includes(country));
    const hasCaptured = undone !== null && (undone.status === "done" || undone.status === "partly-done");
    return {
      incidentId,
      accountSid,
      firstSignalAtMs: incident.status === "none" ? 0 : incident.alert.firstSignalAtMs,
      suspectCountries: [...new Set([...seen, ...earlier])],
      undoOf: undoOf !== null && hasCaptured ? { runId: undoOf, captured: undone.captured } : null,
    };
  };
}
