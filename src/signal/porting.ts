import { z } from "zod";
import type { AccountSid } from "../lib/id.ts";
import type { ParsedDelivery, PortOutSignal, ReceivedSignal, SignalSource } from "./contract.ts";
import { e164 } from "./country.ts";
import { accountSid, momentOf, scalarsOf, token } from "./form.ts";

/*
 * Twilio publishes no schema of this post. Its names are therefore compared without case and punctuation (`PhoneNumber`,
 * `phone_number`), several are tried for each fact, and what lies one object deeper is read as well.
 */
const NAMES = {
  account: ["accountsid"],
  event: ["eventtype", "event", "notificationtype", "notification", "notificationevent", "type"],
  status: ["status", "portoutstatus", "portoutphonenumberstatus"],
  number: ["phonenumber", "portoutphonenumber", "number"],
  sid: ["portoutphonenumbersid", "phonenumbersid", "portoutrequestsid", "sid"],
  date: ["datecompleted", "dateupdated", "lastmodified", "eventdate", "timestamp", "datecreated"],
} as const;

type Facts = ReadonlyMap<string, string>;

const MOST_NUMBERS = 1_000;

/** Numbers that went to another carrier, told to the parent for all its accounts. https://www.twilio.com/docs/phone-numbers/port-in/porting-webhooks */
export const porting: SignalSource = {
  id: "porting",
  methods: ["POST"],
  bodies: "either",
  parse({ fields, json, accountSid: pathSid, receivedAtMs }) {
    const received: ReceivedSignal[] = [];
    for (const facts of json === undefined ? [readFacts(fields)] : portsOf(json)) {
      // A post that we cannot read at all is counted as such: it would be missed in silence otherwise.
      if (fact(facts, "event") === undefined && fact(facts, "status") === undefined) {
        return { ok: false, reason: "event_type: is missing" };
      }
      if (!isCompletedPortOut(facts)) continue;
      const port = readPort(facts, pathSid, receivedAtMs);
      if (!port.ok) return port;
      received.push(port.received);
    }
    return { ok: true, received };
  },
};

/** One or several ports, each with what the whole post says of all of them. */
function portsOf(json: unknown): readonly Facts[] {
  if (Array.isArray(json))
    return json.slice(0, MOST_NUMBERS).flatMap((one) => (Array.isArray(one) ? [] : portsOf(one)));
  const common = readFacts(scalarsOf(json));
  const inner = typeof json === "object" && json !== null ? Object.values(json) : [];
  const facts = new Map(common);
  for (const value of inner) {
    if (Array.isArray(value)) continue;
    for (const [name, text] of readFacts(scalarsOf(value))) if (!facts.has(name)) facts.set(name, text);
  }
  const lists = inner.filter((value): value is unknown[] => Array.isArray(value)).flat();
  const listed = lists.slice(0, MOST_NUMBERS).map((value) => new Map([...facts, ...readFacts(scalarsOf(value))]));
  const named = listed.filter((one) => fact(one, "number") !== undefined);
  return named.length > 0 ? named : [facts];
}

function readFacts(fields: Readonly<Record<string, string>>): Facts {
  return new Map(Object.entries(fields).map(([name, value]) => [plain(name), value]));
}

function fact(facts: Facts, what: keyof typeof NAMES): string | undefined {
  const name = NAMES[what].find((candidate) => (facts.get(candidate) ?? "") !== "");
  return name === undefined ? undefined : facts.get(name);
}

/** Ports into Twilio, and those that are not over, are no news of ours. Without an event's name the status alone has to say it. */
function isCompletedPortOut(facts: Facts): boolean {
  const event = plain(fact(facts, "event") ?? "");
  const status = plain(fact(facts, "status") ?? "");
  if (event.includes("portin")) return false;
  return event.includes("complete") || (status.startsWith("complete") && !/cancel|reject|expire|action/.test(event));
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[^a-z0-9]/g, "");
}

type ReadPort =
  | { readonly ok: true; readonly received: ReceivedSignal }
  | Extract<ParsedDelivery, { readonly ok: false }>;

function readPort(facts: Facts, pathSid: AccountSid | undefined, receivedAtMs: number): ReadPort {
  const account = z.union([accountSid, z.undefined()]).safeParse(fact(facts, "account"));
  const ownerSid = account.success ? (account.data ?? pathSid) : undefined;
  if (ownerSid === undefined) return { ok: false, reason: "account_sid: must be AC and 32 hex digits" };
  const number = e164(fact(facts, "number"));
  if (number === null) return { ok: false, reason: "phone_number: must be a number in E.164" };
  const signal: PortOutSignal = {
    kind: "ported-out",
    accountSid: ownerSid,
    atMs: momentOf(fact(facts, "date"), receivedAtMs),
    number,
  };
  // The SID may be that of a request for many numbers, so the number is in the key as well.
  const sid = token.safeParse(fact(facts, "sid")).data ?? token.safeParse(fact(facts, "date")).data ?? "";
  return { ok: true, received: { sourceKey: `porting:${ownerSid}:${number}:${sid}`, signal } };
}
