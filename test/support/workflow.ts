import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { onTestFinished } from "vitest";
import type { Approval } from "../../src/approval/contract.ts";
import { bodyOf } from "../../src/audit/body.ts";
import type { AuditBody, PlatformName } from "../../src/audit/envelope.ts";
import type { ChatHandlers, ChatUser, SubmitAnswer } from "../../src/chat/platform.ts";
import { commands } from "../../src/command/index.ts";
import { type Policy, withDigest } from "../../src/config/policy.ts";
import type { Alert } from "../../src/detection/contract.ts";
import { rules } from "../../src/detection/index.ts";
import type { Incident } from "../../src/incident/contract.ts";
import type { Clock } from "../../src/lib/clock.ts";
import { type AccountSid, type ApprovalId, type IncidentId, randomId } from "../../src/lib/id.ts";
import { createLog } from "../../src/lib/log.ts";
import type { Dialog, DialogField } from "../../src/notice/card.ts";
import type { RemediationId, SecretSink } from "../../src/remediation/contract.ts";
import { remediations } from "../../src/remediation/index.ts";
import type { Run } from "../../src/remediation/run.ts";
import type { Connection } from "../../src/store/database.ts";
import { createStore } from "../../src/store/store.ts";
import { createFileSink } from "../../src/twilio/secret-sink.ts";
import { createTripwires } from "../../src/twilio/tripwires.ts";
import type { Because, Executor } from "../../src/workflow/execute.ts";
import type { JobHandlers } from "../../src/workflow/job.ts";
import type { Machines } from "../../src/workflow/machines.ts";
import type { JobName, Store, Twilio } from "../../src/workflow/ports.ts";
import { createShell, type ShellParts } from "../../src/workflow/shell.ts";
import { createSweep } from "../../src/workflow/sweep.ts";
import { createWorker } from "../../src/workflow/worker.ts";
import { auditKey } from "../store/house.ts";
import { startWorld, type TwilioWorld, type WorldOptions } from "../twilio/world.ts";
import { alertFixture } from "./fixtures.ts";
import { createHandQueue, type HandQueue } from "./hand-queue.ts";
import { createMemoryChat, type MemoryChat } from "./memory-chat.ts";
import { testDatabase } from "./postgres.ts";
import { ON_SLACK, policyFixture } from "./roster.ts";

/** What a replica needs from outside: tests may put something in front of it, never in front of a part of ours. */
export interface Outside {
  readonly store: Store;
  readonly twilio: Twilio;
  readonly sink: SecretSink;
}

export interface Replica extends Outside {
  readonly queue: HandQueue;
  readonly executor: Executor;
  readonly machines: Machines;
  readonly handlers: ChatHandlers;
  /** The real jobs, for calling one with a to-do of one's own. */
  readonly jobs: JobHandlers;
  /** One job, as the queue hands it over. */
  work(job: JobName, key: string): Promise<void>;
  /** Sweeps and works until nothing is due. */
  settle(): Promise<void>;
  incident(id: string): Promise<Incident>;
  approval(id: string): Promise<Approval>;
  run(id: string): Promise<Run>;
}

export interface ReplicaOptions {
  readonly clock?: Clock;
  /** A store that is open already, for many short lives; one of its own when not given. */
  readonly store?: Store;
  readonly outside?: (real: Outside) => Outside;
  /** Instead of one that answers the spec's own text. */
  readonly drawPicture?: ShellParts["drawPicture"];
  /** Instead of the real handler of a job. */
  readonly jobs?: Partial<JobHandlers>;
}

