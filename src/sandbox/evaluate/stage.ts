/** What an evaluation plays on: the real intake, store, rules and polls beside Twilio's stand-in, all in simulated time. */
import { commands } from "../../command/index.ts";
import { loadPolicy, type Policy } from "../../config.ts";
import type { Alert, DetectionSettings, Rule } from "../../detection/contract.ts";
import { rules } from "../../detection/index.ts";
import { createMetrics } from "../../http/metrics.ts";
import { createServer, type Server } from "../../http/server.ts";
import type { AccountSid, IncidentId } from "../../lib/id.ts";
import { randomId } from "../../lib/id.ts";
import type { Log } from "../../lib/log.ts";
import { Secret } from "../../lib/secret.ts";
import { remediations } from "../../remediation/index.ts";
import type { Signal } from "../../signal/contract.ts";
import { signalSources } from "../../signal/index.ts";
import type { Connection } from "../../store/database.ts";
import { createStore } from "../../store/store.ts";
import { createCredentials } from "../../twilio/credentials.ts";
import { createTwilio } from "../../twilio/gateway.ts";
import { createTwilioSdk } from "../../twilio/sdk.ts";
import { createFileSink } from "../../twilio/secret-sink.ts";
import { createTripwires } from "../../twilio/tripwires.ts";
import { createWebhookVerifier } from "../../twilio/verifier.ts";
import type { Because } from "../../workflow/execute.ts";
import { createIntakeNews } from "../../workflow/intake-news.ts";
import type { JobName, Store } from "../../workflow/ports.ts";
import { createShell } from "../../workflow/shell.ts";
import { onFreePort } from "../free-port.ts";
import type { World } from "../twilio/model.ts";
import { startTwilioStandIn, type TwilioStandIn } from "../twilio/start.ts";
import type { Act } from "./attacks/contract.ts";
import { type SimulatedClock, simulatedClock } from "./clock.ts";

/** One person, and nothing else: what is measured is how it works out of the box. */
const POLICY = "people:\n  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder, approver] }\n";
/** Cards are not posted here: an incident that is opened is a card within a fraction of a second. */
const WORKED: ReadonlySet<JobName> = new Set(["detect", "poll", "learn"]);
/** Between two looks at Twilio's records, what Twilio tells by itself is heard in time: later than half an hour it would count as late. */
const HEARD: ReadonlySet<JobName> = new Set(["detect"]);
const HEARD_EVERY_MS = 20 * 60_000;
const MOST_ROUNDS = 50;
const MOST_DUE = 1_000;
const AT_ONCE = 6;
const NEVER_MS = 2_000_000_000;

const byAnn: Because = {
  actor: { kind: "person", personId: "ann", name: "Ann Ito", platform: "slack", userId: "U0ANN" },
  cause: "click",
};

/** People were called: an incident was opened, or it came back after it was resolved. */
export interface Raised {
  readonly id: IncidentId;
  readonly accountSid: AccountSid;
  readonly threat: string;
  readonly atMs: number;
  readonly summary: string;
}

export interface Stage {
  readonly clock: SimulatedClock;
  readonly standIn: TwilioStandIn;
  readonly store: Store;
  /** Where Twilio is to call. */
  readonly publicUrl: string;
  /** Called for every signal that is kept, from webhooks and polls alike. */
  onSignal(listener: (signal: Signal, atMs: number) => void): void;
  /** Called for every alert that a rule concludes, each time that it does. */
  onAlert(listener: (alert: Alert, atMs: number) => void): void;
  /** Only these accounts are worked for, until others are named: what is not looked at costs nothing. */
  watchOnly(accountSids: readonly string[]): void;
  /** What `tollgate.yml` says of an account from now on. */
  setPolicy(accountSid: string, settings: Partial<DetectionSettings>): void;
  /** Plays the acts in their order, brings the time to then, and works on all that is due. */
  play(acts: readonly Act[], toMs: number): Promise<void>;
  /** Nothing is taken in and nothing is worked on: our process is away. */
  setDown(isDown: boolean): Promise<void>;
  /** What is open on this account. */
  raised(accountSid: string): Promise<readonly Raised[]>;
  /** A person is done with it. */
  resolve(id: IncidentId): Promise<void>;
  close(): Promise<void>;
}

export interface StageOptions {
  readonly connection: Connection;
  readonly world: World;
  readonly parent: { readonly sid: string; readonly authToken: string };
  readonly startMs: number;
  readonly folder: string;
  readonly log: Log;
  /** The world says where Twilio calls: a stage that goes on with it must be found there. */
  readonly port?: number;
}

export function openStage(options: StageOptions): Promise<Stage> {
  return onFreePort(options.port ?? 0, (port) => openOnPort(port, options));
}

