import { randomUUID } from "node:crypto";
import { signatureOf } from "../chat/slack/signature.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Secret } from "../lib/secret.ts";
import { formSignature } from "../twilio/signatures.ts";
import { type Answer, ask, jsonOf } from "./ask.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";

const FORM = "application/x-www-form-urlencoded";
const RESTART =
  "the Tollgate that runs there was started with another PUBLIC_URL or token, or the proxy changes the path. Restart it with this environment";

/**
 * Twilio's way in: what nobody signed is refused, and what is signed is believed. The signed webhook is incomplete on purpose,
 * so it is refused for that and never becomes a signal.
 */
export async function* lookAtTwilioWebhook(
  publicUrl: string,
  parentSid: AccountSid,
  signer: () => Promise<Secret>,
): AsyncGenerator<Finding> {
  const url = `${publicUrl}/twilio/usage-trigger/${parentSid}`;
  const params = { AccountSid: parentSid };
  const post = (headers: Readonly<Record<string, string>>): Promise<Answer> =>
    ask(url, {
      method: "POST",
      headers: { ...headers, "content-type": FORM },
      body: new URLSearchParams(params).toString(),
    });

  const unsigned = await post({});
  if (isEmpty(unsigned, 403)) yield ok("A webhook that Twilio did not sign is refused.");
  else yield missing(`POST ${url} without a signature: expected 403 with an empty body, and ${said(unsigned)}.`);

  const signed = await post({ "x-twilio-signature": formSignature(await signer(), url, params) });
  if (isIncomplete(signed)) {
    yield ok("A webhook signed with the main account's token is believed (and refused, as it was left incomplete).");
  } else if (isEmpty(signed, 403)) yield missing(`A webhook signed for ${url} is refused: ${RESTART}.`);
  else if (isStatus(signed, 429)) yield warning(`${url}: too many webhooks a minute just now; run doctor again.`);
  else if (isStatus(signed, 503))
    yield missing(`${url}: the Tollgate that runs there cannot read its token from Twilio.`);
  else yield missing(`POST ${url}, signed: expected 400 for what is left out, and ${said(signed)}.`);
}

/** Slack's own question to an address. https://docs.slack.dev/reference/events/url_verification */
export async function lookAtSlackAddress(publicUrl: string, signingSecret: Secret, nowMs: number): Promise<Finding> {
  const url = `${publicUrl}/slack/events`;
  const challenge = randomUUID();
  const body = JSON.stringify({ type: "url_verification", token: "doctor", challenge });
  const timestamp = String(Math.floor(nowMs / 1000));
  const headers = {
    "content-type": "application/json",
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": signatureOf(signingSecret, timestamp, Buffer.from(body)),
  };
  const answer = await ask(url, { method: "POST", headers, body });
  if (!answer.isSilent && answer.status === 200 && jsonOf(answer.text)?.["challenge"] === challenge) {
    return ok(
      `${url} takes what is signed with SLACK_SIGNING_SECRET. Whether the app's Request URLs lead to it cannot be seen from here: type /twilio-help in Slack.`,
    );
  }
  if (isStatus(answer, 401)) {
    return missing(
      `SLACK_SIGNING_SECRET: the Tollgate behind ${url} refuses it, so it was started with another one. Copy Slack's (Basic Information > Signing Secret), restart it, and compare its clock with this one.`,
    );
  }
  if (isStatus(answer, 404))
    return missing(`${url}: the Tollgate that runs there does not use Slack over HTTP. Restart it.`);
  return missing(`POST ${url}: expected Slack's challenge back, and ${said(answer)}.`);
}

/** Microsoft signs everything that it sends. */
export async function lookAtTeamsAddress(publicUrl: string): Promise<Finding> {
  const url = `${publicUrl}/api/messages`;
  const body = JSON.stringify({ type: "message", channelId: "msteams", serviceUrl: "https://example.com/", text: "" });
  const answer = await ask(url, { method: "POST", headers: { "content-type": "application/json" }, body });
  if (isEmpty(answer, 401)) {
    return ok(
      `${url} is there, and refuses what Microsoft did not sign. Whether Azure's messaging endpoint leads to it cannot be seen from here: type help to the bot in Teams.`,
    );
  }
  if (isStatus(answer, 404)) return missing(`${url}: the Tollgate that runs there does not use Teams. Restart it.`);
  return missing(`POST ${url} without a token: expected 401 with an empty body, and ${said(answer)}.`);
}

function isStatus(answer: Answer, status: number): boolean {
  return !answer.isSilent && answer.status === status;
}

function isEmpty(answer: Answer, status: number): boolean {
  return !answer.isSilent && answer.status === status && answer.text === "";
}

/** Our own refusal, that names the first field which was left out. */
function isIncomplete(answer: Answer): boolean {
  const error = answer.isSilent || answer.status !== 400 ? undefined : jsonOf(answer.text)?.["error"];
  return typeof error === "string" && error.startsWith("UsageTriggerSid");
}

function said(answer: Answer): string {
  if (answer.isSilent) return answer.why;
  return answer.text === "" ? `got ${answer.status}` : `got ${answer.status} with a body`;
}
