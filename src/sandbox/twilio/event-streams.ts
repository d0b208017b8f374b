import { randomUUID } from "node:crypto";
import { eventTypes } from "./event-types.ts";
import type { Sink } from "./model.ts";
import type { TwilioState } from "./state.ts";
import type { Webhook } from "./webhooks.ts";

/** One thing that Event Streams tells. */
export interface StreamEvent {
  readonly accountSid: string;
  /** `com.twilio.voice.api-request.call.created` */
  readonly type: string;
  /** The same for every delivery of the event. Its first letters differ: `VW` voice, `EZ` messaging, `NO` errors. */
  readonly id: string;
  /** Path of the resource in the REST API. */
  readonly source: string;
  readonly atMs: number;
  readonly data: Readonly<Record<string, unknown>>;
}

type CloudEvent = Readonly<Record<string, unknown>>;

/** Events of one moment share a post when the sink batches. */
const MOST_IN_BATCH = 100;

/**
 * Delivers to the active webhook sinks of the account that subscribed to the type. A sink that batches gets an array, any other
 * one bare event a post. Nothing covers subaccounts: each has its own sinks.
 */
export class EventStreams {
  readonly #state: TwilioState;
  readonly #send: (webhook: Webhook) => void;
  readonly #retries: number;
  readonly #batches = new Map<string, CloudEvent[]>();

  constructor(state: TwilioState, send: (webhook: Webhook) => void, retries: number) {
    this.#state = state;
    this.#send = send;
    this.#retries = retries;
  }

  emit(event: StreamEvent): void {
    for (const subscription of this.#state.subscriptions.values()) {
      if (subscription.accountSid !== event.accountSid) continue;
      const version = subscription.types[event.type];
      const sink = this.#state.sinks.get(subscription.sinkSid);
      if (version === undefined || sink?.status !== "active" || sink.sinkType !== "webhook") continue;
      this.#queue(sink, render(event, version));
    }
  }

  /** The event by which a sink proves that it can be reached. Its id is the account's SID, so two tests share one. */
  test(sink: Sink): void {
    const testId = randomUUID();
    sink.testIds.push(testId);
    if (sink.sinkType !== "webhook") return;
    this.#queue(sink, {
      specversion: "1.0",
      type: "com.twilio.eventstreams.test-event",
      source: "Sink",
      id: sink.accountSid,
      dataschema: "https://events-schemas.twilio.com/EventStreams.TestSink/1.json",
      datacontenttype: "application/json",
      time: new Date(this.#state.nowMs).toISOString(),
      data: { test_id: testId },
    });
  }

  /** Sends what waits for more of its kind. */
  flush(): void {
    const batches = [...this.#batches];
    this.#batches.clear();
    for (const [sinkSid, events] of batches) {
      const sink = this.#state.sinks.get(sinkSid);
      if (sink === undefined) continue;
      for (let start = 0; start < events.length; start += MOST_IN_BATCH) {
        this.#post(sink, events.slice(start, start + MOST_IN_BATCH));
      }
    }
  }

  #queue(sink: Sink, event: CloudEvent): void {
    if (sink.configuration["batch_events"] !== true) {
      this.#post(sink, event);
      return;
    }
    if (this.#batches.size === 0) setImmediate(() => this.flush());
    const waiting = this.#batches.get(sink.sid);
    if (waiting === undefined) this.#batches.set(sink.sid, [event]);
    else waiting.push(event);
  }

  #post(sink: Sink, body: CloudEvent | readonly CloudEvent[]): void {
    this.#send({
      accountSid: sink.accountSid,
      url: String(sink.configuration["destination"]),
      method: "POST",
      parameters: {},
      json: JSON.stringify(body),
      retries: this.#retries,
      isStream: true,
      onLost: () => this.#state.raiseError(sink.accountSid, SINK_FAILED, { resourceSid: sink.sid }),
    });
  }
}

/** Twilio's error for events that a sink would not take. https://www.twilio.com/docs/api/errors/91304 */
const SINK_FAILED = "91304";

function render(event: StreamEvent, version: number): CloudEvent {
  const schemaId = eventTypes.get(event.type)?.schemaId ?? "Unknown";
  return {
    specversion: "1.0",
    type: event.type,
    source: event.source,
    id: event.id,
    dataschema: `https://events-schemas.twilio.com/${schemaId}/${version}`,
    datacontenttype: "application/json",
    time: new Date(event.atMs).toISOString(),
    data: event.data,
  };
}
