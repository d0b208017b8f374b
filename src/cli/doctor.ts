import { type ConfigResult, loadConfig, processSources } from "../config.ts";
import { type Finding, missing, type Step } from "../doctor/contract.ts";
import { type Output, processOutput } from "./output.ts";

interface DoctorOptions {
  /** One JSON document at the end, instead of lines as they come. */
  readonly json: boolean;
}

interface Told extends Finding {
  readonly step: Pick<Step, "title" | "readme">;
}

const LABELS = { ok: "ok     ", warning: "WARN   ", missing: "MISSING" } as const;
/** How the configuration begins to say what is not there; the label says it already. */
const ABSENT = ": missing. ";
/** Who has filled in .env and forgot this sees every variable as missing. */
const READ_ENV = "Of .env nothing is read unless you say so: node --env-file=.env dist/main.js doctor";
const CONFIGURATION = { title: "Configuration", readme: "Configuration" } as const;

/** Looks at every step of the set-up, and answers the exit code: 0 when nothing is missing. */
export async function doctor(
  { json }: DoctorOptions,
  sources = processSources(),
  { say, note }: Output = processOutput,
): Promise<number> {
  const told: Told[] = [];
  let title = "";
  for await (const finding of look(loadConfig(sources), note)) {
    told.push(finding);
    if (json) continue;
    if (finding.step.title !== title) say(`${finding.step.title} (README.md: ${finding.step.readme})`);
    title = finding.step.title;
    say(`  ${LABELS[finding.verdict]}  ${finding.text.replace(ABSENT, ": ")}`);
  }
  const isWell = told.every(({ verdict }) => verdict !== "missing");
  if (json) say(asJson(isWell, told));
  else say(summary(told));
  return isWell ? 0 : 1;
}

async function* look(loaded: ConfigResult, note: Output["note"]): AsyncGenerator<Told> {
  if (!loaded.ok) {
    for (const problem of loaded.problems) yield { ...missing(problem), step: CONFIGURATION };
    return;
  }
  // Loaded only now: a wrong configuration is answered at once.
  const [{ examine }, { stepsOf }] = await Promise.all([import("../doctor/examine.ts"), import("../doctor/steps.ts")]);
  yield* examine(stepsOf(loaded.config), ({ title }) => note(`(${title}: waiting for an answer)`));
}

function asJson(isWell: boolean, told: readonly Told[]): string {
  const findings = told.map(({ step, verdict, text }) => ({ step: step.title, verdict, text }));
  return JSON.stringify({ ok: isWell, findings }, null, 2);
}

function summary(told: readonly Told[]): string {
  const count = (wanted: Finding["verdict"]) => told.filter(({ verdict }) => verdict === wanted).length;
  const warnings = count("warning");
  const withWarnings = warnings === 0 ? "" : `, with ${warnings === 1 ? "1 warning" : `${warnings} warnings`}`;
  const absent = count("missing");
  if (absent === 0) return `Nothing is missing${withWarnings}.`;
  const isOnlyConfiguration = told.every(({ step }) => step === CONFIGURATION);
  const hint = told.some(({ text }) => text.includes(ABSENT)) ? `\n${READ_ENV}` : "";
  const rest = isOnlyConfiguration ? ` The rest is looked at when this is right.${hint}` : "";
  return `${absent === 1 ? "1 thing is" : `${absent} things are`} missing${withWarnings}.${rest}`;
}
