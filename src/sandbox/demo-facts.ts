import type { PageFacts } from "./slack/page-state.ts";
import type { TollFraud } from "./twilio/attack.ts";
import type { TwilioStandIn } from "./twilio/start.ts";

const POINTS = 40;
const POINT_MS = 3_000;

/** What is true on the stand-in Twilio account, for the page's side panel: a viewer sees the attack stop. */
export function demoFacts(twilio: TwilioStandIn, accountSid: string, attack: TollFraud | undefined): PageFacts {
  const { state } = twilio;
  const account = state.account(accountSid);
  const calls = state.callsTo("LV").filter((call) => call.accountSid === accountSid);
  const live = [...state.liveCalls].filter((call) => call.accountSid === accountSid).length;
  const nowMs = Date.now();
  const points = Array.from({ length: POINTS }, (_, index) => {
    const endMs = nowMs - (POINTS - 1 - index) * POINT_MS;
    return calls.filter((call) => call.createdAtMs > endMs - POINT_MS && call.createdAtMs <= endMs).length;
  });
  const refused = Object.entries(attack?.stats.refused ?? {}).map(([code, count]) => `${count} x ${code}`);
  const isActive = account.status === "active";
  return {
    title: `${account.friendlyName} on Twilio`,
    rows: [
      { label: "Status", value: account.status, tone: isActive ? "quiet" : "good" },
      { label: "Live calls", value: String(live), tone: live > 5 ? "bad" : "quiet" },
      { label: "Outbound calls today", value: `${state.usageToday(accountSid, "calls-outbound").usd.toFixed(2)} USD` },
      { label: "API keys", value: String(state.keysOf(accountSid).length) },
      { label: "Calls to Latvia", value: String(calls.length), tone: calls.length > 0 ? "bad" : "quiet" },
      {
        label: "Attacker refused",
        value: refused.length === 0 ? "not once" : refused.join(", "),
        tone: refused.length === 0 ? "quiet" : "good",
      },
    ],
    series: { label: "Calls to Latvia, every 3 s", points },
  };
}
