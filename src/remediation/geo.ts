import { z } from "zod";
import type { AccountStatus, MessagingPermission, TwilioAccount, VoicePermission } from "./contract.ts";
import { CLOSED } from "./facts.ts";
import { countryName } from "./wording.ts";

/** Voice and messaging permissions as both geo remediations keep them. */

export const VoiceRow = z.object({
  country: z.string(),
  lowRisk: z.boolean(),
  highRiskSpecial: z.boolean(),
  highRiskTollfraud: z.boolean(),
});
export type VoiceRow = z.infer<typeof VoiceRow>;
export const MessagingRow = z.object({ country: z.string(), enabled: z.boolean() });
export type MessagingRow = z.infer<typeof MessagingRow>;

/** What a run changed, as it was before: enough to put it back. Rows that it left alone are not kept. */
export const GeoCaptured = z.object({
  /** The subaccount used the parent's dialing permissions; putting that back brings all of them back. */
  inherited: z.boolean(),
  voice: z.array(VoiceRow),
  messaging: z.array(MessagingRow),
});
export type GeoCaptured = z.infer<typeof GeoCaptured>;

export function toVoiceRow(row: VoiceRow): VoiceRow {
  const { country, lowRisk, highRiskSpecial, highRiskTollfraud } = row;
  return { country, lowRisk, highRiskSpecial, highRiskTollfraud };
}

export function toPermission(row: VoiceRow): VoicePermission {
  return { ...row, name: countryName(row.country) };
}

export function toMessagingRow({ country, enabled }: MessagingPermission): MessagingRow {
  return { country, enabled };
}

export function isVoiceOpen(row: VoiceRow): boolean {
  return row.lowRisk || row.highRiskSpecial || row.highRiskTollfraud;
}

export function isHighRiskOpen(row: VoiceRow): boolean {
  return row.highRiskSpecial || row.highRiskTollfraud;
}

export function closed(row: VoiceRow): VoiceRow {
  return { country: row.country, lowRisk: false, highRiskSpecial: false, highRiskTollfraud: false };
}

export function isSameVoice(left: VoiceRow, right: VoiceRow): boolean {
  return (
    left.lowRisk === right.lowRisk &&
    left.highRiskSpecial === right.highRiskSpecial &&
    left.highRiskTollfraud === right.highRiskTollfraud
  );
}

/** Dialing permissions list Canada under `US`. */
export function voiceCountry(country: string): string {
  return country === "CA" ? "US" : country;
}

/** Messaging permissions list Canada by itself, where they list it at all. */
export function messagingCountries(country: string): readonly string[] {
  return country === "US" ? ["US", "CA"] : [country];
}

/** The table that applies: the parent's while the subaccount inherits. */
export function readEffectiveVoice(account: TwilioAccount, inherits: boolean): Promise<readonly VoicePermission[]> {
  return inherits ? account.readParentVoicePermissions() : account.readVoicePermissions("all");
}

export const VOICE_CONSOLE = "Console > Voice > Settings > Geo permissions";
export const MESSAGING_CONSOLE = "Console > Messaging > Settings > Geo permissions";

/**
 * Messaging to these can be changed in the Console only; the API answers 200 with error 30649 in the row.
 * https://help.twilio.com/articles/223181108
 */
export const CONSOLE_ONLY_MESSAGING: readonly string[] = [
  "BD",
  "IL",
  "NG",
  "PK",
  "PS",
  "LK",
  "AZ",
  "TJ",
  "OM",
  "TN",
  "DZ",
];

/** The permissions of both channels are reached with the account's own credentials alone. */
export function whyNotGeo(status: AccountStatus): string | null {
  if (status === "closed") return CLOSED;
  return status === "suspended" ? "It is suspended, so its own credentials are dead: reactivate it first." : null;
}
