import { inspect } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Json } from "../../src/audit/envelope.ts";
import { isFault } from "../../src/lib/fault.ts";
import type { RunId } from "../../src/lib/id.ts";
import type { Outcome, RunContext, Situation } from "../../src/remediation/contract.ts";
import { findRemediation, remediations } from "../../src/remediation/index.ts";
import { Crash, carryOut, dying, expectDone, remediation, type Stage, startStage } from "../remediation/stage.ts";

interface Case {
  readonly id: string;
  /** Makes the account one that the action is for. */
  prepare?(stage: Stage): Promise<Partial<Situation>>;
  /** What the requester chose, beside the typed confirmation. */
  readonly values?: Readonly<Record<string, readonly string[]>> | "initial";
  /** Its requests that change something. */
  readonly writes: readonly { readonly method: string; readonly path: RegExp }[];
  /** What it changes on Twilio, to compare. */
  effect(stage: Stage): unknown;
  /** How often it had that effect, by Twilio's own audit log; only what must happen once. */
  effects(stage: Stage): number;
}

const state = (stage: Stage) => stage.standIn.state.account(stage.voiceEu);
const geo = (stage: Stage): unknown => {
  const account = state(stage);
  const countries = ["LV", "EE", "FR", "US"];
  return countries.map((country) => [
    country,
    stage.standIn.state.dialingPermission(account, country),
    stage.standIn.state.mayMessage(account, country),
  ]);
};

const cases: readonly Case[] = [
  {
    id: "suspend-subaccount",
    writes: [{ method: "POST", path: /Accounts\/AC\w+\.json/ }],
    effect: (stage) => state(stage).status,
    effects: (stage) => stage.twilioEvents("account.updated"),
  },
  {
    id: "reactivate-subaccount",
    prepare: async (stage) => {
      state(stage).status = "suspended";
      return {};
    },
    writes: [{ method: "POST", path: /Accounts\/AC\w+\.json/ }],
    effect: (stage) => state(stage).status,
    effects: (stage) => stage.twilioEvents("account.updated"),
  },
  {
    id: "rotate-auth-token",
    writes: [
      { method: "DELETE", path: /Secondary/ },
      { method: "POST", path: /Secondary/ },
      { method: "POST", path: /Promote/ },
    ],
    effect: (stage) => ({
      pending: state(stage).secondaryToken,
      promoted: stage.twilioEvents("account-auth-token.promoted"),
    }),
    effects: (stage) => stage.twilioEvents("account-auth-token.promoted"),
  },
  {
    id: "delete-api-keys",
    values: "initial",
    writes: [{ method: "DELETE", path: /Keys\/SK/ }],
    effect: (stage) => stage.standIn.state.keysOf(stage.voiceEu).length,
    effects: (stage) => stage.twilioEvents("account-api-keys.deleted") + stage.twilioEvents("account-keys.deleted"),
  },
  {
    id: "disable-geo-regions",
    values: { countries: ["LV", "EE"] },
    writes: [
      { method: "POST", path: /Settings/ },
      { method: "POST", path: /BulkCountryUpdates/ },
      { method: "PATCH", path: /GeoPermissions/ },
    ],
    effect: geo,
    effects: (stage) => stage.twilioEvents("sms-geographic-permissions.updated"),
  },
  {
    id: "restore-geo-regions",
    prepare: async (stage) => {
      const context = stage.context(remediation("disable-geo-regions"), { countries: ["EE", "LV"] });
      const { captured } = expectDone(await remediation("disable-geo-regions").run(context));
      return { undoOf: { runId: "a0" as RunId, captured } };
    },
    writes: [
      { method: "POST", path: /Settings/ },
      { method: "PATCH", path: /GeoPermissions/ },
    ],
    effect: geo,
    effects: (stage) => stage.twilioEvents("sms-geographic-permissions.updated"),
  },
];

test("every remediation has a case, an id of its own and one list", () => {
  expect(cases.map(({ id }) => id).sort()).toEqual(remediations.map(({ id }) => id).sort());
  expect(findRemediation("close-account")).toBeUndefined();
  for (const { id, undoneBy, undoes } of remediations) {
    if (undoneBy !== null) expect(findRemediation(undoneBy)?.undoes).toBe(id);
    if (undoes !== null) expect(findRemediation(undoes)?.undoneBy).toBe(id);
  }
  expect(remediations.filter(({ containsIncident }) => containsIncident).map(({ id }) => id)).toEqual([
    "suspend-subaccount",
  ]);
});

