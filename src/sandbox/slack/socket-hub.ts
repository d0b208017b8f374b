import { randomBytes, randomUUID } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type RawData, type WebSocket, WebSocketServer } from "ws";
import type { Delivery, DeliveryKind } from "./app-connection.ts";
import type { Retry } from "./http-delivery.ts";
import { at, isJson, type Json, parseJson, textAt } from "./json.ts";

/** https://docs.slack.dev/apis/events-api/using-socket-mode */
const SOCKET_LIMITS = {
  connections: 10,
  ticketLifeMs: 30_000,
  approximateLifeSeconds: 18_060,
  pingEveryMs: 5000,
} as const;

export type DisconnectReason = "warning" | "refresh_requested" | "link_disabled" | "too_many_websockets";

const ENVELOPE_TYPES = {
  block_actions: "interactive",
  view_submission: "interactive",
  view_closed: "interactive",
  slash_command: "slash_commands",
  event: "events_api",
} as const satisfies Readonly<Record<DeliveryKind, string>>;

type Waiting = (outcome: Pick<Delivery, "status" | "answer" | "problem">) => void;

/** The web sockets of Socket Mode. What happens goes to any one of them, wrapped in an envelope that must be acknowledged. */
export class SocketHub {
  /** Set while Socket Mode is switched off in the app's settings: who connects is sent away. */
  isDisabled = false;
  readonly #server = new WebSocketServer({ noServer: true });
  readonly #tickets = new Map<string, number>();
  readonly #sockets: WebSocket[] = [];
  readonly #waiting = new Map<string, { readonly socket: WebSocket; readonly settle: Waiting }>();
  readonly #appId: string;
  #turn = 0;

  constructor(appId: string) {
    this.#appId = appId;
  }

  get connections(): number {
    return this.#sockets.length;
  }

  /** An address for one connection, soon. */
  issueUrl(standInUrl: string): string {
    const ticket = randomBytes(16).toString("hex");
    this.#tickets.set(ticket, performance.now());
    return `${standInUrl.replace(/^http/, "ws")}/link/?ticket=${ticket}&app_id=${this.#appId}`;
  }

  /** The part of the server that turns HTTP into web sockets. */
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ticket = new URL(request.url ?? "/", "http://127.0.0.1").searchParams.get("ticket") ?? "";
    const issuedAt = this.#tickets.get(ticket);
    this.#tickets.delete(ticket);
    if (issuedAt === undefined || performance.now() - issuedAt > SOCKET_LIMITS.ticketLifeMs) {
      socket.end("HTTP/1.1 404 Not Found\r\nConnection: close\r\n\r\n");
      return;
    }
    this.#server.handleUpgrade(request, socket, head, (webSocket) => this.#welcome(webSocket));
  }

  async send(
    kind: DeliveryKind,
    payload: Json,
    retry: Retry | undefined,
    withinMs: number,
  ): Promise<Pick<Delivery, "body" | "status" | "answer" | "problem">> {
    const body = JSON.stringify(payload);
    this.#turn += 1;
    const socket = this.#sockets[this.#turn % Math.max(1, this.#sockets.length)];
    if (socket === undefined) return { body, status: undefined, answer: "", problem: "not-connected" };
    const id = randomUUID();
    const acknowledged = this.#acknowledged(id, socket, withinMs);
    const envelope = {
      envelope_id: id,
      type: ENVELOPE_TYPES[kind],
      payload,
      accepts_response_payload: kind === "view_submission" || kind === "slash_command",
      ...(kind === "event" ? { retry_attempt: retry?.num ?? 0, retry_reason: retry?.reason ?? "" } : {}),
    };
    socket.send(JSON.stringify(envelope));
    return { body, ...(await acknowledged) };
  }

  /** Tells every connection to go, as Slack does when it renews them. Each ends when its owner closes it. */
  disconnect(reason: DisconnectReason): void {
    for (const socket of this.#sockets.splice(0)) this.#dismiss(socket, reason);
  }

  /** The line breaks without a word. */
  cut(): void {
    for (const socket of [...this.#sockets]) socket.terminate();
  }

  close(): void {
    for (const socket of this.#server.clients) socket.terminate();
    this.#server.close();
  }

  #welcome(socket: WebSocket): void {
    socket.on("message", (data) => this.#heard(data));
    socket.on("error", () => socket.terminate());
    if (this.isDisabled) this.#dismiss(socket, "link_disabled");
    else if (this.#sockets.length >= SOCKET_LIMITS.connections) this.#dismiss(socket, "too_many_websockets");
    else this.#join(socket);
  }

  #join(socket: WebSocket): void {
    this.#sockets.push(socket);
    const pinging = setInterval(() => socket.ping(), SOCKET_LIMITS.pingEveryMs);
    pinging.unref();
    socket.on("close", () => {
      clearInterval(pinging);
      const index = this.#sockets.indexOf(socket);
      if (index >= 0) this.#sockets.splice(index, 1);
      for (const waiting of [...this.#waiting.values()]) {
        if (waiting.socket === socket) waiting.settle({ status: undefined, answer: "", problem: "unreachable" });
      }
    });
    const hello = {
      type: "hello",
      num_connections: this.#sockets.length,
      connection_info: { app_id: this.#appId },
      debug_info: { host: "stand-in", approximate_connection_time: SOCKET_LIMITS.approximateLifeSeconds },
    };
    socket.send(JSON.stringify(hello));
  }

  #dismiss(socket: WebSocket, reason: DisconnectReason): void {
    socket.send(JSON.stringify({ type: "disconnect", reason, debug_info: { host: "stand-in" } }));
  }

  #heard(data: RawData): void {
    const said = parseJson(data.toString());
    const payload = at(said, "payload");
    const answer = isJson(payload) && Object.keys(payload).length > 0 ? JSON.stringify(payload) : "";
    this.#waiting.get(textAt(said, "envelope_id") ?? "")?.settle({ status: 200, answer, problem: "none" });
  }

  #acknowledged(id: string, socket: WebSocket, withinMs: number): Promise<Parameters<Waiting>[0]> {
    return new Promise((resolve) => {
      const settle: Waiting = (outcome) => {
        clearTimeout(timer);
        this.#waiting.delete(id);
        resolve(outcome);
      };
      const timer = setTimeout(() => settle({ status: undefined, answer: "", problem: "timeout" }), withinMs);
      this.#waiting.set(id, { socket, settle });
    });
  }
}