export interface House extends Replica {
  readonly world: TwilioWorld;
  readonly slack: MemoryChat;
  readonly teams: MemoryChat;
  readonly account: AccountSid;
  /** Of the database that all replicas share. */
  readonly connection: Connection;
  readonly secretsFolder: string;
  /** Another replica on the same database, Twilio and chat. */
  replica(options?: ReplicaOptions): Promise<Replica>;
  policy(): Policy;
  /** From now on this is the policy. */
  changePolicy(change: (policy: Policy) => Partial<Policy>): void;
  /** Lets time pass, then works until nothing is due. */
  pass(ms: number): Promise<void>;
  /** An incident on the account, opened by a signal. */
  raise(changes?: Partial<Alert>): Promise<IncidentId>;
  /** Presses the button, fills in the dialog as it proposes, and sends it. Answers the request. */
  ask(incidentId: IncidentId, remediation: RemediationId, by?: ChatUser): Promise<ApprovalId>;
  /** The same, up to the dialog with its facts. */
  dialog(incidentId: IncidentId, remediation: RemediationId, by?: ChatUser): Promise<Dialog>;
  send(dialog: Dialog, by?: ChatUser): Promise<SubmitAnswer>;
  /** Asked for by ann and granted by ben; not carried out yet. */
  grant(incidentId: IncidentId, remediation: RemediationId): Promise<ApprovalId>;
  /** Every record of the audit, oldest first. */
  records(): Promise<readonly AuditBody[]>;
  /** Everything that was logged. */
  logged(): string;
  /** Requests to Twilio that changed something, e.g. `POST /2010-04-01/Accounts/AC….json`. */
  writes(): readonly string[];
}

/** Where this Tollgate would be called. */
export const PUBLIC_URL = "https://bot.example.com";

const bySignal: Because = { actor: { kind: "twilio" }, cause: "signal" };

export interface HouseOptions extends WorldOptions {
  readonly platforms?: readonly PlatformName[];
  readonly replica?: ReplicaOptions;
}

