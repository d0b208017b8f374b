import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

const COUNT = join(import.meta.dirname, "..", "..", ".ci", "count.js");

interface Told {
  readonly fullName: string;
  readonly status: "passed" | "failed" | "skipped";
}

/** What vitest's JSON reporter writes, as far as it is read. */
function reportOf(tests: readonly Told[]): string {
  const count = (status: string) => tests.filter((each) => each.status === status).length;
  const status = count("failed") > 0 ? "failed" : "passed";
  return JSON.stringify({
    numPassedTests: count("passed"),
    numFailedTests: count("failed"),
    testResults: [{ name: "a.test.ts", status, message: "", assertionResults: tests }],
  });
}

function counted(report: string, { status = 0, userId = 0 } = {}): string {
  const folder = mkdtempSync(join(tmpdir(), "tollgate-count-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const file = join(folder, "report.json");
  writeFileSync(file, report);
  const run = spawnSync(process.execPath, [COUNT, file, String(status), String(userId)], { encoding: "utf8" });
  return run.stdout.trim();
}

const passed: Told = { fullName: "adds", status: "passed" };

test("a skipped test counts as failed", () => {
  expect(counted(reportOf([passed, { fullName: "on Redis", status: "skipped" }]))).toBe("1 1");
});

test("what only root can run may be skipped by others, and not by root", () => {
  const report = reportOf([passed, { fullName: "as root a closed parent is named", status: "skipped" }]);
  expect(counted(report, { userId: 1000 })).toBe("1 0");
  expect(counted(report, { userId: 0 })).toBe("1 1");
});

test("an end that the report does not explain counts as one failure, and so does no report", () => {
  expect(counted(reportOf([passed]), { status: 1 })).toBe("1 1");
  expect(counted("", { status: 124 })).toBe("0 1");
});
