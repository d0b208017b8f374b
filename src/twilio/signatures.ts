import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../lib/secret.ts";

/*
 * Twilio signs what it posts: https://www.twilio.com/docs/usage/security#validating-requests
 * Base64(HMAC-SHA1(auth token, address + parameters)). Our own few lines, because the SDK is slow to load and this is the
 * hottest path of the house.
 */

export type FormParams = Readonly<Record<string, string | readonly string[]>>;

/** A base64 SHA-1: 20 bytes. */
const SIGNATURE = /^[A-Za-z0-9+/]{27}=$/;

/** False for what cannot be a signature at all, so that nobody has to be asked for a token. */
export function looksLikeSignature(text: string): boolean {
  return SIGNATURE.test(text);
}

/**
 * Signature of a form post; with no parameters, of a GET. `url` is exactly what Twilio asked for. Names are sorted by code
 * unit, values are as they came (untrimmed, empty ones kept), a repeated name contributes each different value once, sorted.
 */
export function formSignature(token: Secret, url: string, params: FormParams): string {
  let text = url;
  for (const name of Object.keys(params).sort()) {
    const value = params[name] ?? "";
    if (typeof value === "string") text += name + value;
    else for (const one of [...new Set(value)].sort()) text += name + one;
  }
  return token.sign("sha1", text).toString("base64");
}

export function isSignedForm(token: Secret, url: string, params: FormParams, signature: string): boolean {
  return isSame(formSignature(token, url, params), signature);
}

/**
 * A JSON body is signed through its hash: `bodySHA256` in the query, and the signature covers the address alone. Without
 * that parameter the body is unsigned, hence refused.
 */
export function isSignedJson(token: Secret, url: string, rawBody: Uint8Array, signature: string): boolean {
  const claimed = bodyHash(url);
  // The signature first: a stranger's megabyte is not worth hashing.
  if (claimed === null || !isSignedForm(token, url, {}, signature)) return false;
  return isSame(createHash("sha256").update(rawBody).digest("hex"), claimed);
}

export function hasBodyHash(url: string): boolean {
  return bodyHash(url) !== null;
}

function bodyHash(url: string): string | null {
  return URL.canParse(url) ? new URL(url).searchParams.get("bodySHA256") : null;
}

function isSame(expected: string, given: string): boolean {
  const left = Buffer.from(expected);
  const right = Buffer.from(given);
  return left.length === right.length && timingSafeEqual(left, right);
}
