import { createHmac } from "node:crypto";
import type { Delivery, DeliveryKind } from "./app-connection.ts";
import type { Json } from "./json.ts";

/** Which repeat this is and what went wrong before. */
export interface Retry {
  readonly num: number;
  readonly reason: "http_timeout" | "http_error";
}

export type HttpAnswer = Pick<Delivery, "body" | "status" | "answer" | "problem">;

interface RequestHeaders {
  readonly "content-type": string;
  readonly "x-slack-request-timestamp": string;
  readonly "x-slack-signature": string;
}

const FORM = "application/x-www-form-urlencoded";

/** Headers as Slack sends them: the signature covers the time and the raw body. https://docs.slack.dev/authentication/verifying-requests-from-slack */
export function signedHeaders(signingSecret: string, body: string, nowMs: number, contentType = FORM): RequestHeaders {
  const timestamp = String(Math.floor(nowMs / 1000));
  const signature = createHmac("sha256", signingSecret).update(`v0:${timestamp}:${body}`).digest("hex");
  return {
    "content-type": contentType,
    "x-slack-request-timestamp": timestamp,
    "x-slack-signature": `v0=${signature}`,
  };
}

/** Events are JSON, commands are forms, and interactions are forms with JSON in one field. */
function encoded(kind: DeliveryKind, payload: Json): { readonly body: string; readonly type: string } {
  if (kind === "event") return { body: JSON.stringify(payload), type: "application/json" };
  const fields =
    kind === "slash_command"
      ? Object.entries(payload).map(([name, value]) => [name, String(value)])
      : [["payload", JSON.stringify(payload)]];
  return { body: new URLSearchParams(fields).toString(), type: FORM };
}

/** Posts what happened to the app's address, signed. */
export async function postToApp(request: {
  readonly requestUrl: string | undefined;
  readonly signingSecret: string;
  readonly nowMs: number;
  readonly withinMs: number;
  readonly kind: DeliveryKind;
  readonly payload: Json;
  readonly retry: Retry | undefined;
}): Promise<HttpAnswer> {
  const { body, type } = encoded(request.kind, request.payload);
  if (request.requestUrl === undefined) return { body, status: undefined, answer: "", problem: "not-connected" };
  const { retry } = request;
  const again =
    retry === undefined ? {} : { "x-slack-retry-num": String(retry.num), "x-slack-retry-reason": retry.reason };
  try {
    const response = await fetch(request.requestUrl, {
      method: "POST",
      headers: { ...signedHeaders(request.signingSecret, body, request.nowMs, type), ...again },
      body,
      signal: AbortSignal.timeout(request.withinMs),
    });
    const answer = await response.text();
    if (response.ok) return { body, status: response.status, answer, problem: "none" };
    const isLast = response.headers.get("x-slack-no-retry") === "1";
    return { body, status: response.status, answer: isLast ? "no-retry" : answer, problem: "bad-status" };
  } catch (error) {
    const isTimeout = error instanceof Error && error.name === "TimeoutError";
    return { body, status: undefined, answer: "", problem: isTimeout ? "timeout" : "unreachable" };
  }
}
