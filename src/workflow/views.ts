import { possibleApprovers } from "../approval/people.ts";
import { type Policy, policyFor } from "../approval/policy.ts";
import type { PlatformName } from "../audit/envelope.ts";
import type { Bucket, DetectionPolicy } from "../detection/contract.ts";
import { proposeConfig } from "../detection/proposal.ts";
import { settingsFor } from "../detection/settings.ts";
import { REPORTED_BY_PERSON } from "../detection/threats.ts";
import type { LiveIncident } from "../incident/contract.ts";
import { within } from "../lib/deadline.ts";
import type { AccountSid, ApprovalId, IncidentId, PersonId } from "../lib/id.ts";
import { countTold } from "../notice/signal-lines.ts";
import { detailsSubject, incidentSubject } from "../notice/subjects.ts";
import type { AccountView, IncidentView, Names, RequestView, SilenceSummary } from "../notice/views.ts";
import type { AnyRemediation } from "../remediation/contract.ts";
import type { OthersDown } from "./down.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";
import { ALL_PLATFORMS, chartsFor } from "./pictured.ts";
import type { Store, Twilio } from "./ports.ts";
import { type KnownApproval, offerView, pendingView, runView } from "./run-view.ts";
import type { ActiveSilence, Silences } from "./silences.ts";
import type { SituationOf } from "./situation.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly store: Pick<Store, "events" | "incidents" | "signals" | "observations" | "previews" | "pictures">;
  readonly silences: Pick<Silences, "covering" | "quieting">;
  readonly twilio: Twilio;
  readonly remediations: readonly AnyRemediation[];
  readonly findRemediation: (id: string) => AnyRemediation;
  readonly situationOf: SituationOf;
  readonly othersDown: OthersDown;
  readonly policy: () => Policy;
  readonly settings: () => DetectionPolicy;
}

/** For a message: its platform, and how long it has been waiting. Both null for an answer to one person. */
interface ReadAt {
  readonly platform: PlatformName | null;
  readonly lagMs: number | null;
}

/** The latest state with names looked up, as the card builders are given it. */
export interface Views {
  /** Null when there is no such incident. */
  incident(id: IncidentId, at: ReadAt): Promise<IncidentView | null>;
  /** Without `lagMs`: for an answer to one person. */
  request(id: ApprovalId, at?: Pick<ReadAt, "lagMs">): Promise<RequestView | null>;
  /** The newest record of all streams that an incident's card shows. */
  revisionOf(id: IncidentId): Promise<number>;
}

/** Nobody may wait for a slow Twilio to learn an account's name; a person is answered within a second in all. */
const NAME_BUDGET_MS = { message: 1_000, answer: 300 } as const;

