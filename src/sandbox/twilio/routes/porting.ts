import { z } from "zod";
import { badRequest, notFound } from "../api-error.ts";
import type { PortingWebhook } from "../model.ts";
import { type ApiAnswer, type ApiCall, created, noContent, ok, oneOf, type Route } from "../route.ts";
import { iso8601 } from "../sids.ts";

const HOST = "numbers.twilio.com";
const PATH = "/v1/Porting/Configuration/Webhook";

/** The OpenAPI document leaves the body open; these are the names of its example. */
const Body = z.object({
  port_in_target_url: z.url().optional(),
  port_out_target_url: z.url().optional(),
  notifications_of: z.array(z.string()).default([]),
});

function render(webhook: PortingWebhook): Record<string, unknown> {
  const date = (ms: number | null): string | null => (ms === null ? null : iso8601(ms));
  return {
    port_in_target_url: webhook.portInUrl,
    port_out_target_url: webhook.portOutUrl,
    notifications_of: webhook.notificationsOf,
    port_in_target_date_created: date(webhook.portInSetAtMs),
    port_out_target_date_created: date(webhook.portOutSetAtMs),
    url: `https://${HOST}${PATH}`,
  };
}

/** Replaces what was there. */
function create(call: ApiCall): ApiAnswer {
  const body = Body.safeParse(call.request.json);
  if (!body.success) throw badRequest("The body must be JSON with port_out_target_url");
  const { port_in_target_url: portIn, port_out_target_url: portOut, notifications_of: notificationsOf } = body.data;
  if (portIn === undefined && portOut === undefined) throw badRequest("A target address is missing");
  const webhook: PortingWebhook = {
    portInUrl: portIn ?? null,
    portOutUrl: portOut ?? null,
    notificationsOf,
    portInSetAtMs: portIn === undefined ? null : call.nowMs,
    portOutSetAtMs: portOut === undefined ? null : call.nowMs,
  };
  call.account.porting = webhook;
  return created(render(webhook));
}

function find(call: ApiCall): PortingWebhook {
  const { porting } = call.account;
  if (porting === null || porting === undefined) throw notFound(call.request.path);
  return porting;
}

function remove(call: ApiCall): ApiAnswer {
  const webhook = find(call);
  const left =
    oneOf("WebhookType", call.parameter("type"), ["PORT_IN", "PORT_OUT"]) === "PORT_IN"
      ? { ...webhook, portInUrl: null, portInSetAtMs: null }
      : { ...webhook, portOutUrl: null, portOutSetAtMs: null };
  call.account.porting = left.portInUrl === null && left.portOutUrl === null ? null : left;
  return noContent;
}

export const portingRoutes: readonly Route[] = [
  { host: HOST, method: "POST", path: PATH, run: create },
  { host: HOST, method: "GET", path: PATH, run: (call) => ok(render(find(call))) },
  { host: HOST, method: "DELETE", path: `${PATH}/{type}`, run: remove },
];
