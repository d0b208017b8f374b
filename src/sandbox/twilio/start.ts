import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { type AlarmFiring, alarmWebhook } from "./alarms.ts";
import { Api, type Dispatched } from "./api.ts";
import { settleCalls } from "./calls.ts";
import { debuggerWebhook } from "./debugger.ts";
import { EventStreams } from "./event-streams.ts";
import { Faults, type Injected } from "./faults.ts";
import { type Seed, World } from "./model.ts";
import { portOut } from "./porting.ts";
import type { ApiRequest } from "./route.ts";
import { seedAcme } from "./seed.ts";
import { listen, portOf, type RecordedRequest } from "./server.ts";
import { TwilioState } from "./state.ts";
import { addressBlocked, errorLogged, streamEventsOf } from "./stream-events.ts";
import { fireTriggers } from "./triggers.ts";
import { Deliverer, type Delivery } from "./webhooks.ts";

const REQUESTS_KEPT = 20_000;

export interface TwilioStandInOptions {
  /** What it knows at the start; Acme with nobody listening when not given. Ignored when `stateFile` exists. */
  readonly seed?: Seed;
  readonly clock?: Clock;
  /** A free one when not given. */
  readonly port?: number;
  /** Written after every change, so that a stand-in that was killed goes on where it was. Holds tokens: mode 0600. */
  readonly stateFile?: string;
  /** How often triggers are evaluated. Twilio does it about once a minute, a demo cannot wait so long. Default 1000. */
  readonly evaluateEveryMs?: number;
  /** How often an event of Event Streams is sent again when nobody takes it. Twilio goes on for four hours. Default 6. */
  readonly streamRetries?: number;
}

const STREAM_RETRIES = 6;

export interface TwilioStandIn {
  /** For `TWILIO_API_BASE_URL`. */
  readonly url: string;
  readonly state: TwilioState;
  inject(fault: Injected): void;
  clearFaults(): void;
  /** The newest 20,000. */
  readonly requests: readonly RecordedRequest[];
  /** Every attempt to deliver a callback. */
  readonly deliveries: readonly Delivery[];
  /** Called after a request had its effect and before its answer leaves. Answers how to stop listening. */
  onRequest(listener: (request: RecordedRequest) => void): () => void;
  /** The same API without HTTP, faults and recording: how the attack script gets in. */
  dispatch(request: ApiRequest): Dispatched;
  /** A Console alarm fires. Nothing is sent while the account has no alarm webhook: `state.setAlarmWebhook`. */
  fireAlarm(accountSid: string, firing: AlarmFiring): void;
  /** A number of this stand-in leaves for another carrier. */
  portOut(phoneNumber: string): void;
  /** IP allow-listing refuses somebody with valid credentials; `keySid` null: with the auth token. */
  blockAddress(accountSid: string, address: string, keySid: string | null): void;
  /** Lets calls go on and fires triggers now, and waits until every callback was answered. */
  evaluate(): Promise<void>;
  close(): Promise<void>;
}

function load(options: TwilioStandInOptions, clock: Clock): World {
  if (options.stateFile !== undefined && existsSync(options.stateFile)) {
    return World.parse(JSON.parse(readFileSync(options.stateFile, "utf8")));
  }
  return options.seed ?? seedAcme({ nowMs: clock.now() }).seed;
}

/** Answers a function that writes the state if it changed. Renamed into place: a kill leaves the older state, never half of one. */
function saver(file: string | undefined, state: TwilioState): () => void {
  let written = "";
  return () => {
    if (file === undefined) return;
    const text = JSON.stringify(state.toWorld());
    if (text === written) return;
    writeFileSync(`${file}.new`, text, { mode: 0o600 });
    renameSync(`${file}.new`, file);
    written = text;
  };
}

/** Twilio on 127.0.0.1, with memory. */
export async function startTwilioStandIn(options: TwilioStandInOptions = {}): Promise<TwilioStandIn> {
  const clock = options.clock ?? systemClock;
  const faults = new Faults();
  const requests: RecordedRequest[] = [];
  const listeners = new Set<(request: RecordedRequest) => void>();
  const state = new TwilioState(load(options, clock), clock, (alert, details) => {
    const webhook = debuggerWebhook(state, alert, details);
    if (webhook !== undefined) deliverer.send(webhook);
    const { ownerSid } = state.account(alert.accountSid);
    for (const event of errorLogged(alert, ownerSid)) streams.emit(event);
  });
  const deliverer = new Deliverer(state, faults);
  const streams = new EventStreams(
    state,
    (webhook) => deliverer.send(webhook),
    options.streamRetries ?? STREAM_RETRIES,
  );
  state.listen((happening) => {
    // Traffic that nobody subscribed to costs nothing.
    if (state.sinks.size === 0) return;
    if (happening.kind === "sink-test") streams.test(happening.sink);
    else for (const event of streamEventsOf(happening, clock.now())) streams.emit(event);
  });
  const api = new Api(state);
  const persist = saver(options.stateFile, state);

  function tick(): void {
    settleCalls(state);
    const firings = fireTriggers(state);
    persist();
    for (const { trigger, parameters } of firings) {
      const { accountSid, callbackUrl, callbackMethod } = trigger;
      deliverer.send({ accountSid, url: callbackUrl, method: callbackMethod, parameters, retries: 3 });
    }
  }

  const server = await listen(
    {
      api,
      faults,
      nowMs: () => clock.now(),
      afterEffect: (request) => {
        if (request.method !== "GET") persist();
        if (requests.push(request) > REQUESTS_KEPT) requests.shift();
        for (const listener of listeners) listener(request);
      },
    },
    options.port ?? 0,
  );
  const timer = setInterval(tick, options.evaluateEveryMs ?? 1_000);
  persist();

  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    state,
    requests,
    deliveries: deliverer.deliveries,
    inject: (fault) => faults.inject(fault),
    clearFaults: () => faults.clear(),
    onRequest: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispatch: (request) => api.dispatch(request),
    fireAlarm: (accountSid, firing) => {
      const webhook = alarmWebhook(state.account(accountSid), firing, clock.now());
      if (webhook !== undefined) deliverer.send(webhook);
    },
    portOut: (phoneNumber) => {
      const webhook = portOut(state, phoneNumber);
      if (webhook !== undefined) deliverer.send(webhook);
    },
    blockAddress: (accountSid, address, keySid) => {
      streams.emit(addressBlocked(accountSid, address, keySid, clock.now()));
    },
    evaluate: async () => {
      tick();
      streams.flush();
      await deliverer.settled();
    },
    close: async () => {
      clearInterval(timer);
      await deliverer.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      persist();
    },
  };
}
