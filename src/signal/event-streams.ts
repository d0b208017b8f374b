import { z } from "zod";
import type { AccountSid } from "../lib/id.ts";
import type { ParsedDelivery, ReceivedSignal, SignalSource } from "./contract.ts";
import { momentOf, optional, token } from "./form.ts";
import { countingFrom } from "./late.ts";
import { accountOf, parsedText, type StreamEvent } from "./stream/event.ts";
import { streamReaders } from "./stream/index.ts";

/** https://www.twilio.com/docs/events#cloudevents-specification */
const Envelope = z.object({
  /** What says no type that could be one is like a type that is new to us. */
  type: optional(z.string().regex(/^[A-Za-z0-9._-]{1,200}$/)),
  id: token,
  time: optional(z.string().max(64)),
  source: optional(z.string().max(500)),
  /** An object; older examples show the JSON of one. */
  data: z.unknown().optional().transform(parsedText),
});

/** Every test event of an account has the same id: what it is about is in `test_id`. */
const TEST_EVENT = "com.twilio.eventstreams.test-event";
const TestData = z.object({ test_id: z.string().regex(/^[A-Za-z0-9-]{1,64}$/) });

type Told =
  | { readonly kind: "received"; readonly received: ReceivedSignal }
  | { readonly kind: "test"; readonly testId: string }
  /** Of no interest to us, or of a type that is newer than we are. */
  | { readonly kind: "ignored" }
  | { readonly kind: "unreadable"; readonly reason: string };

/**
 * A webhook sink of Event Streams: an array of CloudEvents, or one alone. An event that cannot be read does not cost the others of
 * its post, since Twilio does not repeat what was answered with 400. https://www.twilio.com/docs/events/webhook-quickstart
 */
export const eventStreams: SignalSource = {
  id: "events",
  methods: ["POST"],
  bodies: "json",
  parse({ json, accountSid, receivedAtMs }) {
    const told = (Array.isArray(json) ? json : [json]).map((one) => read(one, accountSid, receivedAtMs));
    return conclude(told);
  },
};

function conclude(told: readonly Told[]): ParsedDelivery {
  const received = told.flatMap((one) => (one.kind === "received" ? [one.received] : []));
  const sinkTests = told.flatMap((one) => (one.kind === "test" ? [one.testId] : []));
  const unreadable = told.find((one) => one.kind === "unreadable");
  if (unreadable !== undefined && told.every((one) => one.kind === "unreadable")) {
    return { ok: false, reason: unreadable.reason };
  }
  return { ok: true, received, ...(sinkTests.length === 0 ? {} : { sinkTests }) };
}

function read(one: unknown, pathSid: AccountSid | undefined, receivedAtMs: number): Told {
  const envelope = Envelope.safeParse(one);
  if (!envelope.success) return { kind: "unreadable", reason: "event: must be a CloudEvent with an id" };
  const { type, id, time, source, data } = envelope.data;
  if (type === null || type === undefined) return { kind: "ignored" };
  if (type === TEST_EVENT) {
    const test = TestData.safeParse(data);
    if (!test.success) return { kind: "unreadable", reason: "data: has no test_id" };
    return { kind: "test", testId: test.data.test_id };
  }

  const reader = streamReaders.find(({ pattern }) => pattern.test(type));
  if (reader === undefined) return { kind: "ignored" };
  const account = accountOf(data, source, pathSid);
  if (account === undefined) return { kind: "unreadable", reason: "data: names no account" };
  const event: StreamEvent = { type, accountSid: account, atMs: momentOf(time, receivedAtMs), data };
  const told = reader.read(event);
  if (told === "ignored") return { kind: "ignored" };
  if (told === "unreadable") return { kind: "unreadable", reason: "data: lacks what its type promises" };
  const signal = countingFrom(told.signal, event.atMs, Date.parse(time ?? ""));
  return { kind: "received", received: { sourceKey: `events:${account}:${id}`, ...told, signal } };
}