/** The whole shell as `app.ts` wires it, on a database and a Twilio of this test's own; jobs run when they are told to. */
export async function house(options: HouseOptions = {}): Promise<House> {
  const platformNames = options.platforms ?? ["slack"];
  const [database, world, secretsFolder] = await Promise.all([
    testDatabase(),
    startWorld(options),
    mkdtemp(join(tmpdir(), "tollgate-workflow-")),
  ]);
  onTestFinished(async () => {
    await database.close();
    await rm(secretsFolder, { recursive: true, force: true });
    await world.close();
  });
  const lines: string[] = [];
  const log = createLog(
    "trace",
    new Writable({ write: (chunk, _encoding, next) => next(void lines.push(String(chunk))) }),
  );
  const slack = createMemoryChat("slack");
  const teams = createMemoryChat("teams");
  const platforms = new Map([slack, teams].filter(({ name }) => platformNames.includes(name)).map((c) => [c.name, c]));
  const sink = createFileSink({ folder: secretsFolder });
  let policy = policyFixture(secretsFolder);

  async function openStore(clock: Clock): Promise<Store> {
    const store = await createStore({ connection: database.connection, auditKey, log, clock });
    onTestFinished(() => store.close());
    return store;
  }

  async function replica(how: ReplicaOptions = {}, gateway: Twilio = world.replica().twilio): Promise<Replica> {
    const clock = how.clock ?? world.clock;
    const realStore = how.store ?? (await openStore(clock));
    const real: Outside = { store: realStore, twilio: gateway, sink };
    const outside = how.outside?.(real) ?? real;
    const { store, twilio } = outside;
    const queue = createHandQueue();
    const shell = createShell({
      store,
      queue,
      twilio,
      tripwires: createTripwires(world.credentials),
      publicUrl: PUBLIC_URL,
      sink: outside.sink,
      platformNames,
      platforms,
      remediations,
      rules,
      commands,
      policy: () => policy,
      troubles: async () => [],
      drawPicture: how.drawPicture ?? (async (spec) => Buffer.from(JSON.stringify(spec))),
      newId: randomId,
      clock,
      log,
    });
    const { executor, machines, handlers } = shell;
    const jobs: JobHandlers = { ...shell.jobs, ...how.jobs };
    const worker = createWorker({ outbox: store.outbox, queue, clock, log, handlers: jobs });
    await queue.start(worker.handle);
    async function sweep(): Promise<void> {
      const retentionMs = () => policy.retentionSignalsMs;
      // A sweep's first round is one of its own; the timer after it is stopped again.
      const once = createSweep({ ...store, queue, clock, log, retentionMs });
      await once.start();
      await once.stop();
    }
    return {
      ...outside,
      queue,
      executor,
      machines,
      handlers,
      jobs,
      work: (job, key) => worker.handle(job, key),
      async settle() {
        for (let round = 1; round <= MOST_ROUNDS; round += 1) {
          await sweep();
          if (queue.waiting.length === 0) return;
          await queue.work();
        }
        throw new Error(`work never ends: ${JSON.stringify(queue.waiting)}`);
      },
      incident: (id) => executor.read(machines.incident, id),
      approval: (id) => executor.read(machines.approval, id),
      run: (id) => executor.read(machines.run, id),
    };
  }

  const first = await replica(options.replica, world.twilio);
  const { handlers, executor, machines } = first;

  async function dialog(incidentId: IncidentId, remediation: RemediationId, by = ON_SLACK.ann): Promise<Dialog> {
    const answer = await handlers.press(by, { action: "request", incidentId, remediation });
    if (answer.kind !== "dialog") throw new Error(`no dialog: ${JSON.stringify(answer)}`);
    return answer.fill();
  }

  async function send(filled: Dialog, by = ON_SLACK.ann): Promise<SubmitAnswer> {
    if (filled.submit === null) throw new Error(`nothing to send: ${JSON.stringify(filled.elements)}`);
    return handlers.submit({ user: by, form: filled.submit.form, values: proposed(filled) });
  }

  async function ask(incidentId: IncidentId, remediation: RemediationId, by = ON_SLACK.ann): Promise<ApprovalId> {
    const filled = await dialog(incidentId, remediation, by);
    const sent = await send(filled, by);
    if (sent.kind !== "done") throw new Error(`not asked: ${JSON.stringify(sent)}`);
    const form = filled.submit?.form;
    if (form?.form !== "request") throw new Error(`not the dialog of a request: ${JSON.stringify(form)}`);
    return form.previewId as ApprovalId;
  }

  return {
    ...first,
    world,
    slack,
    teams,
    account: world.voiceEu,
    connection: database.connection,
    secretsFolder,
    replica,
    policy: () => policy,
    changePolicy(change) {
      const { digest: _digest, ...rest } = policy;
      policy = withDigest({ ...rest, ...change(policy) });
    },
    async pass(ms) {
      world.clock.pass(ms);
      await first.settle();
    },
    async raise(changes = {}) {
      const id = await first.store.incidents.nextId();
      const nowMs = world.clock.now();
      const accountSid = changes.accountSid ?? world.voiceEu;
      const alert = alertFixture({
        accountSid,
        dedupKey: `${accountSid}.toll-fraud-${id}`,
        severity: "critical",
        firstSignalAtMs: nowMs - 60_000,
        lastSignalAtMs: nowMs,
        countries: ["LV"],
        ...changes,
      });
      await executor.execute(machines.incident, id, { type: "raise", id, alert }, bySignal);
      return id;
    },
    ask,
    dialog,
    send,
    async grant(incidentId, remediation) {
      const id = await ask(incidentId, remediation);
      const answer = await handlers.press(ON_SLACK.ben, { action: "approve", approvalId: id });
      if (answer.kind !== "done") throw new Error(`not approved: ${JSON.stringify(answer)}`);
      return id;
    },
    async records() {
      return (await first.store.audit.after(0, 10_000)).map(bodyOf);
    },
    logged: () => lines.join("") + world.logged(),
    writes: () =>
      world.standIn.requests
        .filter(({ method }) => method !== "GET")
        .map(({ method, path, status }) => `${method} ${path} ${status ?? "no answer"}`),
  };
}

const MOST_ROUNDS = 60;

/** What the dialog proposes, and a reason. */
function proposed({ fields }: Dialog): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(fields.map((field) => [field.id, proposal(field)]));
}

function proposal(field: DialogField): readonly string[] {
  switch (field.kind) {
    case "choose-many":
      return field.initial;
    case "choose-one":
      return field.initial === null ? [] : [field.initial];
    case "typed-confirmation":
      return [field.expected];
    case "text":
      return ["Toll fraud to Latvia"];
  }
}

/** Why a run was refused or is unknown. */
export function reasonOf(run: Run): string | null {
  return run.status === "none" ? null : run.reason;
}
