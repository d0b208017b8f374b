import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAccountSid } from "../../src/lib/id.ts";
import type { ReceivedSignal } from "../../src/signal/contract.ts";
import { bodyAccountSid } from "../../src/signal/form.ts";
import { signalSources } from "../../src/signal/index.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { debuggerForm, usageTriggerForm } from "../support/webhook-forms.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

/** A delivery that each source understands. A new source needs one here. */
const SAMPLES: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "usage-trigger": usageTriggerForm(ACCOUNT),
  debugger: debuggerForm(ACCOUNT),
};

test("no two sources share a path", () => {
  const ids = signalSources.map((source) => source.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z-]*$/);
});

describe.each(signalSources)("source $id", (source) => {
  const sample = SAMPLES[source.id] ?? {};

  function read(fields: Readonly<Record<string, string>>, receivedAtMs = NOW): readonly ReceivedSignal[] {
    const parsed = source.parse({ fields, headers: {}, receivedAtMs });
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.received;
  }

  test("understands its sample, for the account that the body names", () => {
    const received = read(sample);
    expect(received.length).toBeGreaterThan(0);
    for (const { signal } of received) expect(signal.accountSid).toBe(bodyAccountSid(sample));
  });

  test("a replay hours later has the same key", () => {
    const keys = (receivedAtMs: number) => read(sample, receivedAtMs).map((one) => one.sourceKey);
    expect(keys(NOW + 4 * 3_600_000)).toEqual(keys(NOW));
  });

  test("accepts a field of tomorrow and does not keep it", () => {
    expect(read({ ...sample, Tomorrow: "1" })).toEqual(read(sample));
  });

  test("whatever is sent, it answers; what it accepts can be stored and indexed", () => {
    const value = fc.oneof(
      fc.constantFrom(...Object.values(sample)),
      fc.string({ unit: "binary", maxLength: 300 }),
      fc.json(),
      fc.constantFrom("", "0", "null", "{}", "\u0000", "__proto__"),
    );
    const changes = fc.dictionary(fc.constantFrom(...Object.keys(sample), "__proto__", "constructor"), value);
    const when = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(changes, when, (changed, receivedAtMs) => {
        const parsed = source.parse({ fields: { ...sample, ...changed }, headers: {}, receivedAtMs });
        if (!parsed.ok) {
          expect(parsed.reason).toMatch(/^[A-Za-z]+: /);
          return;
        }
        for (const { sourceKey, signal } of parsed.received) {
          // PostgreSQL refuses NUL in text and an index entry above 2,704 bytes.
          expect(sourceKey).toMatch(/^[\x20-\x7e]{1,400}$/);
          expect(JSON.stringify(signal)).toMatch(/^[\x20-\x7e]{1,1000}$/);
          expect(JSON.stringify(signal)).not.toContain("\\u0000");
          expect(JSON.parse(JSON.stringify(signal))).toEqual(signal);
          expect(isAccountSid(signal.accountSid)).toBe(true);
          expect(signal.atMs).toBeLessThanOrEqual(receivedAtMs);
        }
      }),
    );
  });
});
