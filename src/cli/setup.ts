import { type Config, loadConfig, processSources } from "../config.ts";
import { settingsFor } from "../detection/settings.ts";
import { systemClock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import { createLog, type Log } from "../lib/log.ts";
import { byHand } from "../setup/by-hand.ts";
import type { Step, WatchedAccount } from "../setup/contract.ts";
import { isMet } from "../setup/plan.ts";
import { type Accounts, type Surveyed, surveyAll } from "../setup/survey-all.ts";
import { stepWords } from "../setup/words.ts";
import { note, say } from "./output.ts";
import { Problem } from "./problem.ts";
import { type AppliedTo, type ApplyOutcome, applySetup } from "./setup-apply.ts";
import { accountTitle, byHandLines, countsOf, countWords, failureLine, planLines, skippedLine } from "./setup-lines.ts";
import { createSetupTwilio, openSetupMemory, type SetupTwilio } from "./setup-world.ts";

interface SetupOptions {
  readonly apply: boolean;
  readonly check: boolean;
  /** Account SIDs; empty: all. */
  readonly account: readonly string[];
  readonly json: boolean;
}

const PROGRESS_EVERY_MS = 2_000;

/** Shows or makes the tripwires of every account. Answers the exit code: 0 when nothing is missing, with `--check` when nothing has to change. */
export async function setup(options: SetupOptions): Promise<number> {
  if (options.apply && options.check)
    throw new Problem("--apply and --check do not go together: --check changes nothing.");
  const loaded = loadConfig(processSources());
  if (!loaded.ok) {
    note(["the configuration has problems:", ...loaded.problems, "See README.md, section Configuration."].join("\n"));
    return 1;
  }
  const { config } = loaded;
  const log = createLog("error", { write: (line) => process.stderr.write(line) });
  const twilio = createSetupTwilio(config, log);
  try {
    const accounts = await accountsOf(twilio, options.account);
    const run = options.apply ? apply : look;
    return await run(config, twilio, accounts, options, log);
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    note(`tollgate: ${fault.message}`);
    return 1;
  }
}

async function accountsOf({ tripwires }: SetupTwilio, only: readonly string[]): Promise<Accounts> {
  const strange = only.find((sid) => !isAccountSid(sid));
  if (strange !== undefined)
    throw new Problem(`--account: ${strange} is no Account SID (AC and 32 lower-case hex digits).`);
  const all = await tripwires.accounts();
  const unknown = only.find((sid) => !all.some((account) => account.sid === sid));
  if (unknown !== undefined) throw new Problem(`--account: ${unknown} is not this main account or a subaccount of it.`);
  const chosen = only.length === 0 ? all : all.filter(({ sid }) => only.includes(sid));
  return { chosen, hasSubaccounts: all.some(({ isParent }) => !isParent) };
}

/** The plan, and nothing else. */
async function look(
  config: Config,
  twilio: SetupTwilio,
  accounts: Accounts,
  { check, json }: SetupOptions,
  log: Log,
): Promise<number> {
  const memory = await openSetupMemory(config.environment.store, log);
  try {
    const progress = createProgress("read", accounts.chosen.length);
    const surveyed = await surveyAll(accounts, twilio.survey(memory), systemClock.now(), progress);
    const steps = stepsOf(surveyed);
    const isRefused = surveyed.some(({ kind }) => kind === "failed");
    const isWell = !isRefused && !(check && (steps.length > 0 || unmetOf(surveyed) > 0));
    if (json) say(asJson(config, isWell, surveyed.map(inJson), accounts.chosen));
    else {
      tellPlan(surveyed);
      say(planSummary(surveyed));
      if (!check) tellByHand(config, accounts.chosen);
      if (memory.applied === null) say("Nobody has run `setup --apply` yet, so Tollgate keeps no tripwires by itself.");
      if (steps.length > 0) say("Nothing was changed: `setup --apply` does it.");
    }
    return isWell ? 0 : 1;
  } finally {
    await memory.close();
  }
}

async function apply(
  config: Config,
  twilio: SetupTwilio,
  accounts: Accounts,
  { json, account }: SetupOptions,
  log: Log,
): Promise<number> {
  const changed = createProgress("done", accounts.chosen.length);
  const outcome = await applySetup({
    config,
    twilio,
    accounts,
    onlySids: account.length === 0 ? null : accounts.chosen.map(({ sid }): AccountSid => sid),
    log,
    looked: createProgress("read", accounts.chosen.length),
    planned: (surveyed) => {
      if (!json) tellPlan(surveyed);
    },
    changed: (result) => {
      if (!json) tellResult(result);
      changed();
    },
    waiting: (what) => note(`(${what})`),
  });
  const isWell = outcome.unheard.length === 0 && outcome.results.every(isAsItShouldBe);
  if (json) say(asJson(config, isWell, outcome.results.map(resultInJson), accounts.chosen));
  else {
    tellOutcome(config, outcome);
    tellByHand(config, accounts.chosen);
  }
  return isWell ? 0 : 1;
}

function isAsItShouldBe(result: AppliedTo): boolean {
  if (result.kind === "suspended") return true;
  return result.kind === "mended" && isMet(result.look.plan);
}

function stepsOf(surveyed: readonly Surveyed[]): readonly Step[] {
  return surveyed.flatMap((one) => (one.kind === "looked" ? one.look.plan.steps : []));
}

function unmetOf(surveyed: readonly Surveyed[]): number {
  return surveyed.reduce((sum, one) => sum + (one.kind === "looked" ? one.look.plan.unmet : 0), 0);
}

function tellPlan(surveyed: readonly Surveyed[]): void {
  for (const one of surveyed) {
    if (one.kind === "looked") for (const line of planLines(one.account, one.look.plan)) say(line);
    else say(skippedLine(one.account, one.kind === "suspended" ? one.kind : one.fault));
  }
}

function planSummary(surveyed: readonly Surveyed[]): string {
  const steps = stepsOf(surveyed);
  const looked = surveyed.filter(({ kind }) => kind === "looked").length;
  const kept = surveyed.reduce((sum, one) => sum + (one.kind === "looked" ? one.look.plan.kept : 0), 0);
  const unmet = unmetOf(surveyed);
  const on = `on ${looked === 1 ? "1 account" : `${looked} accounts`}`;
  if (unmet > 0) {
    const todo = steps.length === 0 ? "Nothing can be changed" : countWords(countsOf(steps), "to-do");
    return `${todo} ${on}; there is no room for ${unmet} more; ${kept} are as they should be.`;
  }
  if (steps.length === 0) return `Nothing has to change ${on}: ${kept} tripwires are as they should be.`;
  return `${countWords(countsOf(steps), "to-do")} ${on}; ${kept} are as they should be.`;
}

function tellResult(result: AppliedTo): void {
  if (result.kind !== "mended" || result.mended === null) return;
  const { done, failed, waiting } = result.mended;
  say(`${accountTitle(result.account)}: ${countWords(countsOf(done), "done")}`);
  for (const one of failed) say(failureLine(one));
  if (waiting.length > 0) say("  WAITS    for its Event Streams sink to become active");
}

function tellOutcome({ environment }: Config, { results, unheard }: ApplyOutcome): void {
  const done = results.flatMap((result) => (result.kind === "mended" ? (result.mended?.done ?? []) : []));
  say(done.length === 0 ? "Nothing had to change." : `${countWords(countsOf(done), "done")}.`);
  const open = results.filter((result) => !isAsItShouldBe(result)).length;
  if (open > 0) {
    say(
      `${open === 1 ? "1 account is" : `${open} accounts are`} not as they should be yet: run \`setup --apply\` again.`,
    );
  }
  if (unheard.length === 0) return;
  const { publicUrl } = environment.server;
  say(
    `Twilio's test event has not arrived for ${unheard.length === 1 ? "1 account" : `${unheard.length} accounts`} (${unheard[0]?.friendlyName ?? ""} …): ` +
      `start Tollgate, see that ${publicUrl}/twilio/events/… reaches it from outside (\`tollgate doctor\` tries), and run \`setup --apply\` again.`,
  );
}

function tellByHand(config: Config, accounts: readonly WatchedAccount[]): void {
  const { publicUrl } = config.environment.server;
  for (const line of byHandLines(byHandOf(config, accounts), publicUrl)) say(line);
}

function byHandOf({ environment, policy }: Config, accounts: readonly WatchedAccount[]) {
  const [first] = accounts;
  const settings = first === undefined ? policy.detection : settingsFor(policy.detection, first.sid);
  return byHand(
    accounts.filter(({ status }) => status === "active"),
    environment.server.publicUrl,
    accounts.length === 1 ? settings : policy.detection,
  );
}

/** On standard error, at most every two seconds: who waits sees that it goes on. */
function createProgress(what: string, of: number): () => void {
  let count = 0;
  let toldAtMs = systemClock.now();
  return () => {
    count += 1;
    const nowMs = systemClock.now();
    if (count === of || nowMs - toldAtMs < PROGRESS_EVERY_MS) return;
    toldAtMs = nowMs;
    note(`(${count} of ${of} accounts ${what})`);
  };
}

function inJson(one: Surveyed) {
  const { account } = one;
  const named = { sid: account.sid, name: account.friendlyName, status: account.status };
  switch (one.kind) {
    case "looked":
      return {
        ...named,
        steps: one.look.plan.steps.map(stepWords),
        kept: one.look.plan.kept,
        unmet: one.look.plan.unmet,
        notes: one.look.plan.notes,
      };
    case "suspended":
      return { ...named, skipped: "suspended" };
    case "failed":
      return { ...named, skipped: one.fault.code ?? one.fault.kind };
  }
}

function resultInJson(result: AppliedTo) {
  if (result.kind !== "mended") return inJson(result);
  const { account, look: after, mended } = result;
  return {
    sid: account.sid,
    name: account.friendlyName,
    status: account.status,
    done: (mended?.done ?? []).map(stepWords),
    failed: (mended?.failed ?? []).map(({ step, fault }) => ({ ...stepWords(step), reason: fault.message })),
    steps: after.plan.steps.map(stepWords),
    kept: after.plan.kept,
    unmet: after.plan.unmet,
    notes: after.plan.notes,
  };
}

function asJson(config: Config, isWell: boolean, told: readonly object[], accounts: readonly WatchedAccount[]): string {
  const { publicUrl } = config.environment.server;
  const hand = byHandOf(config, accounts).map(({ title, how, values, caution }) => ({
    title,
    how,
    caution,
    values: values.map(({ account, value }) => ({ sid: account.sid, value })),
  }));
  return JSON.stringify({ ok: isWell, publicUrl, accounts: told, byHand: hand }, null, 2);
}
