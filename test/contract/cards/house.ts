/** An incident on an account about which everything that comes from outside says the same text. */
import type { ApprovalRequest } from "../../../src/approval/contract.ts";
import type { Actor } from "../../../src/audit/envelope.ts";
import type { Alert, Bucket, Observation } from "../../../src/detection/contract.ts";
import type { LiveIncident, ResolvedIncident } from "../../../src/incident/contract.ts";
import type { IncidentId, RunId, SilenceId } from "../../../src/lib/id.ts";
import type { IncidentSummary, IncidentView, RequestView, RunView, SilenceSummary } from "../../../src/notice/views.ts";
import type { AccountFacts, Preview } from "../../../src/remediation/contract.ts";
import * as house from "../../notice/house.ts";
import { countryCodes, keySids, LONGEST_CATEGORY, type Outside } from "./outside.ts";

const { NOW_MS, MINUTE_MS, SID, ann, ben, dia } = house;

export const SPIKE = `usage-spike-${LONGEST_CATEGORY}`;

export interface House {
  readonly account: AccountFacts;
  readonly alert: Alert;
  readonly observation: Observation;
  readonly annAsActor: Actor;
  readonly resolved: ResolvedIncident;
  readonly view: IncidentView;
  readonly request: ApprovalRequest;
  readonly requestView: RequestView;
  readonly preview: Preview;
  readonly silence: SilenceSummary;
  /** With a number of its own. */
  readonly summary: (id: string, change?: Partial<IncidentSummary>) => IncidentSummary;
  readonly run: (status: RunView["status"], change?: Partial<RunView>) => RunView;
  readonly incident: (status: LiveIncident["status"], change?: Partial<Alert>) => LiveIncident;
}

export function houseOf(outside: Outside): House {
  const { text } = outside;
  const codes = countryCodes(outside.countries);
  const account = { ...house.account, friendlyName: text };
  const annAsActor: Actor = { kind: "person", personId: ann, name: text, platform: "slack", userId: "U0ANN" };
  const alert: Alert = {
    ...house.open.alert,
    summary: text,
    evidence: [
      { label: "Usage trigger", value: text },
      { label: text, value: "61.20 USD" },
    ],
    countries: codes,
  };
  const observation: Observation = {
    ...house.observation,
    category: LONGEST_CATEGORY,
    destinations: codes.map((country, index) => ({ country, calls: 302 - index, isAllowed: index % 7 === 1 })),
    missing: [text, "live calls"],
  };
  const own = { alert, countries: codes };
  const incident = (status: LiveIncident["status"], change: Partial<Alert> = {}): LiveIncident => {
    const all = { ...own, alert: { ...alert, ...change } };
    switch (status) {
      case "open":
        return { ...house.open, ...all };
      case "acknowledged":
        return { ...house.open, ...all, status, acknowledgedBy: annAsActor, acknowledgedAtMs: NOW_MS - MINUTE_MS };
      case "contained":
        return { ...house.contained, ...all, acknowledgedBy: annAsActor };
      case "resolved":
        return { ...house.resolved, ...all, resolvedBy: annAsActor, note: text };
    }
  };
  const run = (status: RunView["status"], change: Partial<RunView> = {}): RunView =>
    house.run("delete-api-keys", {
      runId: `run-${status}` as RunId,
      status,
      description: text,
      by: ann,
      approvedBy: [ben, dia],
      reason: text,
      evidence: [text, "Twilio lists none of them"],
      remaining: status === "partly-done" ? [text, ...keySids(outside.keys)] : [],
      undoTitle: null,
      ...change,
    });
  const request: ApprovalRequest = { ...house.request, description: text, reason: text };
  const names = new Map([
    [ann, text],
    [ben, "Ben Okafor"],
  ]);
  return {
    account,
    alert,
    observation,
    annAsActor,
    resolved: { ...house.resolved, ...own, resolvedBy: annAsActor, note: text },
    view: {
      ...house.incidentView,
      incident: incident("open"),
      account,
      observation,
      unconfirmedReason: text,
      signalCount: 1416,
      buckets: buckets(),
      responders: [ann, ben, dia],
      names,
    },
    request,
    requestView: {
      ...house.requestView,
      approval: { status: "pending", request, approvedBy: [] },
      account,
      willHappen: [text, "All calls and messages of this subaccount stop, in and out."],
      chosen: keySids(outside.keys).map((sid) => `${text} (${sid})`),
      names,
    },
    preview: {
      willHappen: [text, ...codes.map((code) => `Calls to ${code} are refused.`)],
      willNotHappen: ["Calls that are live go on.", text],
      facts: [
        { label: "Status", value: "active" },
        { label: "Name", value: text },
      ],
      warnings: [text],
      fields: [],
      blocked: null,
    },
    silence: {
      ...house.silence,
      id: "sil0000000000001" as SilenceId,
      account,
      threat: SPIKE,
      by: annAsActor,
      reason: text,
      heldBack: [{ threat: "errors-32205", severity: "critical", atMs: NOW_MS - 5 * MINUTE_MS, summary: text }],
    },
    summary: (id, change = {}) =>
      house.summary({ id: id as IncidentId, account, threat: SPIKE, acknowledgedBy: annAsActor, ...change }),
    run,
    incident,
  };
}

/** Ten series: two more than a card tells of. */
function buckets(): readonly Bucket[] {
  return Array.from({ length: 10 }, (_, index): Bucket => {
    const atMs = NOW_MS - index * MINUTE_MS;
    return {
      accountSid: SID,
      series: `error:${index}`,
      minute: Math.floor(atMs / MINUTE_MS),
      count: 40 - index,
      last: { kind: "error", accountSid: SID, atMs, code: String(32200 + index), level: "error", resourceSid: null },
      firstAtMs: atMs,
      lastAtMs: atMs,
    };
  });
}
