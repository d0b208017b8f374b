import type { PageFacts } from "./slack/page-state.ts";
import type { Running } from "./twilio/scenarios/contract.ts";
import type { TwilioStandIn } from "./twilio/start.ts";

const POINTS = 40;
const POINT_MS = 3_000;

/** What is true on the stand-in Twilio account, for the page's side panel: a viewer sees the attack stop. */
export function demoFacts(twilio: TwilioStandIn, accountSid: string, running: Running | undefined): PageFacts {
  const { state } = twilio;
  const account = state.account(accountSid);
  const beats = running?.beats ?? [];
  const doing = running?.doing ?? "Nothing yet";
  const live = [...state.liveCalls].filter((call) => call.accountSid === accountSid).length;
  const nowMs = Date.now();
  const points = Array.from({ length: POINTS }, (_, index) => {
    const endMs = nowMs - (POINTS - 1 - index) * POINT_MS;
    return beats.filter((atMs) => atMs > endMs - POINT_MS && atMs <= endMs).length;
  });
  const refused = Object.entries(running?.refused ?? {}).map(([code, count]) => `${count} x ${code}`);
  const isActive = account.status === "active";
  return {
    title: `${account.friendlyName} on Twilio`,
    rows: [
      { label: "Status", value: account.status, tone: isActive ? "quiet" : "good" },
      { label: "Live calls", value: String(live), tone: live > 5 ? "bad" : "quiet" },
      { label: "Spent today", value: `${state.usageToday(accountSid, "totalprice").usd.toFixed(2)} USD` },
      { label: "API keys", value: String(state.keysOf(accountSid).length) },
      { label: doing, value: String(beats.length), tone: beats.length > 0 ? "bad" : "quiet" },
      {
        label: "Attacker refused",
        value: refused.length === 0 ? "not once" : refused.join(", "),
        tone: refused.length === 0 ? "quiet" : "good",
      },
    ],
    series: { label: `${doing}, every 3 s`, points },
  };
}
