import type { TwilioStandIn } from "../../twilio/start.ts";
import { signForm, withBodyHash } from "../../twilio/webhooks.ts";
import type { Luck } from "../luck.ts";

const MINUTE_MS = 60_000;
/** By then the pauses between two attempts are long. */
const REPEATED_WITHIN_MS = 45 * MINUTE_MS;
/** It repeats some of what was taken: https://www.twilio.com/docs/events/webhook-quickstart */
const DOUBLED_SHARE = 0.25;

/** What Twilio sends again, once somebody answers. */
export interface LatePosts {
  /** How many there were, doubles left out. */
  readonly posts: number;
  sendUntil(atMs: number): Promise<void>;
}

/**
 * Event Streams repeats for four hours what nobody took, in any order. The debugger and the porting webhook are not known to repeat
 * anything, and usage triggers only what was answered with 5xx, within seconds: that is lost.
 */
export function latePosts(standIn: TwilioStandIn, fromMs: number, luck: Luck): LatePosts {
  const lost = standIn.deliveries.flatMap(({ url, json, status }) =>
    status === undefined && json !== undefined && url.includes("/twilio/events/") ? [{ url, json }] : [],
  );
  const waiting = lost.flatMap((post) => {
    const times = luck.happens(DOUBLED_SHARE) ? 2 : 1;
    return Array.from({ length: times }, () => ({
      ...post,
      atMs: fromMs + luck.between(MINUTE_MS, REPEATED_WITHIN_MS),
    }));
  });
  waiting.sort((one, other) => one.atMs - other.atMs);
  return {
    posts: lost.length,
    async sendUntil(atMs) {
      for (let post = waiting[0]; post !== undefined && post.atMs <= atMs; post = waiting[0]) {
        waiting.shift();
        await send(standIn, post);
      }
    },
  };
}

async function send(
  { state }: TwilioStandIn,
  { url, json }: { readonly url: string; readonly json: string },
): Promise<void> {
  const address = withBodyHash(url, json);
  const accountSid = new URL(url).pathname.split("/").at(-1) ?? "";
  const signature = signForm(state.account(accountSid).authToken, address, {});
  const headers = { "Content-Type": "application/json", "X-Twilio-Signature": signature };
  const answer = await fetch(address, { method: "POST", headers, body: json });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`a repeated post of Event Streams was answered with ${answer.status}`);
}
