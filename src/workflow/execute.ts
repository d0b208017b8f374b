import type { Actor, AuditDraft, Json } from "../audit/envelope.ts";
import type { Clock } from "../lib/clock.ts";
import type { Decision } from "../lib/decision.ts";
import { Fault } from "../lib/fault.ts";
import type { Log } from "../lib/log.ts";
import type { EventStore, FollowUp, IndexRow } from "./ports.ts";

/** A state machine as the shell needs it: its pure rules, and what its events entail. */
export interface Machine<
  State,
  Command extends { readonly type: string },
  Event extends { readonly type: string },
  Refusal extends string,
> {
  /** Streams are called `<kind>-<id>`. */
  readonly kind: "incident" | "silence" | "approval" | "run" | "policy";
  readonly initial: State;
  decide(state: State, command: Command, nowMs: number): Decision<Event, Refusal>;
  evolve(state: State, event: Event): State;
  /** What happens next is data: nobody calls a queue from a rule. */
  reactionsTo(event: Event, state: State, nowMs: number): readonly FollowUp[];
  /** The rows by which the stream is found, as they are now. */
  indexOf(state: State, nowMs: number): readonly IndexRow[];
  about(state: State): {
    readonly accountSid: string | null;
    readonly incidentId: string | null;
    readonly what: string | null;
  };
}

/** What a stream without events is about. */
export const ABOUT_NOTHING = { accountSid: null, incidentId: null, what: null } as const;

export interface Because {
  readonly actor: Actor;
  readonly cause: "click" | "command" | "signal" | "timer" | "job" | "start";
}

export type Executed<State, Refusal> =
  | { readonly accepted: true; readonly state: State; readonly changed: boolean }
  | { readonly accepted: false; readonly refusal: Refusal; readonly state: State };

export interface Executor {
  /** Reads the stream, decides, and stores events, follow-ups and audit in one transaction. Decides again when somebody was faster. */
  execute<
    State,
    Command extends { readonly type: string },
    Event extends { readonly type: string },
    Refusal extends string,
  >(
    machine: Machine<State, Command, Event, Refusal>,
    id: string,
    command: Command,
    because: Because,
  ): Promise<Executed<State, Refusal>>;
  /** The state as it is now. */
  read<
    State,
    Command extends { readonly type: string },
    Event extends { readonly type: string },
    Refusal extends string,
  >(machine: Machine<State, Command, Event, Refusal>, id: string): Promise<State>;
  /** A record that is nobody's event: a refused click on nothing, a loaded policy. */
  note(note: Note): Promise<void>;
}

export interface Note extends Because {
  readonly stream: string;
  readonly type: string;
  readonly accountSid: string | null;
  readonly incidentId: string | null;
  readonly what: string | null;
  readonly data: Json;
}

interface Parts {
  readonly events: EventStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Follow-ups of every record: the audit channels. */
  readonly afterEveryRecord: readonly FollowUp[];
  /** Told after the commit, so that the queue hears at once; the outbox is the truth if it does not. */
  readonly onFollowUps: (followUps: readonly FollowUp[]) => void;
}

/** Two people and a timer may meet on one stream; three rounds are enough for everybody on a team. */
const MAX_ROUNDS = 8;
/** A clock that is this far behind the newest record was set back: decisions go on with the record's time, and we say so. */
const CLOCK_STEP_WORTH_A_WARNING_MS = 5_000;

/** The only writer of the house. There is no other way to change state, so an unaudited action cannot be written by mistake. */
export function createExecutor(parts: Parts): Executor {
  const { events, clock, log } = parts;

  async function load<
    State,
    Command extends { readonly type: string },
    Event extends { readonly type: string },
    Refusal extends string,
  >(machine: Machine<State, Command, Event, Refusal>, id: string) {
    const stream = `${machine.kind}-${id}`;
    const { events: stored, newestAtMs } = await events.load(stream);
    let state = machine.initial;
    // Events come back as the JSON that this same machine wrote; the chain's macs vouch for it.
    for (const event of stored) state = machine.evolve(state, eventOf<Event>(event.type, event.data));
    return { stream, state, version: stored.length, newestAtMs };
  }

  function decisionTime(newestAtMs: number): number {
    const nowMs = clock.now();
    if (newestAtMs - nowMs > CLOCK_STEP_WORTH_A_WARNING_MS) {
      log.warn(
        { ms: newestAtMs - nowMs },
        "the clock is behind the newest audit record; deciding with the record's time",
      );
    }
    return Math.max(nowMs, newestAtMs);
  }

  async function append(
    drafts: readonly AuditDraft[],
    followUps: readonly FollowUp[],
    index: readonly IndexRow[],
  ): Promise<boolean> {
    const all = [...followUps, ...parts.afterEveryRecord];
    if ((await events.append({ drafts, followUps: all, index })) === "conflict") return false;
    parts.onFollowUps(all);
    return true;
  }

  return {
    async read(machine, id) {
      return (await load(machine, id)).state;
    },

    async execute(machine, id, command, because) {
      for (let round = 1; round <= MAX_ROUNDS; round++) {
        const { stream, state, version, newestAtMs } = await load(machine, id);
        const nowMs = decisionTime(newestAtMs);
        const decision = machine.decide(state, command, nowMs);
        const draft = { stream, atMs: nowMs, actor: because.actor, cause: because.cause };
        if (!decision.accepted) {
          // Only what people tried is worth remembering; a timer that came twice is not.
          if (because.cause === "click" || because.cause === "command") {
            const data = { attempted: command.type, refusal: decision.refusal };
            await append([{ ...draft, version: null, type: "refused", ...machine.about(state), data }], [], []);
          }
          return { accepted: false, refusal: decision.refusal, state };
        }
        if (decision.events.length === 0) return { accepted: true, state, changed: false };

        let after = state;
        const drafts: AuditDraft[] = [];
        const followUps: FollowUp[] = [];
        for (const event of decision.events) {
          after = machine.evolve(after, event);
          drafts.push({
            ...draft,
            version: version + drafts.length + 1,
            type: event.type,
            ...machine.about(after),
            data: dataOf(event),
          });
          followUps.push(...machine.reactionsTo(event, after, nowMs));
        }
        if (await append(drafts, followUps, machine.indexOf(after, nowMs)))
          return { accepted: true, state: after, changed: true };
      }
      throw new Fault("unavailable", `${machine.kind} ${id} is being changed by too many at once`);
    },

    async note(note) {
      const { newestAtMs } = await events.load(note.stream);
      await append([{ ...note, version: null, atMs: decisionTime(newestAtMs) }], [], []);
    },
  };
}

function dataOf(event: { readonly type: string }): Json {
  const { type: _type, ...data } = event;
  return JSON.parse(JSON.stringify(data)) as Json;
}

function eventOf<Event>(type: string, data: Json): Event {
  return { ...(data as Record<string, Json>), type } as Event;
}
