import type { Policy } from "../approval/policy.ts";
import type { PlatformName } from "../audit/envelope.ts";
import { foldLines, isRepeatedRefusal } from "../audit/line.ts";
import type { ChatHandlers, ChatPlatform } from "../chat/platform.ts";
import type { Command } from "../command/contract.ts";
import { MOST_PAID_IN_AN_HOUR } from "../command/lookup.ts";
import type { DetectionPolicy, Rule } from "../detection/contract.ts";
import { settingsFor } from "../detection/settings.ts";
import type { IncidentSettings } from "../incident/decide.ts";
import type { Clock } from "../lib/clock.ts";
import type { AccountSid, IncidentId } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { ChannelRule } from "../notice/channels.ts";
import type { ChartSpec } from "../notice/chart.ts";
import type { AnyRemediation, SecretSink } from "../remediation/contract.ts";
import type { Tripwires } from "../setup/contract.ts";
import { createAsk } from "./ask.ts";
import { createAuthority } from "./authority.ts";
import { createCarryOut } from "./carry-out.ts";
import { createDeliver } from "./deliver.ts";
import { createDesk } from "./desk.ts";
import { createDetect } from "./detect.ts";
import { createOthersDown } from "./down.ts";
import { createDraw } from "./draw.ts";
import { createExecutor, type Executor } from "./execute.ts";
import { createExpire } from "./expire.ts";
import { createHandlers } from "./handlers.ts";
import { createHear } from "./hear.ts";
import type { HomeParts } from "./home.ts";
import type { JobHandlers } from "./job.ts";
import { createLapse } from "./lapse.ts";
import { createLearn } from "./learn.ts";
import { createLookUp } from "./look-up.ts";
import { createMachines, type Machines } from "./machines.ts";
import { createNoticeOf } from "./notices.ts";
import { createObserve } from "./observe.ts";
import { createOursOf } from "./ours.ts";
import { createPictures } from "./pictures.ts";
import { createPoll, type FirstRound } from "./poll.ts";
import { createPolls } from "./polls/index.ts";
import type { JobQueue, Store, Twilio } from "./ports.ts";
import { createRecord } from "./record.ts";
import { createRemind } from "./remind.ts";
import { createReportOf } from "./report-file.ts";
import { createReportIncident } from "./report-incident.ts";
import { createRequests } from "./request.ts";
import { createSceneOf } from "./scene.ts";
import { createSilences } from "./silences.ts";
import { createSituationOf } from "./situation.ts";
import { createSweep, type Sweep } from "./sweep.ts";
import { createUpkeep } from "./upkeep.ts";
import { createViews } from "./views.ts";
import { createWish, createWishes } from "./wishes.ts";
import { createWorker, type Worker } from "./worker.ts";

/** All of a policy that the workflow looks at. */
export type ShellPolicy = Policy &
  IncidentSettings & {
    readonly detection: DetectionPolicy;
    readonly retentionSignalsMs: number;
    readonly channels: readonly ChannelRule[];
  };

export interface ShellParts {
  readonly store: Store;
  readonly queue: JobQueue;
  readonly twilio: Twilio;
  readonly tripwires: Tripwires;
  /** Where Tollgate is called, without a slash at the end. */
  readonly publicUrl: string;
  readonly sink: SecretSink;
  readonly platformNames: readonly PlatformName[];
  /** May be filled after the shell is made: a platform needs its handlers first. */
  readonly platforms: ReadonlyMap<PlatformName, ChatPlatform>;
  readonly remediations: readonly AnyRemediation[];
  readonly rules: readonly Rule[];
  readonly commands: readonly Command[];
  /** The policy of this moment: asked at every use, so that a changed one counts at once. */
  readonly policy: () => ShellPolicy;
  /** What does not work now, as `/readyz` tells it. */
  readonly troubles: HomeParts["troubles"];
  /** Unhurried when not given. */
  readonly firstRound?: FirstRound | undefined;
  /** A picture as PNG, drawn off the event loop. Throws when it takes too long or cannot be drawn. */
  readonly drawPicture: (spec: ChartSpec) => Promise<Buffer>;
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
  const { store, queue, twilio, platforms, platformNames, remediations, commands, policy, clock, log } = parts;
  const { outbox, messages, observations, incidents, previews, signals, audit } = store;
  const machines = createMachines(platformNames, policy);
  const executor = createExecutor({
    events: store.events,
    clock,
    log,
    afterEveryRecord: platformNames.map((platform) => ({ job: "record", key: platform, dueAtMs: null })),
    onFollowUps: (followUps) => worker.hurry(followUps),
  });
  const wishes = createWishes(platformNames);
  const wish = createWish({ outbox, hurry: (followUps) => worker.hurry(followUps), clock });
  const findRemediation = (id: string) => remediations.find((remediation) => remediation.id === id);
  const known = (id: string) => findRemediation(id) ?? unknownRemediation(id);
  const situationOf = createSituationOf({
    executor,
    machines,
    observations,
    allowedCountries: (accountSid) => settingsFor(policy().detection, accountSid).allowedCountries,
  });
  const base = { executor, machines, twilio, policy, clock, log, wishes, wish, situationOf } as const;
  const silences = createSilences({ ...base, silences: store.silences, incidents });
  const settings = () => policy().detection;
  const views = createViews({
    ...base,
    settings,
    store,
    silences,
    remediations,
    findRemediation: known,
    othersDown: createOthersDown(outbox, clock),
  });
  const shared = { ...base, silences, incidents, observations, outbox } as const;
  const settingsOf = (accountSid: AccountSid) => settingsFor(settings(), accountSid);
  const { records } = twilio;
  const hear = createHear(shared);
  const sceneOf = createSceneOf({
    signals,
    baselines: store.baselines,
    settings,
    ours: createOursOf({ executor, machines, incidents, setup: store.setup }),
  });

