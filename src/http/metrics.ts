import { timingSafeEqual } from "node:crypto";
import type { FastifyInstance, FastifyRequest } from "fastify";
import { Counter, Gauge, Registry } from "prom-client";
import { Secret } from "../lib/secret.ts";

/** How a webhook ended. */
export type WebhookOutcome =
  | "accepted"
  | "repeated"
  /** Nothing in it that we look at. */
  | "ignored"
  | "unknown-account"
  | "bad-signature"
  | "malformed"
  | "oversized"
  | "rate-limited"
  | "unavailable";

export interface Metrics {
  webhook(source: string, outcome: WebhookOutcome): void;
  /** A connection that sent no readable request in time. */
  brokenConnection(): void;
  /** A number that is read when somebody asks for the metrics. A read that fails leaves its last value. */
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** The same with one number for each value of a label. */
  gaugeBy(name: string, help: string, label: string, read: () => Promise<ReadonlyMap<string, number>>): void;
  /** Counts up, e.g. deliveries by platform. */
  counter<Label extends string>(
    name: string,
    help: string,
    labels: readonly Label[],
  ): (values: Record<Label, string>) => void;
  /** In Prometheus' text format. */
  text(): Promise<{ readonly contentType: string; readonly body: string }>;
}

export function createMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const webhooks = new Counter({
    name: "tollgate_webhooks_total",
    help: "Webhooks of Twilio by source and outcome",
    labelNames: ["source", "outcome"],
    registers,
  });
  const broken = new Counter({
    name: "tollgate_broken_connections_total",
    help: "Connections that sent no readable request in time",
    registers,
  });
  return {
    webhook: (source, outcome) => webhooks.inc({ source, outcome }),
    brokenConnection: () => broken.inc(),
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          try {
            this.set(await read());
          } catch {
            // One part in trouble must not hide the numbers of the others.
          }
        },
      });
    },
    gaugeBy(name, help, label, read) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        async collect() {
          try {
            for (const [value, number] of await read()) this.set({ [label]: value }, number);
          } catch {
            // As above.
          }
        },
      });
    },
    counter(name, help, labels) {
      const counter = new Counter({ name, help, labelNames: [...labels], registers });
      return (values) => counter.inc(values);
    },
    text: async () => ({ contentType: registry.contentType, body: await registry.metrics() }),
  };
}

/** `GET /metrics`: for the bearer of the token; without a token for this machine alone. */
export function metricsRoute(metrics: Metrics, token: Secret | null): (server: FastifyInstance) => Promise<void> {
  return async (server) => {
    server.get("/metrics", async (request, reply) => {
      if (token !== null && !bears(request, token)) {
        return reply.code(401).header("www-authenticate", "Bearer").send({ error: "METRICS_TOKEN is asked for" });
      }
      if (token === null && !isFromThisMachine(request)) {
        return reply.code(403).send({ error: "without METRICS_TOKEN only this machine may read metrics" });
      }
      const { contentType, body } = await metrics.text();
      return reply.header("content-type", contentType).send(body);
    });
  };
}

function bears(request: FastifyRequest, token: Secret): boolean {
  const presented = /^Bearer (.+)$/i.exec(request.headers.authorization ?? "")?.[1];
  // Signing "" with both makes texts of any length comparable in constant time.
  return presented !== undefined && timingSafeEqual(new Secret(presented).sign("sha256", ""), token.sign("sha256", ""));
}

const LOOPBACK = new Set(["127.0.0.1", "::1", "::ffff:127.0.0.1"]);

/** A reverse proxy on this machine makes everybody look local, and says so in a header. */
function isFromThisMachine(request: FastifyRequest): boolean {
  const { headers } = request;
  const isForwarded = headers["x-forwarded-for"] !== undefined || headers["forwarded"] !== undefined;
  return !isForwarded && LOOPBACK.has(request.socket.remoteAddress ?? "");
}
