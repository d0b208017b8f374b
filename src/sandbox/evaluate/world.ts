import type { Account, World } from "../twilio/model.ts";
import { DAY_MS, derivedSid } from "../twilio/sids.ts";
import type { AccountHistory } from "./history.ts";

/** Accounts of histories, as Twilio has them. */
export interface SeededWorld {
  readonly world: World;
  readonly parent: { readonly sid: string; readonly authToken: string };
  /** In the order of the histories. */
  readonly accountSids: readonly string[];
}

/** A parent that uses nothing, and one subaccount for each history. The same again for the same seed. */
export function seedWorld(seed: number, histories: readonly AccountHistory[]): SeededWorld {
  const startMs = Math.min(...histories.map((history) => history.startMs));
  const name = `evaluation ${seed}`;
  const parent = { sid: derivedSid("AC", name, "parent"), authToken: derivedSid("", name, "token") };
  const subaccounts = histories.map((history) => subaccount(history, parent.sid));
  const world: World = {
    accounts: [
      {
        ...frame(parent.sid, parent.sid, "Evaluation", parent.authToken, startMs),
        usage: { seed, sinceDay: 0, weekend: 1, leaves: {} },
      },
      ...subaccounts,
    ],
    keys: subaccounts.map(({ sid }) => ({
      sid: derivedSid("SK", sid, "production"),
      accountSid: sid,
      friendlyName: "production",
      secret: derivedSid("", sid, "secret"),
      kind: "standard",
      createdAtMs: startMs - 100 * DAY_MS,
      updatedAtMs: startMs - 100 * DAY_MS,
    })),
    numbers: subaccounts.map(({ sid }, index) => ({
      sid: derivedSid("PN", sid, "number"),
      accountSid: sid,
      phoneNumber: `+1202555${String(100 + index).padStart(4, "0")}`,
      friendlyName: "main",
      createdAtMs: startMs - 100 * DAY_MS,
    })),
    calls: [],
    messages: [],
    triggers: [],
    alerts: [],
    events: [],
    usdPerMinute: {},
  };
  return { world, parent, accountSids: subaccounts.map(({ sid }) => sid) };
}

function subaccount({ shape, seed, name, profile, startMs }: AccountHistory, parentSid: string): Account {
  const sid = derivedSid("AC", parentSid, shape.id, String(seed));
  return { ...frame(sid, parentSid, name, derivedSid("", sid, "token"), startMs), usage: profile };
}

function frame(
  sid: string,
  ownerSid: string,
  friendlyName: string,
  authToken: string,
  startMs: number,
): Omit<Account, "usage"> {
  return {
    sid,
    friendlyName,
    ownerSid,
    status: "active",
    authToken,
    secondaryToken: null,
    createdAtMs: startMs - 400 * DAY_MS,
    updatedAtMs: startMs - 400 * DAY_MS,
    balanceUsd: 1_000,
    liveUsage: {},
    dialing: {},
    inheritsDialing: true,
    messaging: {},
    debuggerUrl: null,
  };
}
