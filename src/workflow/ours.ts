import { z } from "zod";
import type { Json } from "../audit/envelope.ts";
import type { OurChange } from "../detection/contract.ts";
import { unreachable } from "../lib/decision.ts";
import type { AccountSid } from "../lib/id.ts";
import { GeoCaptured, isVoiceOpen, messagingCountries } from "../remediation/geo.ts";
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
    return [...runs.flatMap(changesOfRun).filter(({ toMs }) => toMs >= sinceMs), ...upkeep];
  };
}

type Begun = Exclude<Run, { readonly status: "none" }>;

/** What a run left behind. */
export function changesOfRun(run: Run): readonly OurChange[] {
  // What policy refused, and Twilio refused before the first step, changed nothing and explains nothing. Steps say what was tried: of
  // what was refused after one, only a rotation has changed something, the tokens that it made and threw away.
  if (run.status === "none" || (run.status === "refused" && run.steps.length === 0)) return [];
  const worked = { fromMs: run.startedAtMs, toMs: endOf(run) };
  return [
    {
      what: run.grant.description,
      fromMs: worked.fromMs - BEFORE_MS,
      toMs: worked.toMs + AFTER_MS,
      worked,
      ...tracesOf(run),
    },
  ];
}

function endOf(run: Begun): number {
  if ("finishedAtMs" in run) return run.finishedAtMs;
  return Math.max(run.startedAtMs, ...run.steps.map(({ atMs }) => atMs)) + UNFINISHED_MS;
}

const DeletedKeys = z.object({ keys: z.array(z.string()) });

type Traces = Omit<OurChange, "what" | "fromMs" | "toMs" | "worked">;

/** Which Monitor Events it leaves: https://www.twilio.com/docs/usage/monitor-events#event-types */
function tracesOf(run: Begun): Traces {
  const { remediation, params } = run.grant;
  const isRefused = run.status === "refused";
  switch (remediation) {
    case "suspend-subaccount":
      return { eventTypes: ["account.updated"], resourceSids: null, endsCredentials: !isRefused };
    case "reactivate-subaccount":
      return { eventTypes: ["account.updated"], resourceSids: null };
    case "rotate-auth-token":
      return tracesOfRotation(run);
    case "delete-api-keys": {
      // The two families of events name the same keys. A key that somebody else deletes meanwhile is not ours.
      const deleted = DeletedKeys.safeParse(params);
      return {
        eventTypes: ["account-api-keys.deleted", "account-keys.deleted"],
        resourceSids: deleted.success ? deleted.data.keys : [],
        endsCredentials: !isRefused,
      };
    }
    case "disable-geo-regions":
      return { eventTypes: GEO, resourceSids: null, opens: isRefused ? OPENS_NOTHING : openedByClosing(run) };
    case "restore-geo-regions":
      return { eventTypes: GEO, resourceSids: null, opens: isRefused ? OPENS_NOTHING : openedByRestoring(params) };
    default:
      return unreachable(remediation);
  }
}

/**
 * By its steps (`remediation/rotation.ts`): before each token that it makes it writes down that it deleted the one before, and before
 * it promotes, that it is promoting; a lost answer is settled by reading, so that it promotes once at most. What else Twilio notes of
 * a promotion is not documented: the new token, the dead one and the change may each be an event.
 */
function tracesOfRotation({ steps, status }: Begun): Traces {
  const made = steps.filter(({ name }) => name === "secondary-deleted").length;
  // Refused, it threw away what it made; refused after a promotion it cannot be.
  const promoted = status !== "refused" && steps.some(({ name }) => name === "promoting") ? 1 : 0;
  return {
    eventTypes: ["account-auth-token."],
    resourceSids: null,
    endsCredentials: promoted === 1,
    atMost: {
      "account-auth-token.secondary-created": made,
      "account-auth-token.promoted": promoted,
      "account-auth-token.created": promoted,
      "account-auth-token.updated": promoted,
      "account-auth-token.deleted": promoted,
    },
  };
}

const OPENS_NOTHING: NonNullable<OurChange["opens"]> = { calls: { only: [] }, messages: { only: [] } };

const Closed = z.object({ countries: z.array(z.string()) });
const Inherited = z.object({ inherited: z.boolean() });

/**
 * Nothing; only a subaccount that used its parent's table gets one of its own, in which every other country is written as it was for the
 * parent. Which of them Twilio calls opened by that is not documented, nor are they written down here.
 */
function openedByClosing({ grant, steps }: Begun): NonNullable<OurChange["opens"]> {
  const none = { only: [] };
  const closed = Closed.safeParse(grant.params);
  const gotOwnTable = steps.some(({ data }) => Inherited.safeParse(data).data?.inherited === true);
  return { calls: gotOwnTable && closed.success ? { allBut: closed.data.countries } : none, messages: none };
}

/** What it puts back: what stood open before. Dialing permissions list Canada under `US`; an event may name either. */
function openedByRestoring(params: Json): NonNullable<OurChange["opens"]> {
  const restored = GeoCaptured.safeParse(params);
  if (!restored.success) return OPENS_NOTHING;
  const calls = restored.data.voice.filter(isVoiceOpen).flatMap(({ country }) => messagingCountries(country));
  const messages = restored.data.messaging.filter(({ enabled }) => enabled).map(({ country }) => country);
  return { calls: { only: calls }, messages: { only: messages } };
}

const GEO = ["voice-geographic-permissions.", "sms-geographic-permissions."];
