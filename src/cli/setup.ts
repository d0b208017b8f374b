import { type Config, loadConfig, processSources } from "../config.ts";
import { settingsFor } from "../detection/settings.ts";
import { systemClock } from "../lib/clock.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import { createLog, type Log } from "../lib/log.ts";
import type { Applied } from "../setup/applied.ts";
import { type ByHand, byHand } from "../setup/by-hand.ts";
import type { WatchedAccount } from "../setup/contract.ts";
import { type Accounts, surveyAll } from "../setup/survey-all.ts";
import { type Output, processOutput } from "./output.ts";
import { Problem, sentenceOf } from "./problem.ts";
import { failureInJson, reportInJson, resultInJson, stoppedInJson, surveyedInJson } from "./setup-json.ts";
import { byHandLines } from "./setup-lines.ts";
import { planSummary, tellOutcome, tellPlan, tellResult, tellStopped, tellUpkeep } from "./setup-tell.ts";
import { EXIT_CODES, type Verdict, verdictOfApply, verdictOfLook } from "./setup-verdict.ts";
import { createSetupTwilio, openSetupMemory, type SetupTwilio } from "./setup-world.ts";

interface SetupOptions {
  readonly apply: boolean;
  readonly check: boolean;
  readonly stop: boolean;
  /** Account SIDs; empty: all. */
  readonly account: readonly string[];
  readonly json: boolean;
}

/** What the command is about, among all that there is. */
interface AskedAccounts extends Accounts {
  /** All that could be set up. */
  readonly active: readonly AccountSid[];
}

/** One run of the command. */
interface Run extends Output {
  readonly options: SetupOptions;
  readonly config: Config;
  readonly log: Log;
}

const PROGRESS_EVERY_MS = 2_000;

/** Shows, makes or leaves alone the tripwires of every account. Answers the exit code. Throws `Problem` when it was asked wrongly. */
export async function setup(
  options: SetupOptions,
  sources = processSources(),
  output: Output = processOutput,
): Promise<number> {
  refuseContradictions(options);
  const loaded = loadConfig(sources);
  if (!loaded.ok) {
    const problems = ["the configuration has problems:", ...loaded.problems].join("\n");
    return cannotLook(`${problems}\nSee README.md, section Configuration.`, options, output);
  }
  const log = createLog("error", { write: (line) => output.note(line.trimEnd()) });
  const run: Run = { options, config: loaded.config, log, ...output };
  try {
    return EXIT_CODES[await workOf(run)];
  } catch (error) {
    if (error instanceof Problem) throw error;
    return cannotLook(sentenceOf(error), options, output);
  }
}

function refuseContradictions({ apply, check, stop, account }: SetupOptions): void {
  if (apply && check) throw new Problem("--apply and --check do not go together: --check changes nothing.");
  if (stop && (apply || check)) throw new Problem("--stop ends upkeep and does nothing else: give it alone.");
  if (stop && account.length > 0) throw new Problem("--stop ends upkeep of all accounts: leave --account out.");
}

/** A script must be able to tell this from something that is missing. */
function cannotLook(why: string, { json }: SetupOptions, { say, note }: Output): number {
  note(`tollgate: ${why}`);
  if (json) say(failureInJson(why));
  return EXIT_CODES["could-not-look"];
}

async function workOf(run: Run): Promise<Verdict> {
  if (run.options.stop) return await stop(run);
  const twilio = createSetupTwilio(run.config, run.log);
  const accounts = await accountsOf(twilio, run.options.account);
  return run.options.apply ? await apply(run, twilio, accounts) : await look(run, twilio, accounts);
}

async function accountsOf({ tripwires }: SetupTwilio, only: readonly string[]): Promise<AskedAccounts> {
  const strange = only.find((sid) => !isAccountSid(sid));
  if (strange !== undefined)
    throw new Problem(`--account: ${strange} is no Account SID (AC and 32 lower-case hex digits).`);
  const all = await tripwires.accounts();
  const unknown = only.find((sid) => !all.some((account) => account.sid === sid));
  if (unknown !== undefined) throw new Problem(`--account: ${unknown} is not this main account or a subaccount of it.`);
  const chosen = only.length === 0 ? all : all.filter(({ sid }) => only.includes(sid));
  const active = all.filter(({ status }) => status === "active").map(({ sid }) => sid);
  return { chosen, hasSubaccounts: all.some(({ isParent }) => !isParent), active };
}