async function openOnPort(port: number, options: StageOptions): Promise<Stage> {
  const { connection, log, parent, startMs } = options;
  const clock = simulatedClock(startMs);
  const publicUrl = `http://127.0.0.1:${port}`;
  const standIn = await startTwilioStandIn({
    seed: options.world,
    clock,
    evaluateEveryMs: NEVER_MS,
    // Repeating goes by the real clock. What is not taken at once is lost here, which is harder than the real thing.
    streamRetries: 0,
  });
  const kept = await createStore({ connection, auditKey: new Secret("evaluation"), log, allowUnsafe: true, clock });
  const listeners = new Set<(signal: Signal, atMs: number) => void>();
  const store: Store = {
    ...kept,
    polls: {
      ...kept.polls,
      save(poll, accountSid, read) {
        for (const { signal } of read.received) for (const listener of listeners) listener(signal, read.atMs);
        return kept.polls.save(poll, accountSid, read);
      },
    },
    signals: {
      ...kept.signals,
      keep(received, atMs) {
        for (const { signal } of received) for (const listener of listeners) listener(signal, atMs);
        return kept.signals.keep(received, atMs);
      },
    },
  };
  const alertListeners = new Set<(alert: Alert, atMs: number) => void>();
  const heardRules = rules.map(
    (rule): Rule => ({
      id: rule.id,
      evaluate(scene) {
        const alerts = rule.evaluate(scene);
        for (const alert of alerts) for (const listener of alertListeners) listener(alert, scene.nowMs);
        return alerts;
      },
    }),
  );
  const parentSid = parent.sid as AccountSid;
  const credentials = createCredentials({
    sdk: createTwilioSdk({ apiBaseUrl: standIn.url }),
    parentSid,
    parentToken: new Secret(parent.authToken),
    clock,
    log,
  });
  const twilio = createTwilio({ credentials });
  let policy = readPolicy();
  const { worker, executor, machines } = createShell({
    store,
    // The outbox says what is due; nobody has to be woken up here.
    queue: { add: async () => {}, start: async () => {}, ping: async () => {}, close: async () => {} },
    twilio,
    tripwires: createTripwires(credentials),
    publicUrl,
    sink: createFileSink({ folder: options.folder }),
    platformNames: [],
    platforms: new Map(),
    remediations,
    rules: heardRules,
    commands,
    policy: () => policy,
    troubles: async () => [],
    newId: randomId,
    drawPicture: () => {
      throw new Error("nobody looks at pictures here");
    },
    clock,
    log,
  });
  const verifier = createWebhookVerifier({ publicUrl, credentials, parentSid, log });

  async function listen(): Promise<Server> {
    const server = createServer({
      host: "127.0.0.1",
      port,
      log,
      metrics: createMetrics(),
      metricsToken: null,
      intake: {
        sources: signalSources,
        verifier,
        signals: store.signals,
        clock,
        perAccountPerMinute: () => policy.intake.perAccountPerMinute,
        onFresh: (accountSid) => void fresh.add(accountSid),
        ...createIntakeNews({ ...store, hurry: () => {}, clock, log }),
      },
      health: { canStore: () => store.ping(), troubles: async () => [], pollLagSeconds: async () => new Map() },
    });
    await server.listen();
    return server;
  }

  const fresh = new Set<AccountSid>();
  let watched: readonly string[] | undefined;
  const isWatched = (key: string): boolean => key === "accounts" || (watched?.some((sid) => key.endsWith(sid)) ?? true);
  let server: Server | undefined = await listen();

  async function work(jobs: ReadonlySet<JobName>): Promise<void> {
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      for (const accountSid of fresh)
        await store.outbox.add({ job: "detect", key: accountSid, dueAtMs: null }, clock.now());
      fresh.clear();
      const due = (await store.outbox.takeDue(clock.now(), 0, MOST_DUE)).filter(
        ({ job, key }) => jobs.has(job) && isWatched(key),
      );
      if (due.length === 0) return;
      // As many at once as the queue works on.
      const rest = [...due];
      const next = async (): Promise<void> => {
        for (let todo = rest.shift(); todo !== undefined; todo = rest.shift()) await worker.handle(todo.job, todo.key);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, next));
    }
    log.warn("work does not end at this moment");
  }

  return {
    clock,
    standIn,
    store,
    publicUrl,
    onSignal: (listener) => void listeners.add(listener),
    onAlert: (listener) => void alertListeners.add(listener),
    watchOnly(accountSids) {
      watched = accountSids;
    },
    setPolicy(accountSid, settings) {
      const { detection } = policy;
      policy = {
        ...policy,
        detection: { ...detection, accounts: { ...detection.accounts, [accountSid]: settings } },
      };
    },
    async play(acts, toMs) {
      const left = [...acts].sort((one, other) => one.atMs - other.atMs);
      while (clock.now() < toMs) {
        const untilMs = Math.min(toMs, clock.now() + HEARD_EVERY_MS);
        for (let act = left[0]; act !== undefined && act.atMs <= untilMs; act = left[0]) {
          clock.passTo(act.atMs);
          act.run();
          left.shift();
        }
        clock.passTo(untilMs);
        await standIn.evaluate();
        if (server !== undefined) await work(untilMs === toMs ? WORKED : HEARD);
      }
    },
    async setDown(isDown) {
      if (!isDown) {
        server ??= await listen();
        return;
      }
      await server?.close();
      server = undefined;
    },
    async raised(accountSid) {
      const sid = accountSid as AccountSid;
      const found: Raised[] = [];
      for (const id of await store.incidents.unresolvedOf(sid)) {
        const incident = await executor.read(machines.incident, id);
        if (incident.status === "none" || incident.status === "resolved") continue;
        const { alert, openedAtMs, reopenedAtMs } = incident;
        found.push({
          id,
          accountSid: sid,
          threat: alert.threat,
          atMs: Math.max(openedAtMs, reopenedAtMs ?? 0),
          summary: alert.summary,
        });
      }
      return found;
    },
    async resolve(id) {
      const command = { type: "resolve", by: byAnn.actor, cause: "false-positive", note: null } as const;
      await executor.execute(machines.incident, id, command, byAnn);
    },
    async close() {
      await server?.close();
      await standIn.close();
      await store.close();
    },
  };
}

function readPolicy(): Policy {
  const read = loadPolicy({ env: {}, readFile: () => POLICY });
  if (!read.ok) throw new Error(`the evaluation's own policy is wrong: ${read.problems.join("; ")}`);
  return read.policy;
}
