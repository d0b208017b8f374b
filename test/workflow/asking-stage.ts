import { onTestFinished } from "vitest";
import type { Person, RemediationPolicy } from "../../src/approval/contract.ts";
import type { Policy } from "../../src/approval/policy.ts";
import { bodyOf } from "../../src/audit/body.ts";
import type { Actor, AuditBody } from "../../src/audit/envelope.ts";
import { commands } from "../../src/command/index.ts";
import type { Alert } from "../../src/detection/contract.ts";
import { DEFAULT_DETECTION } from "../../src/detection/settings.ts";
import { type AccountSid, type ApprovalId, type IncidentId, randomId, type SilenceId } from "../../src/lib/id.ts";
import { createLog } from "../../src/lib/log.ts";
import type { HomeView } from "../../src/notice/home-card.ts";
import { remediations } from "../../src/remediation/index.ts";
import { createStore } from "../../src/store/store.ts";
import { type AskParts, createAsk } from "../../src/workflow/ask.ts";
import { createAuthority } from "../../src/workflow/authority.ts";
import { createDesk } from "../../src/workflow/desk.ts";
import { createOthersDown } from "../../src/workflow/down.ts";
import { createExecutor } from "../../src/workflow/execute.ts";
import { createLookUp } from "../../src/workflow/look-up.ts";
import { createMachines } from "../../src/workflow/machines.ts";
import { createPictures } from "../../src/workflow/pictures.ts";
import type { Store, Twilio } from "../../src/workflow/ports.ts";
import { createReportIncident } from "../../src/workflow/report-incident.ts";
import { createSilences } from "../../src/workflow/silences.ts";
import { createSituationOf } from "../../src/workflow/situation.ts";
import { createViews } from "../../src/workflow/views.ts";
import { createWishes } from "../../src/workflow/wishes.ts";
import { auditKey } from "../store/house.ts";
import { alertFixture, observationFixture, requestFixture } from "../support/fixtures.ts";
import { testDatabase } from "../support/postgres.ts";
import { FOUR_EYES, ROSTER } from "../support/roster.ts";
import { startWorld } from "../twilio/world.ts";

export const annAsActor: Actor = {
  kind: "person",
  personId: "ann",
  name: "Ann Ito",
  platform: "slack",
  userId: "U0ANN",
};

export interface Outside {
  readonly store: Store;
  readonly twilio: Twilio;
}