/** The plan, and nothing else. */
async function look(run: Run, twilio: SetupTwilio, accounts: AskedAccounts): Promise<Verdict> {
  const { config, options, say } = run;
  const { check, json } = options;
  const memory = await openSetupMemory(config.environment.store, run.log);
  try {
    const progress = createProgress("read", accounts.chosen.length, run);
    const surveyed = await surveyAll(accounts, twilio.survey(memory), systemClock.now(), progress);
    const verdict = verdictOfLook(surveyed, check);
    const { applied } = memory;
    if (json) say(asJson(run, accounts, verdict, applied, surveyed.map(surveyedInJson)));
    else {
      tellPlan(surveyed, say);
      say(planSummary(surveyed));
      if (!check) tellByHand(run, accounts);
      tellUpkeep(applied, accounts.active, say);
      const hasSteps = surveyed.some((one) => one.kind === "looked" && one.look.plan.steps.length > 0);
      if (hasSteps) say("Nothing was changed: `setup --apply` does it.");
    }
    return verdict;
  } finally {
    await memory.close();
  }
}

async function apply(run: Run, twilio: SetupTwilio, accounts: AskedAccounts): Promise<Verdict> {
  const { config, log, options, say } = run;
  const { json, account } = options;
  const { applySetup } = await import("./setup-apply.ts");
  const changed = createProgress("done", accounts.chosen.length, run);
  const outcome = await applySetup({
    config,
    twilio,
    accounts,
    onlySids: account.length === 0 ? null : accounts.chosen.map(({ sid }): AccountSid => sid),
    log,
    looked: createProgress("read", accounts.chosen.length, run),
    planned: (surveyed) => {
      if (!json) tellPlan(surveyed, say);
    },
    changed: (result) => {
      if (!json) tellResult(result, say);
      changed();
    },
    waiting: (what) => run.note(`(${what})`),
  });
  const verdict = verdictOfApply(outcome);
  if (json) say(asJson(run, accounts, verdict, outcome.applied, outcome.results.map(resultInJson)));
  else {
    tellOutcome(outcome, accounts.active, config.environment.server.publicUrl, say);
    tellByHand(run, accounts);
  }
  return verdict;
}

/** Ends upkeep. Twilio is not asked. */
async function stop({ config, log, options, note, say }: Run): Promise<Verdict> {
  const { stopUpkeep } = await import("./setup-stop.ts");
  const stopped = await stopUpkeep({ config, log, waiting: (what) => note(`(${what})`) });
  if (options.json) say(stoppedInJson(config.environment.server.publicUrl, stopped.applied));
  else tellStopped(stopped, say);
  return "as-it-should-be";
}

function asJson(
  { config }: Run,
  { chosen }: Accounts,
  verdict: Verdict,
  applied: Applied | null,
  accounts: readonly object[],
): string {
  const { publicUrl } = config.environment.server;
  return reportInJson({ verdict, publicUrl, applied, accounts, byHand: byHandOf(config, chosen) });
}

function tellByHand({ config, say }: Run, { chosen }: Accounts): void {
  const { publicUrl } = config.environment.server;
  for (const line of byHandLines(byHandOf(config, chosen), publicUrl)) say(line);
}

function byHandOf({ environment, policy }: Config, accounts: readonly WatchedAccount[]): readonly ByHand[] {
  const [first] = accounts;
  const settings = first === undefined ? policy.detection : settingsFor(policy.detection, first.sid);
  return byHand(
    accounts.filter(({ status }) => status === "active"),
    environment.server.publicUrl,
    accounts.length === 1 ? settings : policy.detection,
  );
}

/** On standard error, at most every two seconds: who waits sees that it goes on. */
function createProgress(what: string, of: number, { note }: Output): () => void {
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
