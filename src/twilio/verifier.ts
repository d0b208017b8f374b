import { Fault } from "../lib/fault.ts";
import { type AccountSid, isAccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import type { Secret } from "../lib/secret.ts";
import type { SignatureVerdict, WebhookVerifier } from "../workflow/ports.ts";
import type { Credentials } from "./credentials.ts";
import { hasBodyHash, isSignedForm, isSignedJson, looksLikeSignature } from "./signatures.ts";

type Check = (token: Secret) => boolean;

/**
 * Did Twilio sign this, with the token of the account that it names? Answers `account-mismatch` only to somebody who holds a
 * token: strangers learn nothing.
 */
export function createWebhookVerifier(options: {
  /** What Twilio calls; may have a path. */
  readonly publicUrl: string;
  readonly credentials: Credentials;
  readonly parentSid: AccountSid;
  readonly log: Log;
}): WebhookVerifier {
  const { credentials, parentSid, log } = options;
  const publicUrl = options.publicUrl.replace(/\/+$/, "");

  async function verify(
    accountSid: string,
    signature: string | undefined,
    body: string | undefined,
    check: Check,
  ): Promise<SignatureVerdict> {
    if (!isAccountSid(accountSid)) return "unknown-account";
    if (signature === undefined || !looksLikeSignature(signature)) return "bad-signature";
    try {
      if (!(await credentials.directory.isKnown(accountSid))) return "unknown-account";
      const isOwnSubaccount = accountSid === parentSid && (await isSubaccount(body));
      // A webhook that is configured at the parent may carry a subaccount's events, and either may have signed it.
      const signers = isOwnSubaccount && body !== undefined && isAccountSid(body) ? [accountSid, body] : [accountSid];
      if (!(await isSignedByOne(signers, check))) return "bad-signature";
      return body === undefined || body === accountSid || isOwnSubaccount ? "valid" : "account-mismatch";
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      log.warn({ accountSid, kind: error.kind }, "webhook not verified: no token could be obtained");
      return "unavailable";
    }
  }

  async function isSubaccount(body: string | undefined): Promise<boolean> {
    return body !== undefined && body !== parentSid && (await credentials.directory.isKnown(body));
  }

  async function isSignedByOne(signers: readonly AccountSid[], check: Check): Promise<boolean> {
    const tried = new Map<AccountSid, Secret>();
    let unobtainable: unknown;
    for (const sid of signers) {
      try {
        const token = await credentials.tokenOf(sid);
        if (check(token)) return true;
        tried.set(sid, token);
      } catch (error) {
        unobtainable = error;
      }
    }
    if (unobtainable !== undefined) throw unobtainable;
    for (const [sid, token] of tried) {
      const newest = await newestToken(sid, token, check);
      if (!newest.equals(token) && check(newest)) return true;
    }
    return false;
  }

  /** The token may have been rotated by somebody else. When that cannot be read now, the held one has to decide. */
  async function newestToken(sid: AccountSid, held: Secret, check: Check): Promise<Secret> {
    try {
      // Signed with the configured token, which is not the primary one as far as we know: somebody may just have promoted it.
      // No stranger can sign so, and strangers' bad posts must not use up the look that it needs.
      if (sid === parentSid && check(credentials.parentToken)) return await credentials.renew(sid);
      return await credentials.refetch(sid);
    } catch (error) {
      if (!(error instanceof Fault)) throw error;
      // Twilio refuses the configured token, so the one held until now proves nothing.
      if (sid === parentSid && error.kind === "unauthorised") throw error;
      log.warn({ accountSid: sid, kind: error.kind }, "token not read again after a bad signature");
      return held;
    }
  }

  return {
    verify(request) {
      const url = publicUrl + request.originalUrl;
      return verify(request.accountSid, request.signature, request.bodyAccountSid, (token) =>
        isSignedForm(token, url, request.params, request.signature ?? ""),
      );
    },
    async verifyJson(request) {
      const url = publicUrl + request.originalUrl;
      // Without its hash the body is unsigned, whatever the token: no reason to ask for one.
      if (!hasBodyHash(url)) return "bad-signature";
      return verify(request.accountSid, request.signature, undefined, (token) =>
        isSignedJson(token, url, request.rawBody, request.signature ?? ""),
      );
    },
    async covers(accountSid, other) {
      return other === accountSid || (accountSid === parentSid && (await credentials.directory.isKnown(other)));
    },
  };
}
