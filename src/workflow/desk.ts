import type { Policy } from "../approval/policy.ts";
import type { Desk, Waiting } from "../command/contract.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { orLate } from "../lib/deadline.ts";
import type { AccountSid, ApprovalId, IncidentId, SilenceId } from "../lib/id.ts";
import { byMoneyAtRisk } from "../notice/entries.ts";
import { showCard } from "../notice/incident-card.ts";
import { readRate, reportedRate } from "../notice/rate.ts";
import type { AccountView, IncidentSummary, IncidentView, SilenceSummary } from "../notice/views.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import type { Store, Twilio } from "./ports.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly store: Pick<Store, "incidents" | "silences" | "observations" | "audit" | "numbers">;
  readonly twilio: Pick<Twilio, "facts">;
  readonly incidentView: (id: IncidentId) => Promise<IncidentView | null>;
  readonly policy: () => Pick<Policy, "people">;
  readonly clock: Clock;
}

/** What `all` shows. */
const NEWEST = 30;
/** A list must not wait for a slow Twilio: what has no name by then is shown by its SID. */
const NAMES_BUDGET_MS = 500;
/** A list shows no more, and Twilio would only ask for patience. */
const MOST_NAMES = 40;
/** Streams read at one time: a list must leave connections to what people click. */
const AT_ONCE = 8;

type NameOf = (sid: AccountSid) => AccountView;

/** What has been going on here, out of the store, for commands and for each person's home. */
export function createDesk({ executor, machines, store, twilio, incidentView, policy, clock }: Parts): Desk {
  async function named(sids: readonly AccountSid[]): Promise<NameOf> {
    const known = new Map<AccountSid, AccountView>();
    const asked = [...new Set(sids)].slice(0, MOST_NAMES).map(async (sid) => {
      try {
        known.set(sid, await twilio.facts(sid));
      } catch {
        // Twilio does not say: the SID is shown.
      }
    });
    await orLate(Promise.all(asked), NAMES_BUDGET_MS);
    return (sid) => known.get(sid) ?? { sid };
  }

  async function summaryOf(id: IncidentId): Promise<readonly IncidentSummary[]> {
    const [incident, [reading]] = await Promise.all([
      executor.read(machines.incident, id),
      store.observations.newest(id, 1),
    ]);
    if (incident.status === "none") return [];
    const isRunning = incident.status !== "resolved";
    return [
      {
        ...factsOf(incident),
        // What is over costs nothing more, and the sum of another day says nothing about today.
        rate: isRunning ? (readRate(reading) ?? reportedRate(incident.alert)) : null,
        spendTodayUsd:
          isRunning && reading !== undefined && isSameDay(reading.atMs, clock.now()) ? reading.spendTodayUsd : null,
      },
    ];
  }

  /** Ordered before accounts are named: those that are shown first are named for certain. */
  async function summaries(
    ids: readonly IncidentId[],
    order: (list: readonly IncidentSummary[]) => readonly IncidentSummary[],
  ): Promise<readonly IncidentSummary[]> {
    const list = order((await inBatches(ids, summaryOf)).flat());
    const nameOf = await named(list.map(({ account }) => account.sid));
    return list.map((summary) => ({ ...summary, account: nameOf(summary.account.sid) }));
  }

  async function silenceOf(id: SilenceId): Promise<readonly SilenceSummary[]> {
    const silence = await executor.read(machines.silence, id);
    // Its end may not be recorded yet.
    if (silence.status !== "active" || silence.untilMs <= clock.now()) return [];
    const { accountSid, threat, by, reason, startedAtMs, untilMs, heldBack } = silence;
    return [{ id, account: { sid: accountSid }, threat, by, reason, startedAtMs, untilMs, heldBack }];
  }

  async function waitingOf(id: ApprovalId): Promise<readonly Waiting[]> {
    const approval = await executor.read(machines.approval, id);
    if (approval.status !== "pending" || approval.request.expiresAtMs <= clock.now()) return [];
    const { incidentId, accountSid, remediation, description, requester, expiresAtMs, undoOf } = approval.request;
    return [
      {
        approvalId: id,
        incidentId,
        account: { sid: accountSid },
        remediation,
        description,
        requester,
        expiresAtMs,
        undoOf,
        approvedBy: approval.approvedBy,
      },
    ];
  }

  async function withNames<Item extends { readonly account: AccountView }>(
    items: readonly Item[],
  ): Promise<readonly Item[]> {
    const nameOf = await named(items.map(({ account }) => account.sid));
    return items.map((item) => ({ ...item, account: nameOf(item.account.sid) }));
  }

  return {
    incidents: async (which) =>
      which === "open"
        ? summaries(await store.incidents.unresolved(), byMoneyAtRisk)
        : summaries(await store.incidents.newest(NEWEST), (list) => list),

    async incident(id) {
      const view = await incidentView(id as IncidentId);
      return view === null ? null : showCard(view, clock.now());
    },

    incidentsOf: async (accountSid) => summaries(await store.incidents.unresolvedOf(accountSid), byMoneyAtRisk),

    incidentsWith: async (number) => summaries(await store.numbers.incidentsWith(number), (list) => list),

    async silences() {
      const active = (await inBatches(await store.silences.active(), silenceOf)).flat();
      return withNames(active.toSorted((one, other) => one.untilMs - other.untilMs));
    },

    waiting: async () => withNames((await inBatches(await store.incidents.pendingApprovals(), waitingOf)).flat()),

    records: (query, limit) => store.audit.search(query, limit),

    people: () => policy().people,
  };
}

function factsOf(incident: LiveIncident) {
  const { id, status, alert, openedAtMs, assignee, snoozedUntilMs } = incident;
  return {
    id,
    status,
    severity: alert.severity,
    threat: alert.threat,
    account: { sid: alert.accountSid },
    openedAtMs,
    assignee,
    acknowledgedBy: incident.status === "open" ? null : incident.acknowledgedBy,
    snoozedUntilMs,
  };
}

/** Twilio counts days in GMT. */
function isSameDay(oneMs: number, otherMs: number): boolean {
  return new Date(oneMs).toISOString().slice(0, 10) === new Date(otherMs).toISOString().slice(0, 10);
}

async function inBatches<Key, Item>(keys: readonly Key[], read: (key: Key) => Promise<Item>): Promise<readonly Item[]> {
  const items: Item[] = [];
  for (let start = 0; start < keys.length; start += AT_ONCE) {
    items.push(...(await Promise.all(keys.slice(start, start + AT_ONCE).map(read))));
  }
  return items;
}
