import { isLoopback } from "../../lib/loopback.ts";

/** True for https, and for plain http on this machine alone: a token must not travel in the clear. */
export function isTrustedAddress(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, username } = new URL(address);
  return username === "" && (protocol === "https:" || (protocol === "http:" && isLoopbackAddress(address)));
}

export function isLoopbackAddress(address: string): boolean {
  return URL.canParse(address) && isLoopback(new URL(address).hostname);
}
