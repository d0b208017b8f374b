// Prints "passed failed" from vitest's JSON report. Skipped tests, files that could not be loaded, and an end that the
// report does not explain count as failed. A test whose name says "as root" may be skipped by everybody else.
import { readFileSync } from "node:fs";

const [reportFile, status, userId] = process.argv.slice(2);
const text = readFileSync(reportFile, "utf8");
if (text === "") {
  console.error("the tests ended without a report");
  console.log("0 1");
  process.exit(0);
}
const report = JSON.parse(text);
const maySkip = (test) => userId !== "0" && /\bas root\b/.test(test.fullName);
const skipped = report.testResults.flatMap((file) =>
  file.assertionResults
    .filter((test) => !["passed", "failed"].includes(test.status) && !maySkip(test))
    .map((test) => `${file.name}: ${test.fullName}`),
);
const brokenFiles = report.testResults.filter(
  (file) => file.status === "failed" && !file.assertionResults.some((test) => test.status === "failed"),
);
for (const name of skipped) console.error(`skipped, counted as failed: ${name}`);
for (const { name, message } of brokenFiles) console.error(`could not be run: ${name}: ${message}`);

const known = report.numFailedTests + skipped.length + brokenFiles.length;
const failed = known === 0 && status !== "0" ? 1 : known;
console.log(`${report.numPassedTests} ${failed}`);
