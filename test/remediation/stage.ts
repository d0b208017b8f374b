import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import type { Json } from "../../src/audit/envelope.ts";
import { Fault } from "../../src/lib/fault.ts";
import type { AccountSid, ApprovalId, IncidentId, RunId } from "../../src/lib/id.ts";
import type {
  AnyRemediation,
  Outcome,
  RunContext,
  RunStep,
  SecretSink,
  Situation,
  TwilioAccount,
} from "../../src/remediation/contract.ts";
import { findRemediation } from "../../src/remediation/index.ts";
import { createFileSink } from "../../src/twilio/secret-sink.ts";
import { grantFixture } from "../support/grants.ts";
import { accountOf, startWorld, type TwilioWorld, type WorldOptions } from "../twilio/world.ts";

/** A Twilio stand-in, the gateway to it and a secret sink: all that a remediation plays on. */
export interface Stage extends TwilioWorld {
  readonly account: TwilioAccount;
  readonly sink: SecretSink;
  situation(changes?: Partial<Situation>): Situation;
  /** A run as the workflow makes one: its steps are kept, and a restarted run sees them. */
  context(remediation: AnyRemediation, params: Json, changes?: Partial<RunContext<Json>>): RunContext<Json>;
  /** The token that the sink holds for the account. */
  storedToken(sid?: AccountSid): Promise<string | undefined>;
  /** Events of Twilio's own audit log, for counting effects. */
  twilioEvents(type: string): number;
}

export async function startStage(options: WorldOptions = {}): Promise<Stage> {
  const world = await startWorld(options);
  const folder = await mkdtemp(join(tmpdir(), "tollgate-stage-"));
  const sink = createFileSink({ folder });
  const account = await accountOf(world.twilio, world.voiceEu);
  return {
    ...world,
    account,
    sink,
    situation: (changes) => ({
      incidentId: "7" as IncidentId,
      accountSid: world.voiceEu,
      firstSignalAtMs: world.clock.now() - 60_000,
      suspectCountries: ["LV"],
      undoOf: null,
      ...changes,
    }),
    context(remediation, params, changes = {}) {
      const steps: RunStep[] = [...(changes.steps ?? [])];
      const context: RunContext<Json> = {
        params,
        account,
        grant: grantFixture({ remediation: remediation.id, accountSid: account.sid, params }),
        runId: "a1" as ApprovalId as string as RunId,
        sink,
        nowMs: () => world.clock.now(),
        recordStep: async (name, data = null) => {
          // What is stored comes back as JSON.
          const plain: Json = JSON.parse(JSON.stringify(data));
          steps.push({ name, atMs: world.clock.now(), data: plain });
        },
        ...changes,
        steps,
      };
      return context;
    },
    async storedToken(sid = world.voiceEu) {
      const text = await readFile(sink.describe(sid), "utf8").catch(() => undefined);
      return text === undefined ? undefined : JSON.parse(text).authToken;
    },
    twilioEvents: (type) =>
      [...world.standIn.state.events.values()].filter(({ eventType }) => eventType === type).length,
    async close() {
      await rm(folder, { recursive: true, force: true });
      await world.close();
    },
  };
}

export function remediation(id: string): AnyRemediation {
  const found = findRemediation(id);
  if (found === undefined) throw new Error(`no remediation ${id}`);
  return found;
}

/** What the workflow does with a run: tries, and after trouble reads back before it tries again. */
export async function carryOut(action: AnyRemediation, context: RunContext<Json>, isFirstTry = true): Promise<Outcome> {
  for (let tries = 1; tries <= 5; tries += 1) {
    if (tries > 1 || !isFirstTry) {
      const found = await action.check(context);
      if (found !== null && found !== "not-in-effect" && found.status !== "unknown") return found;
      if (found === null) continue;
    }
    try {
      const outcome = await action.run(context);
      if (outcome.status !== "unknown") return outcome;
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
    }
  }
  throw new Error("the run never came to an end");
}

export function expectDone(outcome: Outcome): Extract<Outcome, { status: "done" }> {
  if (outcome.status !== "done") expect(outcome).toMatchObject({ status: "done" });
  return outcome as Extract<Outcome, { status: "done" }>;
}

export class Crash extends Error {}

/** The account of a process that dies at its n-th call to Twilio, before or after that call's effect. */
export function dying(account: TwilioAccount, atCall: number, when: "before" | "after") {
  let calls = 0;
  let died = false;
  const proxy = new Proxy(account, {
    get(target, name, receiver) {
      const member: unknown = Reflect.get(target, name, receiver);
      if (typeof member !== "function" || name === "adoptToken") return member;
      return async (...parameters: unknown[]) => {
        calls += 1;
        const isTheEnd = calls === atCall || died;
        if (isTheEnd) died = true;
        if (isTheEnd && when === "before") throw new Crash();
        const answer: unknown = await member.apply(target, parameters);
        if (isTheEnd) throw new Crash();
        return answer;
      };
    },
  });
  return { account: proxy, hasDied: () => died };
}