  const pictures = createPictures({
    pictures: store.pictures,
    baselines: store.baselines,
    observations,
    signals,
    wish,
    clock,
  });
  const jobs: JobHandlers = {
    detect: createDetect({ ...shared, hear, signals, sceneOf, rules: parts.rules }),
    observe: createObserve({
      ...shared,
      numbers: store.numbers,
      lookUp: createLookUp({ ...shared, numbers: store.numbers }),
      pictures,
      platforms: platformNames,
      findRemediation: known,
      settings,
      remindAfterMs: () => policy().remindAfterMs,
    }),
    notify: createDeliver({
      ...shared,
      platforms,
      messages,
      pictures: store.pictures,
      noticeOf: createNoticeOf({
        views,
        reportOf: createReportOf({ audit, observations, messages, clock }),
        silences,
        events: store.events,
        channelRules: () => policy().channels,
        remindAfterMs: () => policy().remindAfterMs,
        clock,
      }),
    }),
    record: createRecord({
      platforms,
      audit,
      linesOf: foldLines,
      isRepeat: isRepeatedRefusal,
      withLock: (name, work) => store.withLock(name, work),
      clock,
    }),
    run: createCarryOut({ ...shared, store, findRemediation: known, sink: parts.sink }),
    expire: createExpire({ executor, machines }),
    lapse: createLapse({ ...shared, hear, messages }),
    remind: createRemind(shared),
    poll: createPoll({
      polls: createPolls({ records, twilio, polls: store.polls, signals, incidents, settings: settingsOf }),
      records,
      states: store.polls,
      incidents,
      outbox,
      hurry: (followUps) => worker.hurry(followUps),
      parentSid: twilio.parentSid,
      firstRound: parts.firstRound,
      clock,
      log,
    }),
    learn: createLearn({ twilio, baselines: store.baselines, signals, clock, log }),
    upkeep: createUpkeep({
      ...shared,
      setup: store.setup,
      baselines: store.baselines,
      signals,
      withLock: (name, work) => store.withLock(name, work),
      tripwires: parts.tripwires,
      publicUrl: parts.publicUrl,
      settingsOf,
    }),
    draw: createDraw({ ...shared, pictures: store.pictures, platforms, drawPicture: parts.drawPicture }),
  };
  const worker = createWorker({ outbox, queue, clock, log, handlers: jobs });

  const incidentView = (id: IncidentId) => views.incident(id, TO_ONE_PERSON);
  const authority = createAuthority(shared);
  const desk = createDesk({ ...shared, store, incidentView });
  const { troubles, newId } = parts;
  const watched = [...platformNames, "twilio", "queue"];
  const reportIncident = createReportIncident({ ...shared, authority });
  const handlers = createHandlers({
    ...shared,
    authority,
    desk,
    reportIncident,
    ask: createAsk({
      ...shared,
      authority,
      commands,
      desk,
      views,
      lookUp: createLookUp({ ...shared, numbers: store.numbers, mostPaidInAnHour: MOST_PAID_IN_AN_HOUR }),
      history: store.baselines,
      pictures,
      reportIncident,
      findRemediation,
      troubles,
      watched,
    }),
    requests: createRequests({ ...shared, previews, findRemediation: known, newId }),
    incidentView,
    previews,
    messages,
    pictures: store.pictures,
    withLock: (name, work) => store.withLock(name, work),
    findRemediation,
    newId,
  });
  const sweep = createSweep({
    outbox,
    signals,
    pictures: store.pictures,
    queue,
    clock,
    log,
    retentionMs: () => policy().retentionSignalsMs,
  });
  return { executor, machines, jobs, worker, handlers, sweep };
}

/** An answer is not a message that could be behind. */
const TO_ONE_PERSON = { platform: null, lagMs: null } as const;

function unknownRemediation(id: string): never {
  throw new Error(`the record names a remediation that this version does not know: ${id}`);
}
