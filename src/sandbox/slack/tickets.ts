import { randomBytes } from "node:crypto";
import type { Clock } from "../../lib/clock.ts";

/** https://docs.slack.dev/interactivity/handling-user-interaction */
const TICKET_LIMITS = { triggerLifeMs: 3000, responseUrlLifeMs: 30 * 60_000, responseUrlUses: 5 } as const;

/** Permission to open one dialog for one person, soon. */
interface Trigger {
  readonly userId: string;
  readonly issuedAtMs: number;
  /** The open dialog that it was issued in: only such a trigger may push another one on top. */
  readonly viewId: string | undefined;
  isUsed: boolean;
}

/** Where answers to one interaction go. */
export interface ResponseTarget {
  readonly userId: string;
  readonly channelId: string;
  readonly threadTs: string | undefined;
  /** The message that was clicked in; undefined for a slash command. */
  readonly messageTs: string | undefined;
  readonly isEphemeral: boolean;
}

export type TriggerAnswer =
  | { readonly userId: string; readonly viewId: string | undefined; readonly error?: never }
  | { readonly error: "invalid_trigger_id" | "exchanged_trigger_id" | "expired_trigger_id" };

export type ResponseAnswer =
  | { readonly target: ResponseTarget; readonly error?: never }
  | { readonly error: "expired_url" | "used_url" | "invalid_url" };

/** Trigger ids (3 s, used once) and response URLs (30 min, five uses). */
export class TicketBook {
  readonly #clock: Clock;
  readonly #triggers = new Map<string, Trigger>();
  readonly #responses = new Map<string, { target: ResponseTarget; issuedAtMs: number; uses: number }>();

  /** Set while a fault has every response URL expired. */
  areResponsesExpired = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  issueTrigger(userId: string, viewId?: string): string {
    const id = `${this.#triggers.size + 1}.${this.#clock.now()}.${randomBytes(16).toString("hex")}`;
    this.#triggers.set(id, { userId, viewId, issuedAtMs: this.#clock.now(), isUsed: false });
    return id;
  }

  exchangeTrigger(id: string): TriggerAnswer {
    const trigger = this.#triggers.get(id);
    if (trigger === undefined) return { error: "invalid_trigger_id" };
    if (trigger.isUsed) return { error: "exchanged_trigger_id" };
    if (this.#clock.now() - trigger.issuedAtMs > TICKET_LIMITS.triggerLifeMs) return { error: "expired_trigger_id" };
    trigger.isUsed = true;
    return { userId: trigger.userId, viewId: trigger.viewId };
  }

  issueResponse(target: ResponseTarget): string {
    const key = randomBytes(18).toString("base64url");
    this.#responses.set(key, { target, issuedAtMs: this.#clock.now(), uses: 0 });
    return key;
  }

  spendResponse(key: string): ResponseAnswer {
    const response = this.#responses.get(key);
    if (response === undefined) return { error: "invalid_url" };
    if (this.areResponsesExpired) return { error: "expired_url" };
    if (this.#clock.now() - response.issuedAtMs > TICKET_LIMITS.responseUrlLifeMs) return { error: "expired_url" };
    if (response.uses >= TICKET_LIMITS.responseUrlUses) return { error: "used_url" };
    response.uses += 1;
    return { target: response.target };
  }
}
