import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isAccountSid } from "../../src/lib/id.ts";
import type { Delivery, ParsedDelivery, ReceivedSignal } from "../../src/signal/contract.ts";
import { scalarsOf } from "../../src/signal/form.ts";
import { signalSources } from "../../src/signal/index.ts";
import { ACCOUNT } from "../support/fixtures.ts";
import { alarmForm, debuggerForm, usageTriggerForm } from "../support/webhook-forms.ts";
import { callRequestData, cloudEvent, errorData, portOut } from "../support/webhook-json.ts";

const NOW = Date.parse("2026-11-21T12:00:00Z");

type Sent = Pick<Delivery, "fields" | "json">;

/** What each source understands, in every way in which it may come. A new source needs its own here. */
const SAMPLES: Readonly<Record<string, readonly Sent[]>> = {
  "usage-trigger": [{ fields: usageTriggerForm(ACCOUNT) }],
  debugger: [{ fields: debuggerForm(ACCOUNT) }],
  alarm: [{ fields: alarmForm(ACCOUNT) }, { fields: {}, json: alarmForm(ACCOUNT) }],
  events: [
    { fields: {}, json: [cloudEvent("com.twilio.error-logs.error.logged", errorData(ACCOUNT))] },
    {
      fields: {},
      json: cloudEvent("com.twilio.voice.api-request.call.created", callRequestData({ To: "+37120000000" })),
    },
    {
      fields: {},
      json: cloudEvent("com.twilio.messaging.message.undelivered", {
        accountSid: ACCOUNT,
        messageSid: "SM1",
        to: "+37120000000",
        errorCode: 30450,
      }),
    },
    {
      fields: {},
      json: cloudEvent("com.twilio.accountsecurity.verify.verification.pending", {
        account_sid: ACCOUNT,
        country: "LV",
      }),
    },
    { fields: {}, json: cloudEvent("com.twilio.iam.ip.blocked", { account_sid: ACCOUNT, address: "203.0.113.66" }) },
  ],
  porting: [{ fields: {}, json: portOut(ACCOUNT) }, { fields: scalarsOf(portOut(ACCOUNT)) }],
};

test("no two sources share a path, and each has a sample", () => {
  const ids = signalSources.map((source) => source.id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const id of ids) expect(id).toMatch(/^[a-z][a-z-]*$/);
  expect(Object.keys(SAMPLES).sort()).toEqual([...ids].sort());
});

const cases = signalSources.flatMap((source) =>
  (SAMPLES[source.id] ?? []).map((sample, index) => ({ name: `${source.id} (${index + 1})`, source, sample })),
);

describe.each(cases)("source $name", ({ source, sample }) => {
  function parse(sent: Sent, receivedAtMs = NOW): ParsedDelivery {
    return source.parse({ ...sent, accountSid: ACCOUNT, headers: {}, receivedAtMs });
  }

  function read(sent: Sent, receivedAtMs = NOW): readonly ReceivedSignal[] {
    const parsed = parse(sent, receivedAtMs);
    if (!parsed.ok) throw new Error(parsed.reason);
    return parsed.received;
  }

  test("understands its sample, for the account that it names", () => {
    const received = read(sample);
    expect(received.length).toBeGreaterThan(0);
    for (const { signal } of received) expect(signal.accountSid).toBe(ACCOUNT);
  });

  test("a replay hours later has the same key, and two accounts never share one", () => {
    const keys = (receivedAtMs: number) => read(sample, receivedAtMs).map((one) => one.sourceKey);
    expect(keys(NOW + 4 * 3_600_000)).toEqual(keys(NOW));
    for (const key of keys(NOW)) expect(key).toContain(ACCOUNT);
  });

  test("accepts a field of tomorrow and does not keep it", () => {
    const more = { fields: { ...sample.fields, Tomorrow: "1" } };
    const json = Array.isArray(sample.json) ? sample.json : { ...Object(sample.json), Tomorrow: { deep: [1] } };
    expect(read(sample.json === undefined ? more : { ...more, json })).toEqual(read(sample));
  });

  test("whatever is sent, it answers; what it accepts can be stored and indexed", () => {
    const when = fc.integer({ min: 0, max: 4e12 });
    fc.assert(
      fc.property(changed(sample), when, (sent, receivedAtMs) => {
        const parsed = parse(sent, receivedAtMs);
        if (!parsed.ok) {
          expect(parsed.reason).toMatch(/^[A-Za-z_]+: /);
          expect(parsed.reason).toMatch(/^[\x20-\x7e]{1,500}$/);
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
        for (const test of parsed.sinkTests ?? []) expect(test).toMatch(/^[\x21-\x7e]{1,64}$/);
      }),
    );
  });
});

/** The sample with some of its values replaced by others of it, by rubbish, or by something of another kind. */
function changed(sample: Sent): fc.Arbitrary<Sent> {
  const text = fc.oneof(
    fc.constantFrom(...Object.values(sample.fields), "", "0", "null", "{}", "\u0000", "__proto__", "AC1", "+", "1e999"),
    fc.string({ unit: "binary", maxLength: 300 }),
    fc.json(),
  );
  if (sample.json === undefined) {
    const names = fc.constantFrom(...Object.keys(sample.fields), "__proto__", "constructor");
    return fc.dictionary(names, text).map((changes) => ({ fields: { ...sample.fields, ...changes } }));
  }
  const value = fc.oneof(text, fc.jsonValue(), fc.constantFrom(null, [], {}, -1, 1e300, Number.MAX_SAFE_INTEGER, true));
  const paths = pathsOf(sample.json);
  return fc.array(fc.tuple(fc.constantFrom(...paths), value), { minLength: 1, maxLength: 3 }).map((changes) => ({
    fields: {},
    json: changes.reduce((json, [path, to]) => replaced(json, path, to), sample.json),
  }));
}

function pathsOf(json: unknown): readonly (readonly string[])[] {
  if (typeof json !== "object" || json === null) return [[]];
  return [[], ...Object.entries(json).flatMap(([name, inner]) => pathsOf(inner).map((path) => [name, ...path]))];
}

function replaced(json: unknown, [name, ...rest]: readonly string[], to: unknown): unknown {
  if (name === undefined) return to;
  if (typeof json !== "object" || json === null) return json;
  const change = (key: string, inner: unknown): unknown => (key === name ? replaced(inner, rest, to) : inner);
  if (Array.isArray(json)) return json.map((inner: unknown, index) => change(String(index), inner));
  return Object.fromEntries(Object.entries(json).map(([key, inner]) => [key, change(key, inner)]));
}
