#!/usr/bin/env node
/** The command line. Every command is loaded when it is used, so that `--help` is quick. */
import { readFileSync } from "node:fs";
import { Command, CommanderError, Option } from "commander";
import type { EvaluateWords } from "./cli/evaluate.ts";
import { note } from "./cli/output.ts";

const WRONG_USAGE = 2;

function version(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));
  const isNamed = typeof manifest === "object" && manifest !== null && "version" in manifest;
  return isNamed ? String(manifest.version) : "unknown";
}

const program = new Command("tollgate")
  .description("Stops Twilio fraud from chat: incidents, approvals, verified remediations, and an audit record.")
  .version(version(), "-V, --version", "print the version")
  .helpOption("-h, --help", "explain the command")
  .helpCommand(false)
  .showHelpAfterError("(add --help to see what is possible)")
  .exitOverride()
  .addHelpText(
    "after",
    `
New here? \`tollgate demo\` needs no account and no configuration.
For real: copy .env.example and tollgate.example.yml, fill them in, and run \`tollgate start\`; it names all that is missing.
\`tollgate doctor\` then tries out every step of the set-up.`,
  );

program
  .command("start")
  .description("run Tollgate for real, configured by environment variables and tollgate.yml")
  .addHelpText(
    "after",
    `
Checks the whole configuration first and lists every problem at once; nothing is started until there is none.
SIGTERM or Ctrl-C finishes what is under way (10 s at most). SIGHUP, or a change of tollgate.yml, loads people and policy again.`,
  )
  .action(async () => {
    const { start } = await import("./cli/start.ts");
    await start();
  });

program
  .command("doctor")
  .description("look at every step of the set-up, and say which is missing")
  .option("--json", "one JSON document instead of lines", false)
  .addHelpText(
    "after",
    `
Takes the same environment variables and tollgate.yml as \`start\`. Run it while Tollgate runs (in another terminal), so that the
way in can be tried too. Each chat channel gets a test message, which is edited, read back and deleted. No signal or incident is made.
Exit code: 0 nothing is missing, 1 something is, 2 wrong usage.`,
  )
  .action(async ({ json }: { readonly json: boolean }) => {
    const { doctor } = await import("./cli/doctor.ts");
    process.exitCode = await doctor({ json });
  });

program
  .command("setup")
  .description("show the tripwires that each Twilio account should have, and make them with --apply")
  .option("--apply", "make, replace and delete what the plan says", false)
  .option("--check", "say what has drifted, and exit 1 when something has", false)
  .option("--stop", "end the daily upkeep; the tripwires stay", false)
  .option("--account <sid...>", "only these accounts")
  .option("--json", "one JSON document instead of lines", false)
  .addHelpText(
    "after",
    `
Takes the same environment variables and tollgate.yml as \`start\`; run it while Tollgate runs, as Twilio tries out the way in.
Without --apply nothing is changed. Tripwires are usage triggers, Event Streams, and the porting webhook; only those called
Tollgate are ever replaced or deleted. After the first --apply Tollgate keeps them by itself, every day, until --stop; --apply
begins that again.
Exit code: 0 nothing is missing, 1 something is (with --check: something would change), 2 wrong usage, 3 it could not look: the
configuration, the database or Twilio, or some account's credentials while nothing is missing on the others.`,
  )
  .action(
    async (options: {
      readonly apply: boolean;
      readonly check: boolean;
      readonly stop: boolean;
      readonly account?: readonly string[];
      readonly json: boolean;
    }) => {
      const { setup } = await import("./cli/setup.ts");
      process.exitCode = await setup({ ...options, account: options.account ?? [] });
    },
  );

program
  .command("demo")
  .description("try it on this machine: stand-ins for Twilio, Slack and Teams, an attack, and a page in the browser")
  .option("--headless", "play the people too, print every step, and exit 0 when the attack was contained", false)
  .addOption(
    new Option(
      "--on <where>",
      "where the people are: both (Slack and Teams), slack, socket (Slack over Socket Mode), teams",
    )
      .choices(["both", "slack", "socket", "teams"])
      .default("both"),
  )
  .addOption(
    new Option("--scenario <name>", "what happens on Twilio, or all of it at once")
      .choices([
        "toll-fraud",
        "sms-pumping",
        "takeover",
        "sip-attack",
        "spend-spike",
        "key-theft",
        "port-out",
        "benign-campaign",
        "all",
      ])
      .default("toll-fraud"),
  )
  .action(
    async ({
      headless: isHeadless,
      on: where,
      scenario,
    }: {
      readonly headless: boolean;
      readonly on: "both" | "slack" | "socket" | "teams";
      readonly scenario: string;
    }) => {
      const { demo } = await import("./cli/demo.ts");
      const { runDemo } = await import("./sandbox/demo.ts");
      await demo(runDemo, { isHeadless, where, scenario });
    },
  );

