import { expect, test } from "vitest";
import type { AccountSid } from "../../src/lib/id.ts";
import { lagSecondsByPoll, lagSentences, pollLags } from "../../src/workflow/poll-lags.ts";
import type { PollProgress } from "../../src/workflow/ports.ts";

const MINUTE = 60_000;
const NOW = 1_000_000_000;
const one = `AC${"1".repeat(32)}` as AccountSid;
const other = `AC${"2".repeat(32)}` as AccountSid;

function progress(poll: string, accountSid: AccountSid, minutes: number, paused: PollProgress["paused"] = null) {
  return { poll, accountSid, upToMs: NOW - minutes * MINUTE, okAtMs: null, failures: 0, paused };
}

const lags = (...all: readonly PollProgress[]) => pollLags(all, NOW);

test("each account and source has its lag, and each source the lag of the account that is furthest behind", () => {
  const all = lags(progress("usage", one, 1), progress("usage", other, 3), progress("events", one, 2));
  expect(all.map(({ ms }) => ms / MINUTE)).toEqual([1, 3, 2]);
  const seconds = lagSecondsByPoll(all);
  expect([seconds.get("usage"), seconds.get("events"), seconds.get("alerts")]).toEqual([180, 120, 0]);
});

test("what is paused is not behind", () => {
  expect(lagSecondsByPoll(lags(progress("events", one, 600, "suspended"))).get("events")).toBe(0);
});

test("people are told what has not been read for long, and whose credentials are refused", () => {
  expect(lagSentences(lags(progress("usage", one, 10)))).toEqual([]);
  expect(
    lagSentences(
      lags(
        progress("usage", one, 45),
        progress("usage", other, 31),
        progress("events", one, 600, "refused"),
        progress("alerts", one, 600, "refused"),
        progress("events", other, 600, "suspended"),
      ),
    ),
  ).toEqual([
    "Usage Records of 2 accounts have not been read for up to 45 min",
    "Twilio refuses the own credentials of 1 account: who changes what there is not seen",
  ]);
});
