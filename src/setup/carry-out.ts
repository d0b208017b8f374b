import type { OurChange } from "../detection/contract.ts";
import { unreachable } from "../lib/decision.ts";
import { type Fault, isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import { doorUrl } from "./addresses.ts";
import type { Step, Tripwires } from "./contract.ts";
import { newTrigger, SINK_DESCRIPTION, SUBSCRIPTION_DESCRIPTION } from "./names.ts";

export interface Hands {
  readonly tripwires: Tripwires;
  readonly publicUrl: string;
  /** Noted before it happens, so that Twilio's record of it explains itself. */
  readonly noteChange: (accountSid: AccountSid, change: OurChange) => Promise<void>;
  /** After a test: whether the sink becomes active while we wait. */
  readonly becomesActive: (accountSid: AccountSid, sinkSid: string) => Promise<boolean>;
  /** A test event of this account came so short a time ago that asking for another one would only bring us back. */
  readonly wasTestedLately: (accountSid: AccountSid) => Promise<boolean>;
  readonly nowMs: () => number;
}

export interface Failed {
  readonly step: Step;
  readonly fault: Fault;
}

export interface CarriedOut {
  readonly done: readonly Step[];
  readonly failed: readonly Failed[];
  /** Steps that wait for a sink to become active: nothing failed, and upkeep or the next run goes on. */
  readonly waiting: readonly Step[];
  /** Twilio was asked for a test event. */
  readonly isTested: boolean;
}

/** Twilio stamps its records in whole seconds, and its clock is not ours. */
const BEFORE_MS = 60_000;
/** How long the steps of one account may take, and Twilio's clock may be off. */
const CHANGES_TAKE_MS = 10 * 60_000;
const WHAT = "the upkeep of its tripwires";

/**
 * Carries steps out in their order, what replaces before what is replaced, so that there is no moment without a tripwire. One
 * step that Twilio refuses does not keep the others back; refused credentials do.
 */
export async function carryOut(accountSid: AccountSid, steps: readonly Step[], hands: Hands): Promise<CarriedOut> {
  const { tripwires, publicUrl } = hands;
  const done: Step[] = [];
  const failed: Failed[] = [];
  const waiting: Step[] = [];
  /** Of the sink that was made or tested just now; null: none was, and undefined: it failed. */
  let fresh: { readonly sid: string; readonly isActive: boolean } | null | undefined = null;
  let isTested = false;

  async function test(sinkSid: string, isActive: boolean): Promise<void> {
    fresh = undefined;
    await tripwires.testSink(accountSid, sinkSid);
    isTested = true;
    fresh = { sid: sinkSid, isActive: isActive || (await hands.becomesActive(accountSid, sinkSid)) };
  }

  /** Whether the sink that is to stay does not send yet all that it should. */
  function isSinkUnsure(): boolean {
    if (fresh === undefined || fresh?.isActive === false) return true;
    const undone = [...waiting, ...failed.map(({ step }) => step)];
    return undone.some(({ kind }) => kind === "subscribe" || kind === "set-event-types");
  }

  /** Answers whether it could be done now. */
  async function perform(step: Step): Promise<boolean> {
    switch (step.kind) {
      case "create-trigger": {
        const url = doorUrl(publicUrl, "usage-trigger", accountSid);
        await tripwires.createUsageTrigger(accountSid, newTrigger(step.trigger, url));
        for (const { sid } of step.replaces) await tripwires.deleteUsageTrigger(accountSid, sid);
        return true;
      }
      case "delete-trigger":
        await tripwires.deleteUsageTrigger(accountSid, step.trigger.sid);
        return true;
      case "create-sink": {
        fresh = undefined;
        const { destination } = step;
        const sink = await tripwires.createSink(accountSid, { description: SINK_DESCRIPTION, destination });
        await test(sink.sid, sink.status === "active");
        return true;
      }
      case "test-sink":
        if (await hands.wasTestedLately(accountSid)) {
          fresh = { sid: step.sinkSid, isActive: await hands.becomesActive(accountSid, step.sinkSid) };
        } else {
          await test(step.sinkSid, false);
        }
        return fresh?.isActive === true;
      case "subscribe": {
        if (fresh === undefined || fresh?.isActive === false) return false;
        const sinkSid = step.sinkSid ?? fresh?.sid;
        if (sinkSid === undefined) return false;
        const { types } = step;
        await tripwires.createSubscription(accountSid, { description: SUBSCRIPTION_DESCRIPTION, sinkSid, types });
        return true;
      }
      case "set-event-types":
        for (const type of step.add) await tripwires.setEventType(accountSid, step.subscriptionSid, type, false);
        for (const type of step.move) await tripwires.setEventType(accountSid, step.subscriptionSid, type, true);
        return true;
      case "delete-sink":
        // It may be the only one that works.
        if (isSinkUnsure()) return false;
        for (const sid of step.subscriptionSids) await tripwires.deleteSubscription(accountSid, sid);
        await tripwires.deleteSink(accountSid, step.sink.sid);
        return true;
      case "set-porting-webhook":
        await tripwires.setPortingWebhook(step.webhook);
        return true;
      default:
        return unreachable(step);
    }
  }

  for (const change of changesOf(steps, hands.nowMs())) await hands.noteChange(accountSid, change);
  for (const step of steps) {
    try {
      ((await perform(step)) ? done : waiting).push(step);
    } catch (error) {
      if (!isFault(error)) throw error;
      failed.push({ step, fault: error });
      if (error.kind === "unauthorised") break;
    }
  }
  return { done, failed, waiting, isTested };
}

/** What Twilio's record of changes will say because of these steps. New triggers have no name before they are there. */
function changesOf(steps: readonly Step[], nowMs: number): readonly OurChange[] {
  const span = { what: WHAT, fromMs: nowMs - BEFORE_MS, toMs: nowMs + CHANGES_TAKE_MS };
  const creates = steps.some(({ kind }) => kind === "create-trigger");
  const deleted = steps.flatMap(deletedBy);
  return [
    ...(creates ? [{ ...span, eventTypes: ["usage-trigger.created"], resourceSids: null }] : []),
    ...(deleted.length === 0 ? [] : [{ ...span, eventTypes: DELETIONS, resourceSids: deleted }]),
  ];
}

const DELETIONS = ["usage-trigger.deleted", "sink.deleted", "subscription.deleted"];

function deletedBy(step: Step): readonly string[] {
  switch (step.kind) {
    case "create-trigger":
      return step.replaces.map(({ sid }) => sid);
    case "delete-trigger":
      return [step.trigger.sid];
    case "delete-sink":
      return [step.sink.sid, ...step.subscriptionSids];
    case "create-sink":
    case "test-sink":
    case "subscribe":
    case "set-event-types":
    case "set-porting-webhook":
      return [];
    default:
      return unreachable(step);
  }
}
