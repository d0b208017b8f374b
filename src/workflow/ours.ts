import { z } from "zod";
import type { OurChange } from "../detection/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Grant } from "../remediation/contract.ts";
import type { Run } from "../remediation/run.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { IncidentIndex, SetupStore } from "./ports.ts";

interface Parts {
  readonly executor: Pick<Executor, "read">;
  readonly machines: Pick<Machines, "run">;
  readonly incidents: Pick<IncidentIndex, "grantedOf">;
  readonly setup: Pick<SetupStore, "changesSince">;
}

/** What Tollgate itself changed on an account since then: its runs, and the upkeep of its tripwires. */
export type OursOf = (accountSid: AccountSid, sinceMs: number) => Promise<readonly OurChange[]>;

const MINUTE_MS = 60_000;
/** Twilio's clock is not ours. */
const BEFORE_MS = MINUTE_MS;
/** How late Twilio notes what was done is not documented: https://www.twilio.com/docs/usage/monitor-events */
const AFTER_MS = 15 * MINUTE_MS;
/** A run that nobody finished: what it may still do is over some time after it was last seen at work. */
const UNFINISHED_MS = 60 * MINUTE_MS;
/** A request may be carried out long after it was granted, when Twilio could not be reached. */
const LATE_RUN_MS = 24 * 60 * MINUTE_MS;

export function createOursOf({ executor, machines, incidents, setup }: Parts): OursOf {
  return async (accountSid, sinceMs) => {
    const [granted, upkeep] = await Promise.all([
      incidents.grantedOf(accountSid, sinceMs - LATE_RUN_MS),
      setup.changesSince(accountSid, sinceMs),
    ]);
    const runs = await Promise.all(granted.map((id) => executor.read(machines.run, id)));
    return [...runs.flatMap(changeOf).filter(({ toMs }) => toMs >= sinceMs), ...upkeep];
  };
}

function changeOf(run: Run): readonly OurChange[] {
  // What Twilio or policy refused changed nothing, and explains nothing.
  if (run.status === "none" || run.status === "refused") return [];
  return [
    {
      what: run.grant.description,
      fromMs: run.startedAtMs - BEFORE_MS,
      toMs: endOf(run) + AFTER_MS,
      ...tracesOf(run.grant),
    },
  ];
}

function endOf(run: Exclude<Run, { readonly status: "none" }>): number {
  if ("finishedAtMs" in run) return run.finishedAtMs;
  return Math.max(run.startedAtMs, ...run.steps.map(({ atMs }) => atMs)) + UNFINISHED_MS;
}

const DeletedKeys = z.object({ keys: z.array(z.string()) });

/** Which Monitor Events it leaves: https://www.twilio.com/docs/usage/monitor-events#event-types */
function tracesOf({ remediation, params }: Grant): Omit<OurChange, "what" | "fromMs" | "toMs"> {
  switch (remediation) {
    case "suspend-subaccount":
      return { eventTypes: ["account.updated"], resourceSids: null, endsCredentials: true };
    case "reactivate-subaccount":
      return { eventTypes: ["account.updated"], resourceSids: null };
    case "rotate-auth-token":
      return { eventTypes: ["account-auth-token."], resourceSids: null, endsCredentials: true };
    case "delete-api-keys": {
      // The two families of events name the same keys. A key that somebody else deletes meanwhile is not ours.
      const deleted = DeletedKeys.safeParse(params);
      return {
        eventTypes: ["account-api-keys.deleted", "account-keys.deleted"],
        resourceSids: deleted.success ? deleted.data.keys : [],
        endsCredentials: true,
      };
    }
    case "disable-geo-regions":
      return { eventTypes: GEO, resourceSids: null, onlyCloses: true };
    case "restore-geo-regions":
      return { eventTypes: GEO, resourceSids: null };
    default:
      return unreachable(remediation);
  }
}

const GEO = ["voice-geographic-permissions.", "sms-geographic-permissions."];
