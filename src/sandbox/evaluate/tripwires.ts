import type { AccountBaseline } from "../../detection/baseline/contract.ts";
import { DEFAULT_DETECTION } from "../../detection/settings.ts";
import type { AccountSid } from "../../lib/id.ts";
import { isNearEnough } from "../../setup/amounts.ts";
import { wantedEventTypes } from "../../setup/event-types.ts";
import { ordinaryDays } from "../../setup/ordinary.ts";
import { wantedTriggers } from "../../setup/triggers.ts";
import { newSid } from "../twilio/sids.ts";
import type { Stage } from "./stage.ts";

/** The way in for everything that Twilio can tell by itself, as `setup --apply` and a person in the Console leave it. */
export function connect(
  { standIn, publicUrl }: Pick<Stage, "standIn" | "publicUrl">,
  parentSid: string,
  accountSids: readonly string[],
): void {
  const { state } = standIn;
  const nowMs = state.nowMs;
  state.account(parentSid).porting = {
    portInUrl: null,
    portOutUrl: `${publicUrl}/twilio/porting/${parentSid}`,
    notificationsOf: [],
    portInSetAtMs: null,
    portOutSetAtMs: nowMs,
  };
  for (const accountSid of accountSids) {
    state.setDebuggerWebhook(accountSid, `${publicUrl}/twilio/debugger/${accountSid}`);
    const sinkSid = newSid("DG");
    state.sinks.set(sinkSid, {
      sid: sinkSid,
      accountSid,
      description: "Tollgate",
      sinkType: "webhook",
      // Batches, as a busy account has them: fewer posts for the same events.
      configuration: { destination: `${publicUrl}/twilio/events/${accountSid}`, method: "POST", batch_events: true },
      status: "active",
      testIds: [],
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    });
    const sid = newSid("DF");
    state.subscriptions.set(sid, {
      sid,
      accountSid,
      sinkSid,
      description: "Tollgate",
      types: Object.fromEntries(wantedEventTypes(null).map(({ type, schemaVersion }) => [type, schemaVersion])),
      createdAtMs: nowMs,
      updatedAtMs: nowMs,
    });
  }
}

/** Usage triggers with the values that `setup` would give them now, renewed as its daily upkeep does. Answers whether something changed. */
export async function renewTriggers({ standIn, store, publicUrl }: Stage, accountSid: string): Promise<void> {
  const baseline: AccountBaseline | null = await store.baselines.load(accountSid as AccountSid);
  if (baseline === null) return;
  const { state } = standIn;
  const there = [...state.triggers.values()].filter((trigger) => trigger.accountSid === accountSid);
  for (const wanted of wantedTriggers({ days: ordinaryDays(baseline), isYoung: false }, DEFAULT_DETECTION)) {
    const old = there.find(({ usageCategory }) => usageCategory === wanted.category);
    if (old !== undefined && old.triggerBy === wanted.measure && isNearEnough(old.triggerValue, wanted.exactly))
      continue;
    if (old !== undefined) state.triggers.delete(old.sid);
    const sid = newSid("UT");
    state.triggers.set(sid, {
      sid,
      accountSid,
      friendlyName: `Tollgate ${wanted.category}`,
      usageCategory: wanted.category,
      triggerBy: wanted.measure,
      triggerValue: wanted.value,
      recurring: "daily",
      callbackUrl: `${publicUrl}/twilio/usage-trigger/${accountSid}`,
      callbackMethod: "POST",
      createdAtMs: state.nowMs,
      updatedAtMs: state.nowMs,
      firedAtMs: null,
      firedIn: null,
    });
  }
}
