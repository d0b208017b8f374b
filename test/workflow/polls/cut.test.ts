import { expect, test } from "vitest";
import { DEFAULT_DETECTION } from "../../../src/detection/settings.ts";
import type { IncidentId } from "../../../src/lib/id.ts";
import { createCallsPoll } from "../../../src/workflow/polls/calls.ts";
import { createMessagesPoll } from "../../../src/workflow/polls/messages.ts";
import { ACCOUNT } from "../../support/fixtures.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");
const MOST = 5_000;
const account = { sid: ACCOUNT, friendlyName: "Acme", status: "active", isParent: false } as const;
const state = { upToMs: NOW - 60_000, okAtMs: null, failures: 0, paused: null, memory: null };

const LOOK = { nowMs: NOW, others: new Map(), pacedMs: (periodMs: number) => periodMs };

function row(index: number) {
  const sid = index.toString(16).padStart(32, "0");
  const began = new Date(NOW - 30_000);
  const call = { sid: `CA${sid}`, status: "completed", startTime: began, duration: "20" };
  return { ...call, to: "+37125550123", direction: "outbound-api", dateCreated: began, dateUpdated: began };
}

function parts(count: number) {
  const rows = Array.from({ length: count }, (_, index) => row(index));
  const list = async (_sid: string, _sinceMs: number, most: number) => rows.slice(0, most);
  return {
    records: { calls: list, messages: list, attempts: async () => ({ summary: null, attempts: [] }) },
    incidents: { unresolvedOf: async () => ["7" as IncidentId] },
    settings: () => DEFAULT_DETECTION,
  };
}

test.each([
  ["calls", createCallsPoll],
  ["messages", createMessagesPoll],
] as const)("a log of %s that is as long as it may be was cut, and the reading says so", async (_medium, create) => {
  const read = async (count: number) => {
    const { isCut, received } = await create(parts(count)).read(account, state, LOOK);
    return { isCut, told: received.map(({ signal }) => signal.kind === "traffic-reading" && signal.isCut) };
  };
  expect(await read(MOST - 1)).toEqual({ isCut: false, told: [undefined] });
  expect(await read(MOST)).toEqual({ isCut: true, told: [true] });
});
