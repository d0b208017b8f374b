import { STATUS_CODES } from "node:http";
import type { Socket } from "node:net";
import { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from "fastify";
import type { Log } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import { type Health, healthRoutes } from "./health.ts";
import { type Metrics, metricsRoute } from "./metrics.ts";
import { type Intake, twilioRoutes } from "./twilio-routes.ts";

export interface ServerTimeouts {
  /** All headers must be here by then. */
  readonly headersMs: number;
  /** The whole request must be here by then. */
  readonly requestMs: number;
  /** A connection on which nothing moves is closed. */
  readonly idleMs: number;
}

export interface ServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly log: Log;
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly health: Health;
  readonly metricsToken: Secret | null;
  readonly timeouts?: ServerTimeouts;
}

export interface Server {
  /** Adds routes of another adapter, in a scope of its own (parsers and hooks do not leak). Before `listen`. */
  register(routes: (server: FastifyInstance) => Promise<void>): void;
  /** Answers where it listens: `http://127.0.0.1:3000`. Rejects when the port is taken. */
  listen(): Promise<string>;
  /** Takes no new request and waits for those that are being answered, at most this long (default 5 s). */
  close(graceMs?: number): Promise<void>;
}

const TIMEOUTS: ServerTimeouts = { headersMs: 5_000, requestMs: 10_000, idleMs: 30_000 };

/** How often Node looks for requests that are over their time. Its default of 30 s would make the limits above meaningless. */
const CHECK_EVERY_MS = 1_000;

/** Longer than the 60 s after which common load balancers close: who closes first must not be us, else a request is lost. */
const KEEP_ALIVE_MS = 72_000;

/** A webhook is answered within seconds; a whole shutdown has ten. */
const GRACE_MS = 5_000;

/** For routes that set no limit of their own. */
const BODY_BYTES = 1024 * 1024;

/** The one HTTP server: webhooks, health, metrics, and what other adapters register. */
export function createServer(options: ServerOptions): Server {
  const { log, metrics, timeouts = TIMEOUTS } = options;
  const server = fastify({
    logger: false,
    bodyLimit: BODY_BYTES,
    requestTimeout: timeouts.requestMs,
    connectionTimeout: timeouts.idleMs,
    keepAliveTimeout: KEEP_ALIVE_MS,
    http: {
      headersTimeout: timeouts.headersMs,
      connectionsCheckingInterval: Math.min(CHECK_EVERY_MS, timeouts.headersMs),
    },
    // A HEAD request to a webhook must not do what GET does.
    exposeHeadRoutes: false,
    frameworkErrors: (error, _request, reply) => {
      refuse(reply, error);
    },
    clientErrorHandler: (error, socket) => {
      // Node reports a connection again until the other side has closed it.
      if (socket.writable) metrics.brokenConnection();
      endBroken(error, socket);
    },
  });

  server.setErrorHandler((error: FastifyError, request, reply) => {
    if (statusOf(error) >= 500) log.error({ err: error, route: request.routeOptions.url }, "request failed");
    return refuse(reply, error);
  });
  server.setNotFoundHandler((_request: FastifyRequest, reply: FastifyReply) =>
    reply.code(404).send({ error: "there is nothing here" }),
  );
  server.register(twilioRoutes(options.intake, metrics, log));
  server.register(healthRoutes(options.health));
  server.register(metricsRoute(metrics, options.metricsToken));

  return {
    register: (routes) => {
      server.register(routes);
    },
    listen: () => server.listen({ host: options.host, port: options.port }),
    close: async (graceMs = GRACE_MS) => {
      // Node stops looking for slow requests once it closes: without this, one of them would hold us up.
      const impatience = setTimeout(() => server.server.closeAllConnections(), graceMs);
      try {
        await server.close();
      } finally {
        clearTimeout(impatience);
      }
    },
  };
}

/** Fastify's own messages may quote what was sent; ours are the words of the status. */
function refuse(reply: FastifyReply, error: FastifyError): FastifyReply {
  const status = statusOf(error);
  return reply.code(status).send({ error: STATUS_CODES[status] ?? "refused" });
}

function statusOf(error: FastifyError): number {
  return error.statusCode !== undefined && error.statusCode >= 400 ? error.statusCode : 500;
}

/** Node's codes: https://nodejs.org/api/http.html#event-clienterror */
const BROKEN: Readonly<Record<string, number>> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 };

/** Answers who sent no readable request in time, on the bare connection, and closes it. */
function endBroken(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === "ECONNRESET" || !socket.writable) {
    socket.destroy();
    return;
  }
  const status = BROKEN[error.code ?? ""] ?? 400;
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
}
