import { z } from "zod";
import type { Clock } from "../../lib/clock.ts";
import type { Log } from "../../lib/log.ts";
import { isLoopbackAddress, isTrustedAddress } from "./addresses.ts";
import type { TeamsIdentity } from "./botbuilder-transport.ts";
import type { SigningKeys } from "./signing-keys.ts";
import { createTokenCheck, type ValidToken } from "./token.ts";
import { type HttpAnswer, isJsonObject, type JsonObject, type OnActivity, type TeamsTransport } from "./transport.ts";

const CHANNEL_ID = "msteams";

const Sender = z.looseObject({
  type: z.string().min(1),
  channelId: z.string(),
  serviceUrl: z.string(),
  conversation: z.looseObject({ tenantId: z.string().nullish() }).nullish(),
  channelData: z.looseObject({ tenant: z.looseObject({ id: z.string().nullish() }).nullish() }).nullish(),
});
type Sender = z.infer<typeof Sender>;

/** Lets in what Teams sent to us from our tenant. All else gets a status and an empty body. */
export async function createDoor(options: {
  readonly identity: TeamsIdentity;
  readonly keys: SigningKeys;
  readonly serviceUrl: string | null;
  readonly onActivity: OnActivity;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<TeamsTransport["handle"]> {
  const { identity, keys, clock, log } = options;
  const checkToken =
    identity.kind === "app" ? await createTokenCheck({ appId: identity.appId, keyOf: keys.keyOf, clock }) : null;

  /** Without tokens anybody may post; then nothing is ever sent to where only the body says. */
  function isVouchedFor(address: string, token: ValidToken | null): boolean {
    if (token !== null) return address === token.serviceUrl && isTrustedAddress(address);
    return isLoopbackAddress(address) || address === options.serviceUrl;
  }

  function isFromUs(sender: Sender): boolean {
    if (identity.kind === "anonymous") return true;
    return sender.channelId === CHANNEL_ID && isOurTenant(sender, identity.tenantId);
  }

  function refused(status: number, reason: string): HttpAnswer {
    log.warn({ reason, status }, "request that Teams does not vouch for, refused");
    return { status };
  }

  async function letIn(authorization: string | undefined, body: Buffer): Promise<HttpAnswer> {
    const arrivedAtMs = clock.now();
    const token = checkToken === null ? null : await checkToken(authorization);
    // Whoever has no token is told nothing about their body.
    if (token !== null && token.verdict !== "valid") return refused(401, token.verdict);
    if (token !== null && !token.endorsements.includes(CHANNEL_ID)) return refused(401, "key-not-endorsed");
    const activity = parsed(body);
    const sender = Sender.safeParse(activity);
    if (activity === undefined || !sender.success) return refused(400, "bad-body");
    if (!isVouchedFor(sender.data.serviceUrl, token)) return refused(401, "other-service-url");
    if (!isFromUs(sender.data)) return refused(403, "other-tenant");
    return options.onActivity(activity, clock.now() - arrivedAtMs);
  }

  return async ({ authorization, body }) => {
    try {
      return await letIn(authorization, body);
    } catch (error) {
      log.error({ err: error instanceof Error ? error : new Error(String(error)) }, "request from Teams failed");
      return { status: 500 };
    }
  };
}

/** Where it was said is ours; who said it is another question. A multi-tenant app without a tenant of its own takes all. */
function isOurTenant(sender: Sender, tenantId: string | null): boolean {
  if (tenantId === null) return true;
  const named = sender.conversation?.tenantId ?? sender.channelData?.tenant?.id;
  return named?.toLowerCase() === tenantId.toLowerCase();
}

function parsed(body: Buffer): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
