import type { AccountSid } from "../lib/id.ts";
import type { Addresses } from "./contract.ts";

export type Door = "usage-trigger" | "events" | "porting" | "debugger" | "alarm";

/** Where Twilio calls about an account: `https://bot.example.com/twilio/debugger/AC…`. */
export function doorUrl(publicUrl: string, door: Door, accountSid: AccountSid): string {
  return `${publicUrl}/twilio/${door}/${accountSid}`;
}

/** It calls this Tollgate: where it is, or where it was when it was set up before. */
export function isOurs(url: string | null, addresses: Addresses, door: Door, accountSid: AccountSid): boolean {
  const all = [addresses.publicUrl, ...addresses.formerUrls];
  return url !== null && all.some((publicUrl) => doorUrl(publicUrl, door, accountSid) === url);
}
