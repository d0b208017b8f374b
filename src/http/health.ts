import type { FastifyInstance } from "fastify";
import { within } from "../lib/deadline.ts";

/** A part that does not work now. Intake goes on without it. */
interface Trouble {
  /** `queue`, `slack`, `teams`, `twilio`. */
  readonly part: string;
  /** In plain words, safe to show: no secret, no address with a password. */
  readonly problem: string;
}

export interface Health {
  /** Rejects when no signal could be made durable now. */
  canStore(): Promise<void>;
  troubles(): Promise<readonly Trouble[]>;
  /** How far behind each poll of Twilio's records is, in seconds. Whose, is told to people alone: this page is open. */
  pollLagSeconds(): Promise<ReadonlyMap<string, number>>;
}

/** Whoever asks (a load balancer) waits no longer than this. */
const BUDGET_MS = 1_000;

/** `/healthz`: the process is up. `/readyz`: it can store what Twilio says; other troubles are in its JSON only. */
export function healthRoutes(health: Health): (server: FastifyInstance) => Promise<void> {
  return async (server) => {
    server.get("/healthz", { exposeHeadRoute: true }, async () => ({ status: "up" }));

    server.get("/readyz", { exposeHeadRoute: true }, async (_request, reply) => {
      const [store, others, lags] = await Promise.allSettled([
        within(BUDGET_MS, "the store", health.canStore()),
        within(BUDGET_MS, "the check of the other parts", health.troubles()),
        within(BUDGET_MS, "the lags of the polls", health.pollLagSeconds()),
      ]);
      const troubles: Trouble[] = [];
      if (store.status === "rejected") troubles.push({ part: "store", problem: "signals cannot be stored" });
      if (others.status === "fulfilled") troubles.push(...others.value);
      else troubles.push({ part: "health", problem: "the other parts could not be asked" });
      const isReady = store.status === "fulfilled";
      return reply.code(isReady ? 200 : 503).send({
        status: isReady ? "ready" : "not-ready",
        troubles,
        ...(lags.status === "fulfilled" ? { pollLagSeconds: Object.fromEntries(lags.value) } : {}),
      });
    });
  };
}