program
  .command("evaluate")
  .description("measure detection: made-up histories and attacks, played through the real intake")
  .option("--seed <number>", "which histories; 1 to 100 are for tuning, figures are told of others", "1001")
  .option("--seeds <count>", "so many of them, one after the other", "1")
  .option("--quick", "a small part, within a minute or so", false)
  .option(
    "--outage",
    "instead: is each attack found, and nothing counted twice, when Tollgate is away for an hour of it?",
    false,
  )
  .option("--attack <kind>", "only attacks of this kind, e.g. sms-pumping")
  .option("--json", "one JSON document instead of a table", false)
  .addHelpText(
    "after",
    `
Needs no configuration: PostgreSQL and Twilio are played on this machine. Takes some ten minutes, with --outage some three.
--outage plays each kind of attack three times: with an hour missed in its middle, with all but the first quarter of a brief one
missed, and with all of it missed; and an hour of ordinary time that is missed. Of each it tells when the attack was found, and it
compares what detection counts (errors, calls, messages, codes, changes, triggers, usage) with what there was.
Exit code: 0 the reach is met, 1 it is not, 2 it could not be played.`,
  )
  .action(async (words: EvaluateWords) => {
    const { runEvaluate } = await import("./cli/evaluate.ts");
    const { evaluate } = await import("./sandbox/evaluate/evaluate.ts");
    process.exit(await runEvaluate(evaluate, words));
  });

const audit = program
  .command("audit")
  .description("check or export the audit record")
  .helpCommand(false)
  .addHelpText(
    "after",
    `
Reads the database that DATABASE_URL names (with its AUDIT_KEY), else the folder DATA_DIR, else ./data, else ./data/demo,
whether Tollgate runs on it or not. Needs no setting of Twilio or Slack.`,
  );

audit
  .command("verify")
  .description("check that no record was edited, removed, reordered or forked")
  .option("--anchor <text>", "end of a line in the audit channel, in quotes: '#123 a1b2c3d4e5f6'")
  .option("--file <export.jsonl>", "check an export instead of the database")
  .addHelpText(
    "after",
    `
Without --anchor the newest line of the audit channel is read when SLACK_BOT_TOKEN and SLACK_AUDIT_CHANNEL are set.
Exit code: 0 the record holds, 1 it does not (the first bad record is named), 2 it could not be checked.`,
  )
  .action(async (options: { readonly anchor?: string; readonly file?: string }) => {
    const { auditVerify } = await import("./cli/audit-verify.ts");
    process.exitCode = await auditVerify(options);
  });

audit
  .command("export")
  .description("write the audit record to standard output or a file")
  .addOption(
    new Option("--format <format>", "jsonl can be verified again, csv is for a spreadsheet")
      .choices(["jsonl", "csv"])
      .default("jsonl"),
  )
  .option("--out <file>", "write to this file instead of standard output")
  .option("--incident <id>", "only records of this incident (the result cannot be verified)")
  .option("--since <date>", "only records from this date on, e.g. 2026-03-01, UTC (the result cannot be verified)")
  .action(
    async (options: {
      readonly format: "jsonl" | "csv";
      readonly out?: string;
      readonly incident?: string;
      readonly since?: string;
    }) => {
      const { auditExport } = await import("./cli/audit-export.ts");
      process.exitCode = await auditExport(options);
    },
  );

audit
  .command("open")
  .description("keep the embedded database running, and print the psql line to look inside")
  .action(async () => {
    const { auditOpen } = await import("./cli/audit-open.ts");
    process.exitCode = await auditOpen();
  });

try {
  await program.parseAsync();
} catch (error) {
  if (error instanceof CommanderError) {
    // Help and version come as "errors" of code 0; commander has printed what there is to say.
    process.exitCode = error.exitCode === 0 ? 0 : WRONG_USAGE;
  } else {
    const { sentenceOf } = await import("./cli/problem.ts");
    note(`tollgate: ${sentenceOf(error)}`);
    process.exitCode = WRONG_USAGE;
  }
}
