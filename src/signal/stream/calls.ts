import { z } from "zod";
import type { CallSignal } from "../contract.ts";
import { countryOf, e164 } from "../country.ts";
import { optional } from "../form.ts";
import { resourceSid, type StreamEvent, type StreamReader } from "./event.ts";

/** Names as they were sent to the API: `To` and `to` are the same. A repeated one is a list. */
const Parameters = z.record(z.string(), z.unknown()).transform((sent) => {
  const byName = new Map(Object.entries(sent).map(([name, value]) => [name.toLowerCase(), value]));
  return (name: string): string | null => {
    const value = byName.get(name.toLowerCase());
    return typeof value === "string" ? value : null;
  };
});

const Data = z.object({
  sid: optional(resourceSid),
  request: z.object({ parameters: Parameters }),
  response: optional(
    z.object({
      responseCode: optional(z.coerce.number().int().nonnegative()),
      responseBody: optional(z.string().max(65_536)),
    }),
  ),
});

const Seconds = z
  .string()
  .regex(/^\d{1,9}$/)
  .transform(Number);

/** Twilio's answer to the request, of which the event carries the bytes. */
const Answer = z.object({ sid: optional(resourceSid), to: optional(z.string()) });

function answerIn(base64: string | null | undefined): z.infer<typeof Answer> {
  try {
    return Answer.parse(JSON.parse(Buffer.from(base64 ?? "", "base64").toString("utf8")));
  } catch {
    return {};
  }
}

/** A request to the API that made or changed a call. Neither `<Dial>` nor trunks come here. */
export const callRequests: StreamReader = {
  pattern: /^com\.twilio\.voice\.api-request\.call\.(created|modified)$/,
  read(event) {
    const data = Data.safeParse(event.data).data;
    if (data === undefined) return "unreadable";
    const isModified = event.type.endsWith(".modified");
    const isRefused = (data.response?.responseCode ?? 0) >= 400;
    // Nothing came of it, and the call that it was about goes on.
    if (isModified && isRefused) return "ignored";
    const number = e164(data.request.parameters("To"));
    const isWhole = number !== null && typeof data.sid === "string";
    const answer = isWhole ? {} : answerIn(data.response?.responseBody);
    return call(event, {
      happened: isModified ? "modified" : isRefused ? "refused" : "created",
      callSid: data.sid ?? answer.sid ?? null,
      direction: "outbound",
      number: number ?? e164(answer.to),
      seconds: null,
    });
  },
};

/** How a call went on. The older prefix is deprecated and means the same. */
export const callStatuses: StreamReader = {
  pattern: /^com\.twilio\.voice\.(webhook\.)?status-callback\.call\.(initiated|ringing|answered|completed)$/,
  read(event) {
    const data = Data.safeParse(event.data).data;
    if (data === undefined) return "unreadable";
    const { parameters } = data.request;
    const direction = (parameters("Direction") ?? "outbound-api").toLowerCase();
    const happened = happenedBy(event.type, direction);
    if (happened === null) return "ignored";
    const isInbound = direction.startsWith("inbound") || direction === "trunking-originating";
    return call(event, {
      happened,
      callSid: resourceSid.safeParse(parameters("CallSid")).data ?? data.sid ?? null,
      direction: isInbound ? "inbound" : "outbound",
      number: e164(parameters(isInbound ? "From" : "To")),
      seconds: happened === "completed" ? (Seconds.safeParse(parameters("CallDuration")).data ?? 0) : null,
    });
  },
};

/** A call of the API was told when it was asked for; one of `<Dial>` or a trunk is told here first. */
function happenedBy(type: string, direction: string): CallSignal["happened"] | null {
  if (type.endsWith(".answered")) return "answered";
  if (type.endsWith(".completed")) return "completed";
  return type.endsWith(".initiated") && direction !== "outbound-api" ? "created" : null;
}

function call(
  { accountSid, atMs }: StreamEvent,
  facts: Pick<CallSignal, "happened" | "callSid" | "direction" | "number" | "seconds">,
): { readonly signal: CallSignal } {
  return { signal: { kind: "call", accountSid, atMs, ...facts, country: countryOf(facts.number) } };
}
