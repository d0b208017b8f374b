import type { DetectionSettings } from "../detection/contract.ts";
import type { AccountSid } from "../lib/id.ts";
import { isOurs } from "./addresses.ts";
import type { AccountState, Addresses, Plan, Tripwires, WantedEventType, WatchedAccount } from "./contract.ts";
import { WANTED_TYPES, wantedEventTypes } from "./event-types.ts";
import type { HistoryOf } from "./history.ts";
import { planOf } from "./plan.ts";
import { type History, wantedTriggers } from "./triggers.ts";

interface Parts {
  readonly tripwires: Tripwires;
  readonly historyOf: HistoryOf;
  readonly settingsOf: (accountSid: AccountSid) => DetectionSettings;
  readonly addresses: Addresses;
}

export interface Look {
  readonly state: AccountState;
  readonly plan: Plan;
}

/** Reads an account and says what has to change on it. Changes nothing. Throws `Fault`. */
export type Survey = (account: WatchedAccount, hasSubaccounts: boolean, nowMs: number) => Promise<Look>;

export function createSurvey({ tripwires, historyOf, settingsOf, addresses }: Parts): Survey {
  /** What is ordinary does not change while we look twice. */
  const histories = new Map<AccountSid, History>();
  let offered: Promise<readonly WantedEventType[]> | undefined;

  /** The catalogue is the same for all accounts, so it is read once. */
  function eventTypes(): Promise<readonly WantedEventType[]> {
    offered ??= tripwires
      .eventTypes(WANTED_TYPES)
      .then(wantedEventTypes)
      .catch((error: unknown) => {
        offered = undefined;
        throw error;
      });
    return offered;
  }

  return async (account, hasSubaccounts, nowMs) => {
    const { sid, isParent } = account;
    const triggers = await tripwires.usageTriggers(sid);
    const sinks = await tripwires.sinks(sid);
    const subscriptions = [];
    for (const sink of sinks) {
      if (!isOurs(sink.destination, addresses, "events", sid)) continue;
      subscriptions.push(...(await tripwires.subscriptions(sid, sink.sid)));
    }
    const porting = isParent ? await tripwires.portingWebhook() : undefined;
    const history = histories.get(sid) ?? (await historyOf(account, hasSubaccounts, nowMs));
    histories.set(sid, history);
    const state: AccountState = { account, triggers, sinks, subscriptions, porting };
    const wanted = { triggers: wantedTriggers(history, settingsOf(sid)), eventTypes: await eventTypes() };
    return { state, plan: planOf(state, wanted, addresses) };
  };
}
