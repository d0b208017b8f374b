import { existsSync, renameSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSlackStandIn } from "../../src/sandbox/slack/stand-in.ts";
import { seedAcme } from "../../src/sandbox/twilio/seed.ts";
import { startTwilioStandIn } from "../../src/sandbox/twilio/start.ts";
import { newFolder, type Running, startTollgate, tollgate } from "./tollgate.ts";

const PEOPLE = `people:
  - { id: ann, name: Ann Ito, slack: U0ANN, roles: [responder] }
  - { id: ben, name: Ben Okafor, slack: U0BEN, roles: [responder, approver] }
`;
const EVE = "  - { id: eve, name: Eve Roth, slack: U0EVE, roles: [approver] }\n";

const REQUIRED = [
  "PUBLIC_URL",
  "TWILIO_ACCOUNT_SID",
  "TWILIO_AUTH_TOKEN",
  "SLACK_BOT_TOKEN",
  "SLACK_SIGNING_SECRET",
  "SLACK_INCIDENT_CHANNEL",
  "SLACK_AUDIT_CHANNEL",
  "TOLLGATE_CONFIG",
];

/** A folder with a policy file and the environment of a Tollgate whose vendors are stand-ins. */
async function place(): Promise<{ readonly folder: string; readonly env: Record<string, string> }> {
  const acme = seedAcme();
  const [slack, twilio] = await Promise.all([startSlackStandIn(), startTwilioStandIn({ seed: acme.seed })]);
  onTestFinished(async () => {
    await Promise.all([slack.close(), twilio.close()]);
  });
  const folder = newFolder();
  writeFileSync(join(folder, "tollgate.yml"), PEOPLE);
  const env = {
    HOST: "127.0.0.1",
    PORT: "0",
    PUBLIC_URL: "https://tollgate.example.com",
    DATA_DIR: folder,
    TWILIO_ACCOUNT_SID: acme.parent.sid,
    TWILIO_AUTH_TOKEN: acme.parent.authToken,
    TWILIO_API_BASE_URL: twilio.url,
    SLACK_BOT_TOKEN: slack.botToken,
    SLACK_SIGNING_SECRET: slack.signingSecret,
    SLACK_API_URL: slack.apiUrl,
    SLACK_INCIDENT_CHANNEL: "C0INCIDENTS",
    SLACK_AUDIT_CHANNEL: "C0AUDIT",
  };
  return { folder, env };
}

/** Ready when it resolves, with the address that it listens on. Stopped at the end of the test. */
async function started(at: Awaited<ReturnType<typeof place>>): Promise<Running & { readonly url: string }> {
  const running = await startTollgate(["start"], at);
  onTestFinished(async () => {
    running.process.kill("SIGTERM");
    await running.ended;
  });
  const { url } = JSON.parse(await running.line("Tollgate is ready"));
  return { ...running, url };
}

test("without configuration it lists every missing variable and the way out, and starts nothing", async () => {
  const folder = newFolder();
  const { code, stdout, stderr } = await tollgate(["start"], { folder });
  const lines = stderr.trimEnd().split("\n");
  expect(lines[0]).toBe(`Tollgate cannot start: the configuration has ${REQUIRED.length} problems.`);
  expect(lines.slice(1, -1).map((line) => line.split(":")[0])).toEqual(REQUIRED);
  expect(lines.at(-1)).toMatch(/README\.md.*\.env\.example.*tollgate\.example\.yml.*npm run demo/);
  expect({ code, stdout }).toEqual({ code: 1, stdout: "" });
  expect(existsSync(join(folder, "data"))).toBe(false);
});

test("wrong values are named with what is expected, in the file too, and never repeated", async () => {
  const folder = newFolder();
  writeFileSync(
    join(folder, "tollgate.yml"),
    `${PEOPLE}secretSink: { command: [hunter2] }\nintake: { perMinute: 5 }\n`,
  );
  const wrong = ["PORT", "PUBLIC_URL", "DATABASE_URL", "REDIS_URL", "AUDIT_KEY", ...REQUIRED.slice(1, -1), "LOG_LEVEL"];
  const env = Object.fromEntries(wrong.map((name) => [name, "hunter2 is no value"]));
  const { code, stdout, stderr } = await tollgate(["start"], { folder, env });
  for (const name of wrong) expect(stderr).toMatch(new RegExp(`^${name}: expected `, "m"));
  expect(stderr).toMatch(/^tollgate\.yml:4: secretSink/m);
  expect(stderr).toMatch(/^tollgate\.yml:5: intake\.perMinute is not a setting/m);
  expect(stdout + stderr).not.toContain("hunter2");
  expect(code).toBe(1);
});

test("runs until SIGTERM, which ends it cleanly; the same folder is refused to a second one", async () => {
  const at = await place();
  const running = await started(at);
  expect((await fetch(`${running.url}/healthz`)).status).toBe(200);

  const second = await tollgate(["start"], at);
  expect(second).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("is in use by a running Tollgate, process "),
  });
  expect(second.stderr.trim().split("\n")).toHaveLength(1);

  running.process.kill("SIGTERM");
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(stdout).toContain("Tollgate has stopped");
  expect(existsSync(join(at.folder, "postgres/data/postmaster.pid"))).toBe(false);
  await expect(fetch(`${running.url}/healthz`)).rejects.toThrow();
});

test("a port that is taken is named with the way out, and nothing stays behind", async () => {
  const at = await place();
  const squatter = createServer();
  await new Promise<void>((resolve) => squatter.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void squatter.close());
  const address = squatter.address();
  if (address === null || typeof address === "string") throw new Error("the squatter has no port");
  const { code, stderr } = await tollgate(["start"], { ...at, env: { ...at.env, PORT: String(address.port) } });
  expect(stderr).toBe(
    `Tollgate could not start: port ${address.port} on 127.0.0.1 is taken by another program: stop that one, or set PORT to a free port.\n`,
  );
  expect(code).toBe(1);
  expect(existsSync(join(at.folder, "postgres/data/postmaster.pid"))).toBe(false);
});

test("a changed policy file is taken over and recorded; a wrong one is named and changes nothing", async () => {
  const at = await place();
  const running = await started(at);
  const file = join(at.folder, "tollgate.yml");

  writeFileSync(file, `${PEOPLE}incident: { reopenWithn: 30m }\n`);
  const warning = JSON.parse(await running.line("the policy file is wrong"));
  expect(warning).toMatchObject({
    level: "warn",
    problem: expect.stringMatching(/^tollgate\.yml:4: incident\.reopenWithn/),
  });

  // As editors do: a new file takes the place of the old one.
  writeFileSync(`${file}.new`, PEOPLE + EVE);
  renameSync(`${file}.new`, file);
  expect(JSON.parse(await running.line("people and policy were loaded again"))).toMatchObject({ count: 3 });

  running.process.kill("SIGHUP");
  await running.line("the policy file was read again and says the same");
  const { stdout } = await tollgate(["audit", "export"], at);
  const loads = stdout.split("\n").filter((line) => line.includes("policy-loaded"));
  expect(loads.map((line) => line.includes("Eve Roth"))).toEqual([false, true]);
});
