import { mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccountSid, RunId } from "../../src/lib/id.ts";
import { Secret } from "../../src/lib/secret.ts";
import { createCommandSink, createFileSink } from "../../src/twilio/secret-sink.ts";

const accountSid = `AC${"1".repeat(32)}` as AccountSid;
const TOKEN = "0123456789abcdef0123456789abcdef";
const token = {
  accountSid,
  authToken: new Secret(TOKEN),
  rotatedAtMs: Date.parse("2026-11-21T03:12:09Z"),
  runId: "run1" as RunId,
};
const json = { accountSid, authToken: TOKEN, rotatedAt: "2026-11-21T03:12:09.000Z", runId: "run1" };

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "tollgate-sink-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe("the file sink", () => {
  test("writes one file for each account that only its owner can read", async () => {
    const sink = createFileSink({ folder: join(folder, "a", "secrets") });
    await sink.store(token);
    const path = join(folder, "a", "secrets", `${accountSid}.json`);
    expect(sink.describe(accountSid)).toBe(path);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(json);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect((await stat(join(folder, "a", "secrets"))).mode & 0o777).toBe(0o700);
  });

  test("replaces the file of an earlier rotation and leaves nothing beside it", async () => {
    const sink = createFileSink({ folder });
    await sink.store(token);
    await sink.store({ ...token, runId: "run2" as RunId });
    expect(await readdir(folder)).toEqual([`${accountSid}.json`]);
    expect(await readFile(sink.describe(accountSid), "utf8")).toContain("run2");
  });

  test("tells what is wrong with a folder that cannot be one, without the token", async () => {
    await writeFile(join(folder, "file"), "");
    const storing = createFileSink({ folder: join(folder, "file", "secrets") }).store(token);
    await expect(storing).rejects.toMatchObject({ kind: "unavailable", message: expect.stringContaining("ENOTDIR") });
    await storing.catch((error: unknown) => expect(String(error)).not.toContain(TOKEN));
  });
});

describe("the command sink", () => {
  test("gives the same JSON to a shell line on standard input", async () => {
    const path = join(folder, "kept.json");
    await createCommandSink({ command: `umask 077; cat > '${path}'` }).store(token);
    expect(JSON.parse(await readFile(path, "utf8"))).toEqual(json);
  });

  test("fails when the command ends with another code, or is not there", async () => {
    await expect(createCommandSink({ command: "exit 3" }).store(token)).rejects.toMatchObject({
      kind: "unavailable",
      message: expect.stringContaining("ended with 3"),
    });
    await expect(createCommandSink({ command: "no-such-program-here" }).store(token)).rejects.toThrow("ended with 127");
  });

  test("ends a command that takes too long, its children too", async () => {
    const path = join(folder, "late");
    const sink = createCommandSink({ command: `(sleep 2; touch '${path}') & sleep 30`, timeoutMs: 200 });
    await expect(sink.store(token)).rejects.toMatchObject({ kind: "timeout" });
    expect(await readdir(folder)).toEqual([]);
  });

  test("is judged by its exit code when it does not read", async () => {
    await createCommandSink({ command: "exec <&-; true" }).store(token);
  });

  test("shows the program, never its arguments", () => {
    expect(createCommandSink({ command: "vault-put --key s3cr3t" }).describe(accountSid)).toBe("the command vault-put");
  });
});
