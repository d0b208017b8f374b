import type { Policy } from "../approval/policy.ts";
import type { PlatformName } from "../audit/envelope.ts";
import { foldLines, isRepeatedRefusal } from "../audit/line.ts";
import type { ChatHandlers, ChatPlatform } from "../chat/platform.ts";
import type { Command } from "../command/contract.ts";
import type { DetectionSettings, Rule } from "../detection/contract.ts";
import type { IncidentSettings } from "../incident/decide.ts";
import type { Clock } from "../lib/clock.ts";
import type { Log } from "../lib/log.ts";
import type { AnyRemediation, SecretSink } from "../remediation/contract.ts";
import { createCarryOut } from "./carry-out.ts";
import { createDeliver } from "./deliver.ts";
import { createDetect } from "./detect.ts";
import { createExecutor, type Executor } from "./execute.ts";
import { createExpire } from "./expire.ts";
import { createHandlers } from "./handlers.ts";
import type { JobHandlers } from "./job.ts";
import { createMachines, type Machines } from "./machines.ts";
import { createNoticeOf } from "./notices.ts";
import { createObserve } from "./observe.ts";
import type { JobQueue, Store, Twilio } from "./ports.ts";
import { createRecord } from "./record.ts";
import { createRequests } from "./request.ts";
import { createSituationOf } from "./situation.ts";
import { createSweep, type Sweep } from "./sweep.ts";
import { createWorker, type Worker } from "./worker.ts";

/** All of a policy that the workflow looks at. */
export type ShellPolicy = Policy &
  IncidentSettings & { readonly detection: DetectionSettings; readonly retentionSignalsMs: number };

export interface ShellParts {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly twilio: Twilio;
  readonly sink: SecretSink;
  readonly platformNames: readonly PlatformName[];
  /** May be filled after the shell is made: a platform needs its handlers first. */
  readonly platforms: ReadonlyMap<PlatformName, ChatPlatform>;
  readonly remediations: readonly AnyRemediation[];
  readonly rules: readonly Rule[];
  readonly commands: readonly Command[];
  /** The policy of this moment: asked at every use, so that a changed one counts at once. */
  readonly policy: () => ShellPolicy;
  readonly newId: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Shell {
  readonly executor: Executor;
  readonly machines: Machines;
  /** What each follow-up does. */
  readonly jobs: JobHandlers;
  /** What the queue calls. */
  readonly worker: Worker;
  /** What a chat platform calls. */
  readonly handlers: ChatHandlers;
  readonly sweep: Sweep;
}

/** The shell around the rules, wired: load, decide, store, and what follows. */
export function createShell(parts: ShellParts): Shell {
  const { store, queue, twilio, platforms, platformNames, policy, clock, log } = parts;
  const { outbox, messages, observations, incidents, previews, signals, audit } = store;
  const machines = createMachines(platformNames, policy);
  const executor = createExecutor({
    events: store.events,
    clock,
    log,
    afterEveryRecord: platformNames.map((platform) => ({ job: "record", key: platform, dueAtMs: null })),
    onFollowUps: (followUps) => worker.hurry(followUps),
  });
  const findRemediation = (id: string) => parts.remediations.find((remediation) => remediation.id === id);
  const situationOf = createSituationOf({
    executor,
    machines,
    observations,
    allowedCountries: () => policy().detection.allowedCountries,
  });
  const shared = { executor, machines, twilio, policy, situationOf, clock, log } as const;
  const settings = () => policy().detection;
  const known = (id: string) => findRemediation(id) ?? unknownRemediation(id);
  const { remediations, sink } = parts;

  const jobs: JobHandlers = {
    detect: createDetect({ ...shared, signals, incidents, rules: parts.rules, settings }),
    observe: createObserve({ ...shared, observations, outbox, platforms: platformNames, settings }),
    notify: createDeliver({
      platforms,
      messages,
      outbox,
      noticeOf: createNoticeOf({ ...shared, store, remediations, findRemediation: known }),
      clock,
      log,
    }),
    record: createRecord({
      platforms,
      audit,
      linesOf: foldLines,
      isRepeat: isRepeatedRefusal,
      withLock: (name, work) => store.withLock(name, work),
      clock,
    }),
    run: createCarryOut({ ...shared, store, findRemediation: known, sink }),
    expire: createExpire({ executor, machines }),
  };
  const worker = createWorker({ outbox, queue, clock, log, handlers: jobs });
  const requests = createRequests({ ...shared, previews, findRemediation: known, newId: parts.newId });
  const handlers = createHandlers({
    ...shared,
    requests,
    incidents,
    previews,
    commands: parts.commands,
    findRemediation,
  });
  const sweep = createSweep({ outbox, signals, queue, clock, log, retentionMs: () => policy().retentionSignalsMs });
  return { executor, machines, jobs, worker, handlers, sweep };
}

function unknownRemediation(id: string): never {
  throw new Error(`the record names a remediation that this version does not know: ${id}`);
}
