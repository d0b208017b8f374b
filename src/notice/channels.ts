import type { PlatformName } from "../audit/envelope.ts";
import type { Severity, Threat } from "../detection/contract.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Card } from "./card.ts";

/** Where messages about some incidents go. Null: whichever it is; of a platform: the rule says nothing about it. */
export interface ChannelRule {
  readonly accountSid: AccountSid | null;
  readonly severity: Severity | null;
  readonly threat: Threat | null;
  /** Channel id. */
  readonly slack: string | null;
  /** Conversation id. */
  readonly teams: string | null;
}

/** The channel of the first rule that fits and names one on this platform; null: the configured one. */
export function channelFor(
  rules: readonly ChannelRule[],
  platform: PlatformName,
  incident: { readonly accountSid: AccountSid; readonly severity: Severity; readonly threat: Threat },
): string | null {
  const fits = ({ accountSid, severity, threat }: ChannelRule) =>
    (accountSid ?? incident.accountSid) === incident.accountSid &&
    (severity ?? incident.severity) === incident.severity &&
    (threat ?? incident.threat) === incident.threat;
  return rules.find((rule) => rule[platform] !== null && fits(rule))?.[platform] ?? null;
}

/** The card of a message that is not where it was meant to be. */
export function meantForAnother(card: Card, meantFor: string | null): Card {
  if (meantFor === null) return card;
  const note = `Meant for another channel that cannot be posted to: ${meantFor}.`;
  return { ...card, note: card.note === null ? note : `${card.note} ${note}` };
}