describe.each(cases)("$id", (subject) => {
  const action = remediation(subject.id);
  let stage: Stage;
  let situation: Situation;
  let context: RunContext<Json>;
  let before: unknown;
  let secretsBefore: readonly string[];
  const told: unknown[] = [];

  beforeEach(async () => {
    stage = await startStage({ timeoutMs: 800 });
    situation = stage.situation(await subject.prepare?.(stage));
    const params = await choose();
    context = stage.context(action, params);
    before = subject.effect(stage);
    effectsBefore = subject.effects(stage);
    secretsBefore = stage.secrets();
    stage.newRequests();
    told.length = 0;
  });
  let effectsBefore = 0;

  afterEach(async () => {
    // Nothing that is stored, shown or logged holds a secret, of before or of after.
    const printed = [
      inspect(told, { depth: 12 }),
      JSON.stringify(told),
      JSON.stringify(context.steps),
      stage.logged(),
    ].join("\n");
    for (const secret of [...secretsBefore, ...stage.secrets()]) expect(printed).not.toContain(secret);
    await stage.close();
  });

  async function choose(): Promise<Json> {
    const snapshot: Json = JSON.parse(JSON.stringify(await action.read(stage.account, situation)));
    const preview = action.preview(snapshot, situation);
    const values: Record<string, readonly string[]> = {};
    for (const field of preview.fields) {
      if (field.kind === "typed-confirmation") values[field.id] = [field.expected];
      else if (subject.values === "initial") values[field.id] = field.initial;
    }
    const chosen = action.choose(snapshot, { ...values, ...(subject.values === "initial" ? {} : subject.values) });
    if (!chosen.ok) throw new Error(`not chosen: ${JSON.stringify(chosen.problems)}`);
    return JSON.parse(JSON.stringify(chosen.params));
  }

  async function tell<Answer>(work: Promise<Answer>): Promise<Answer> {
    try {
      const answer = await work;
      told.push(answer);
      return answer;
    } catch (error) {
      told.push(error);
      throw error;
    }
  }

  const writesSeen = (): readonly string[] => stage.newRequests().filter((line) => !line.startsWith("GET "));
  const everyWrite = (fault: { status: number; after?: boolean; retryAfterSeconds?: number }): void => {
    for (const write of subject.writes)
      stage.standIn.inject({ on: "request", ...write, times: 99, fault: { kind: "status", ...fault } });
  };
  const effectsSince = (): number => subject.effects(stage) - effectsBefore;

  /** What the action does when nothing goes wrong, on a stage of its own. */
  async function expectTheEffect(outcome: Outcome): Promise<void> {
    expectDone(outcome);
    const ideal = await startStage();
    try {
      const idealSituation = ideal.situation(await subject.prepare?.(ideal));
      const sids = ideal.standIn.state.keysOf(ideal.voiceEu).map(({ sid }) => sid);
      const params =
        subject.id === "delete-api-keys"
          ? { keys: sids }
          : subject.id === "restore-geo-regions"
            ? (idealSituation.undoOf?.captured ?? null)
            : context.params;
      const base = subject.effects(ideal);
      expectDone(await action.run(ideal.context(action, params)));
      expect(subject.effect(stage)).toEqual(subject.effect(ideal));
      expect(effectsSince()).toBe(subject.effects(ideal) - base);
    } finally {
      await ideal.close();
    }
  }

  test("describes itself in one short sentence and previews in plain words", async () => {
    expect(action.describe(context.params)).toMatch(/^[A-Z][^.!?\n]{5,120}$/);
    expect(action.title).toMatch(/^[A-Z][a-zA-Z ]{5,30}$/);
    const preview = action.preview(await action.read(stage.account, situation), situation);
    expect(preview.blocked).toBeNull();
    expect(preview.willHappen.length * preview.willNotHappen.length * preview.facts.length).toBeGreaterThan(0);
    for (const line of [...preview.willHappen, ...preview.willNotHappen, ...preview.warnings])
      expect(line).toMatch(/^[A-Z].+\.$/);
    const isTyped = preview.fields.some(({ kind }) => kind === "typed-confirmation");
    expect(isTyped).toBe(!action.isReversible);
    told.push(preview);
  });

  test("binds the same facts when nothing changed", async () => {
    const bound = async () => action.bind(context.params, await action.read(stage.account, situation));
    expect(await bound()).toEqual(await bound());
  });

  test("is done only after reading back, and check agrees", async () => {
    const outcome = expectDone(await tell(action.run(context)));
    const seen = stage.newRequests();
    expect(seen.at(-1)).toMatch(/^GET /);
    expect(outcome.evidence.join(" ")).toMatch(/\d\d:\d\d:\d\d UTC/);
    await expectTheEffect(outcome);
    const checked = await tell(action.check(context));
    expect(checked).toMatchObject({ status: "done", captured: outcome.captured });
  });

  test("check says not-in-effect before anything happened, and nothing when Twilio is silent", async () => {
    expect(await action.check(context)).toBe("not-in-effect");
    if (subject.id === "rotate-auth-token") return; // Knows without asking: no promotion was begun.
    stage.standIn.inject({ on: "request", path: /./, times: 99, fault: { kind: "status", status: 500 } });
    expect(await action.check(context)).toBeNull();
    expect(subject.effect(stage)).toEqual(before);
  });

  test("run twice has one effect", async () => {
    const first = expectDone(await tell(action.run(context)));
    const effects = effectsSince();
    stage.newRequests();
    const second = expectDone(await tell(carryOut(action, context, false)));
    expect(writesSeen()).toEqual([]);
    expect(effectsSince()).toBe(effects);
    expect(second.captured).toEqual(first.captured);
  });

  describe.each(subject.writes)("when the answer to $method $path is lost", (write) => {
    test.each([
      ["after the effect, connection cut", { kind: "no-answer-after", cut: true }],
      ["before the effect, connection cut", { kind: "no-answer-before", cut: true }],
      ["after the effect, with 503", { kind: "status", status: 503, after: true }],
      ["before the effect, with 500", { kind: "status", status: 500 }],
    ] as const)("%s, it ends in one effect", async (_name, fault) => {
      stage.standIn.inject({ on: "request", ...write, fault });
      await expectTheEffect(await tell(carryOut(action, context)));
    });
  });

  test.each(["no-answer-after", "no-answer-before"] as const)(
    "a write that times out (%s) ends in one effect",
    async (kind) => {
      const last = subject.writes.at(-1);
      if (last === undefined) throw new Error("an action writes");
      stage.standIn.inject({ on: "request", ...last, fault: { kind } });
      await expectTheEffect(await tell(carryOut(action, context)));
    },
  );

  test("is unknown, then done, when the read-back fails too", async () => {
    const last = subject.writes.at(-1);
    if (last === undefined) throw new Error("an action writes");
    let isDown = false;
    const stop = stage.standIn.onRequest(({ method, path }) => {
      if (isDown || method !== last.method || path.search(last.path) < 0) return;
      isDown = true;
      stage.standIn.inject({ on: "request", path: /./, times: 99, fault: { kind: "status", status: 502 } });
    });
    const outcome = await tell(action.run(context));
    expect(outcome.status).toBe("unknown");
    expect(await action.check(context)).toBeNull();
    stop();
    stage.standIn.clearFaults();
    await expectTheEffect(await tell(carryOut(action, context, false)));
  });

  test("is refused on 401 and has changed nothing", async () => {
    everyWrite({ status: 401 });
    const outcome = await tell(action.run(context));
    expect(outcome).toMatchObject({ status: "refused", reason: expect.stringContaining("refused the credentials") });
    expect(subject.effect(stage)).toEqual(before);
  });

  test("is refused when even reading gets 401", async () => {
    stage.standIn.inject({ on: "request", path: /./, times: 99, fault: { kind: "status", status: 401 } });
    expect((await tell(action.run(context))).status).toBe("refused");
    expect(subject.effect(stage)).toEqual(before);
  });

  test("comes again after 429, having changed nothing", async () => {
    everyWrite({ status: 429 });
    await expect(tell(action.run(context))).rejects.toSatisfy((error) => isFault(error, "rate-limited"));
    expect(subject.effect(stage)).toEqual(before);
    stage.standIn.clearFaults();
    await expectTheEffect(await tell(carryOut(action, context, false)));
  });

  test("comes again after lasting 5xx, having changed nothing", async () => {
    everyWrite({ status: 500 });
    await expect(tell(action.run(context))).rejects.toSatisfy((error) => isFault(error));
    expect(subject.effect(stage)).toEqual(before);
    stage.standIn.clearFaults();
    await expectTheEffect(await tell(carryOut(action, context, false)));
  });

  test.each(["before", "after"] as const)(
    "a process that dies %s any call leaves one effect to its successor",
    async (when) => {
      for (let call = 1; ; call += 1) {
        const trial = await startStage();
        try {
          const trialSituation = trial.situation(await subject.prepare?.(trial));
          const sids = trial.standIn.state.keysOf(trial.voiceEu).map(({ sid }) => sid);
          const params =
            subject.id === "delete-api-keys"
              ? { keys: sids }
              : subject.id === "restore-geo-regions"
                ? (trialSituation.undoOf?.captured ?? null)
                : context.params;
          const base = subject.effects(trial);
          const mortal = dying(trial.account, call, when);
          const first = trial.context(action, params, { account: mortal.account });
          const outcome = await action.run(first).catch((error: unknown) => {
            if (!(error instanceof Crash)) throw error;
            return undefined;
          });
          const successor = trial.context(action, params, { steps: first.steps });
          expectDone(await carryOut(action, successor, false));
          if (subject.id === "rotate-auth-token") {
            expect(subject.effects(trial) - base, `died ${when} call ${call}`).toBe(1);
            const { authToken } = trial.standIn.state.account(trial.voiceEu);
            expect(await trial.storedToken(), `died ${when} call ${call}`).toBe(authToken);
            expect((await trial.credentials.tokenOf(trial.voiceEu)).reveal()).toBe(authToken);
          }
          if (outcome !== undefined) {
            expect(mortal.hasDied()).toBe(false);
            expect(call).toBeGreaterThan(2);
            return;
          }
        } finally {
          await trial.close();
        }
      }
    },
  );
});