/** Everything from which people's questions are answered, on a database and a Twilio of this test's own. No job runs here. */
export async function stage(outside: (real: Outside) => Outside = (real) => real) {
  const [database, world] = await Promise.all([testDatabase(), startWorld()]);
  const { clock } = world;
  const log = createLog("silent");
  const own = await createStore({ connection: database.connection, auditKey, log, clock });
  onTestFinished(async () => {
    await own.close();
    await database.close();
    await world.close();
  });
  // Names are known from here on: on a busy machine Twilio's first answer could come too late for a list.
  await world.twilio.accounts();
  const { store, twilio } = outside({ store: own, twilio: world.twilio });
  let people: readonly Person[] = ROSTER;
  let troubles: HomeView["troubles"] = [];
  const policy = (): Policy => ({ people, remediations: { "suspend-subaccount": FOUR_EYES }, digest: "p".repeat(64) });
  const machines = createMachines(["slack", "teams"], () => ({ reopenWithinMs: 1_800_000, remindAfterMs: 900_000 }));
  const executor = createExecutor({
    events: store.events,
    clock,
    log,
    afterEveryRecord: [],
    onFollowUps: () => {},
  });
  const findRemediation = (id: string) => remediations.find((remediation) => remediation.id === id);
  const known = (id: string) => {
    const found = findRemediation(id);
    if (found === undefined) throw new Error(`no remediation ${id}`);
    return found;
  };
  const shared = { executor, machines, store, twilio, policy, clock, log } as const;
  const wishes = createWishes(["slack", "teams"]);
  const silences = createSilences({ ...shared, ...store, wishes, wish: async () => {} });
  const situationOf = createSituationOf({
    ...shared,
    observations: store.observations,
    allowedCountries: () => ["US", "CA", "GB"],
  });
  const othersDown = createOthersDown(store.outbox, clock);
  const settings = () => ({ ...DEFAULT_DETECTION, accounts: {} });
  const views = createViews({
    ...shared,
    settings,
    silences,
    remediations,
    findRemediation: known,
    situationOf,
    othersDown,
  });
  const desk = createDesk({
    ...shared,
    incidentView: (id) => views.incident(id, { platform: "slack", lagMs: null }),
  });
  const authority = createAuthority(shared);
  const parts: AskParts = {
    ...shared,
    authority,
    commands,
    desk,
    views,
    history: store.baselines,
    pictures: createPictures({ ...store, wish: async () => {}, clock }),
    lookUp: createLookUp({ ...shared, numbers: store.numbers }),
    reportIncident: createReportIncident({ ...shared, authority, incidents: store.incidents }),
    findRemediation,
    troubles: async () => troubles,
    watched: ["slack", "twilio"],
  };
  const bySignal = { actor: { kind: "twilio" }, cause: "signal" } as const;
  const byAnn = { actor: annAsActor, cause: "click" } as const;

  return {
    world,
    store,
    executor,
    machines,
    desk,
    parts,
    ...createAsk(parts),
    setPeople(changed: readonly Person[]) {
      people = changed;
    },
    setTroubles(changed: HomeView["troubles"]) {
      troubles = changed;
    },
    records: async (): Promise<readonly AuditBody[]> => (await own.audit.after(0, 1_000)).map(bodyOf),

    /** An open incident, and what was read of it last. */
    async raise(changes: Partial<Alert> = {}, money: { readonly burn?: number; readonly today?: number } = {}) {
      const id = await store.incidents.nextId();
      const accountSid: AccountSid = changes.accountSid ?? world.voiceEu;
      const alert = alertFixture({
        accountSid,
        dedupKey: `${accountSid}.${changes.threat ?? "toll-fraud"}-${id}`,
        firstSignalAtMs: clock.now() - 60_000,
        lastSignalAtMs: clock.now(),
        ...changes,
      });
      await executor.execute(machines.incident, id, { type: "raise", id, alert }, bySignal);
      const { burn = null, today = null } = money;
      const reading = { atMs: clock.now(), burnPerHourUsd: burn, spendTodayUsd: today };
      if (burn !== null || today !== null) await store.observations.save(id, observationFixture(reading));
      return id;
    },
    async resolve(id: IncidentId) {
      const command = { type: "resolve", by: annAsActor, cause: "fraud-stopped", note: null } as const;
      await executor.execute(machines.incident, id, command, byAnn);
    },
    async silence(accountSid: AccountSid, forMs: number) {
      const id = randomId() as SilenceId;
      const untilMs = clock.now() + forMs;
      const command = {
        type: "silence",
        id,
        accountSid,
        threat: null,
        by: annAsActor,
        reason: "load test",
        untilMs,
      } as const;
      await executor.execute(machines.silence, id, command, byAnn);
      return id;
    },
    /** Ann asks for the suspension of the account; it may be approved for a quarter of an hour. */
    async request(incidentId: IncidentId, policy: Partial<RemediationPolicy> = {}) {
      const id = randomId() as ApprovalId;
      const request = requestFixture({
        id,
        incidentId,
        accountSid: world.voiceEu,
        requestedAtMs: clock.now(),
        expiresAtMs: clock.now() + FOUR_EYES.expiresMs,
        policy: { ...FOUR_EYES, ...policy },
      });
      await executor.execute(machines.approval, id, { type: "request", request, roles: ["responder"] }, byAnn);
      return id;
    },
  };
}

export type Stage = Awaited<ReturnType<typeof stage>>;
