import { wantedEventTypes } from "../../../setup/event-types.ts";
import type { ApiAnswer } from "../route.ts";
import type { TwilioStandIn } from "../start.ts";
import type { Cast } from "./cast.ts";

/** Where an operator sits: of a documentation range, RFC 5737. */
const OPERATOR_IP = "198.51.100.20";

/** What an operator has set up long ago, through Twilio's own API: an Event Streams sink for each account, and the porting webhook. */
export function listening(standIn: TwilioStandIn, cast: Cast, publicUrl: string): void {
  const { parent } = cast.acme;
  for (const { sid, authToken } of standIn.state.accounts.values()) {
    const post = (path: string, form: URLSearchParams) =>
      ask(standIn, { username: sid, password: authToken }, "events.twilio.com", path, { form });
    const configuration = { destination: `${publicUrl}/twilio/events/${sid}`, method: "POST", batch_events: true };
    const sink = post(
      "/v1/Sinks",
      new URLSearchParams({
        Description: "Tollgate",
        SinkType: "webhook",
        SinkConfiguration: JSON.stringify(configuration),
      }),
    );
    const subscription = new URLSearchParams({ Description: "Tollgate", SinkSid: String(sink.body?.["sid"]) });
    for (const { type, schemaVersion } of wantedEventTypes(null))
      subscription.append("Types", JSON.stringify({ type, schema_version: schemaVersion }));
    post("/v1/Subscriptions", subscription);
  }
  const json = { port_out_target_url: `${publicUrl}/twilio/porting/${parent.sid}` };
  const credential = { username: parent.sid, password: parent.authToken };
  ask(standIn, credential, "numbers.twilio.com", "/v1/Porting/Configuration/Webhook", { json });
}

function ask(
  standIn: TwilioStandIn,
  { username, password }: { readonly username: string; readonly password: string },
  host: string,
  path: string,
  { form = new URLSearchParams(), json }: { readonly form?: URLSearchParams; readonly json?: unknown },
): ApiAnswer {
  const { answer } = standIn.dispatch({
    method: "POST",
    host,
    path,
    query: new URLSearchParams(),
    form,
    ...(json === undefined ? {} : { json }),
    authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
    ipAddress: OPERATOR_IP,
  });
  if (answer.status !== 201)
    throw new Error(`the stand-in refused ${host}${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer;
}