export function createViews(parts: Parts): Views {
  const { executor, machines, store, silences, twilio, findRemediation } = parts;

  async function account(sid: AccountSid, lagMs: number | null): Promise<AccountView> {
    const budgetMs = lagMs === null ? NAME_BUDGET_MS.answer : NAME_BUDGET_MS.message;
    try {
      return await within(budgetMs, "the account's name", twilio.facts(sid));
    } catch {
      return { sid };
    }
  }

  const names = (): Names => new Map(parts.policy().people.map((person) => [person.id, person.name]));

  async function approvalsOf(incidentId: IncidentId): Promise<readonly KnownApproval[]> {
    const ids = await store.incidents.approvalsOf(incidentId);
    const approvals = await Promise.all(ids.map((id) => executor.read(machines.approval, id)));
    return approvals.filter((approval): approval is KnownApproval => approval.status !== "none");
  }

  /** Those of its account while it went on; none for what a person reported, unless it took in what Twilio did. */
  async function bucketsOf(incident: LiveIncident): Promise<readonly Bucket[]> {
    const { accountSid, threat, firstSignalAtMs } = incident.alert;
    if (threat === REPORTED_BY_PERSON && incident.merged.length === 0) return [];
    const buckets = await store.signals.bucketsSince(accountSid, firstSignalAtMs);
    const overAtMs = incident.status === "resolved" ? incident.resolvedAtMs : Number.POSITIVE_INFINITY;
    return buckets.filter(({ firstAtMs }) => firstAtMs <= overAtMs);
  }

  /** Those that did end in it: a merge is two decisions, and the other one may have been resolved between them. */
  async function mergedInto({ id, merged }: LiveIncident): Promise<IncidentView["merged"]> {
    const incidents = await Promise.all(merged.map((other) => executor.read(machines.incident, other)));
    return incidents.flatMap((other) =>
      other.status === "resolved" && other.mergedInto === id ? [{ id: other.id, threat: other.alert.threat }] : [],
    );
  }

  /** Those that were made last: nobody waits here for new ones. */
  async function chartsOf(id: IncidentId, platform: PlatformName | null): Promise<IncidentView["charts"]> {
    const names = platform === null ? ALL_PLATFORMS : [platform];
    const [card = [], details = []] = await Promise.all(
      [incidentSubject(id), detailsSubject(id)].map(async (subject) =>
        chartsFor((await store.pictures.shownBy(subject))?.charts ?? [], names, store.pictures),
      ),
    );
    return { card, details };
  }

  return {
    async incident(incidentId, { platform, lagMs }) {
      const incident = await executor.read(machines.incident, incidentId);
      if (incident.status === "none") return null;
      const { accountSid, threat, severity } = incident.alert;
      const isOver = incident.status === "resolved";
      const [facts, approvals, [observation], buckets, silence, merged, charts, platformsDown] = await Promise.all([
        account(accountSid, lagMs),
        approvalsOf(incidentId),
        store.observations.newest(incidentId, 1),
        bucketsOf(incident),
        silences.covering(accountSid, threat),
        mergedInto(incident),
        chartsOf(incidentId, platform),
        // A resolved card is not looked at again when the platform is back: it must not go on saying so.
        isOver || platform === null ? [] : parts.othersDown(platform),
      ]);
      const granted = approvals.filter((approval) => approval.status === "granted");
      const isUnseen = severity === "critical" && incident.status === "open";
      const isQuiet = silence !== null && (await silences.quieting(incident)) !== null;
      const runs = await Promise.all(granted.map(({ request }) => executor.read(machines.run, request.id)));
      return {
        incident,
        account: facts,
        observation: observation ?? null,
        unconfirmedReason: observation?.missing[0] ?? "Twilio's records do not show it yet",
        buckets,
        signalCount: countTold(buckets),
        runs: granted.flatMap((approval, index) => runView(approval, runs[index], facts, findRemediation) ?? []),
        pending: approvals.flatMap((approval) => pendingView(approval) ?? []),
        offers: parts.remediations.map((remediation) => offerView(remediation, facts, parts.policy())),
        names: names(),
        responders: parts
          .policy()
          .people.filter((person) => person.roles.includes("responder"))
          .map((person) => person.id),
        mentionResponders: isUnseen && !isQuiet,
        lagMs,
        platformsDown,
        silence: silence === null ? null : silenceView(silence, facts),
        merged,
        charts,
        proposal:
          incident.status === "resolved" && incident.cause === "false-positive"
            ? proposeConfig(
                { ...incident.alert, countries: incident.countries },
                settingsFor(parts.settings(), accountSid),
                accountSid,
              )
            : null,
      };
    },

    async request(approvalId, { lagMs } = { lagMs: null }) {
      const approval = await executor.read(machines.approval, approvalId);
      if (approval.status === "none") return null;
      const { request } = approval;
      const remediation = findRemediation(request.remediation);
      const [facts, run, preview, situation] = await Promise.all([
        account(request.accountSid, lagMs),
        executor.read(machines.run, approvalId),
        store.previews.load(approvalId),
        parts.situationOf(request),
      ]);
      const policy = parts.policy();
      const rule = policyFor(policy, remediation.policyId);
      const approvers = possibleApprovers(policy.people, rule, request.requester);
      return {
        approval,
        account: facts,
        isReversible: remediation.isReversible,
        willHappen: preview === null ? [] : remediation.preview(preview.snapshot, situation).willHappen,
        chosen: request.details,
        names: names(),
        possibleApprovers: approvers.map((person): PersonId => person.id),
        run: runView(approval, run, facts, findRemediation),
      };
    },

    async revisionOf(incidentId) {
      const ids = await store.incidents.approvalsOf(incidentId);
      return store.events.newestSequence([
        `incident-${incidentId}`,
        ...ids.flatMap((id) => [`approval-${id}`, `run-${id}`]),
      ]);
    },
  };
}

function silenceView(silence: ActiveSilence, account: AccountView): SilenceSummary {
  const { id, threat, by, reason, startedAtMs, untilMs, heldBack } = silence;
  return { id, account, threat, by, reason, startedAtMs, untilMs, heldBack };
}
