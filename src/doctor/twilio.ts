import type { Config } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Secret } from "../lib/secret.ts";
import type { AccountFacts } from "../remediation/contract.ts";
import { type Credentials, createCredentials } from "../twilio/credentials.ts";
import { asFaults } from "../twilio/errors.ts";
import { createTwilioSdk } from "../twilio/sdk.ts";
import { findTwilioProblems } from "../twilio/self-check.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";
import { reasonOf } from "./examine.ts";
import { createHeard } from "./heard.ts";

/** Each costs a call. */
const ACCOUNTS_LOOKED_AT = 50;
/** https://www.twilio.com/docs/usage/api/usage-trigger: an account has at most 1,000. */
const TRIGGERS = { pageSize: 1_000, limit: 1_000 } as const;
const SHOWN = 5;

interface TwilioLook {
  look(): AsyncGenerator<Finding>;
  /** The token that signs the main account's webhooks, as far as it could be learned. */
  signer(): Promise<Secret>;
}

/** The main account's credentials, its subaccounts, and whether anything of theirs calls us. */
export function createTwilioLook({ server, twilio }: Config["environment"]): TwilioLook {
  const { accountSid: parentSid, authToken: parentToken, apiBaseUrl } = twilio;
  const { log, findings } = createHeard();
  const sdk = createTwilioSdk({ apiBaseUrl });
  const credentials = createCredentials({ sdk, parentSid, parentToken, clock: systemClock, log });

  return {
    signer: () => credentials.tokenOf(parentSid).catch(() => parentToken),
    async *look() {
      const problems = await findTwilioProblems(credentials);
      yield* problems.map(missing);
      if (problems.length > 0) return;
      yield ok("Twilio takes TWILIO_AUTH_TOKEN.");
      yield* findings();
      let accounts: readonly AccountFacts[];
      try {
        accounts = await credentials.directory.list();
      } catch (error) {
        yield missing(`The subaccounts could not be read: ${reasonOf(error)}.`);
        return;
      }
      const subaccounts = accounts.length - 1;
      yield ok(`${subaccounts === 1 ? "1 subaccount is" : `${subaccounts} subaccounts are`} seen.`);
      yield await lookAtTriggers(credentials, accounts, `${server.publicUrl}/twilio/usage-trigger/`);
    },
  };
}

/** Without a usage trigger that calls us, an account may spend what it wants and we hear nothing of it. */
async function lookAtTriggers(
  credentials: Credentials,
  accounts: readonly AccountFacts[],
  address: string,
): Promise<Finding> {
  // Suspended accounts spend nothing, and the main account often has no traffic of its own.
  const active = accounts.filter(({ status, isParent }) => status === "active" && (!isParent || accounts.length === 1));
  const looked = active.slice(0, ACCOUNTS_LOOKED_AT);
  const unwatched: string[] = [];
  try {
    for (const { sid, friendlyName } of looked) {
      if (!(await hasTrigger(credentials, sid, `${address}${sid}`))) unwatched.push(`${friendlyName} (${sid})`);
    }
  } catch (error) {
    if (!isFault(error)) throw error;
    return warning(`Usage triggers could not be read (${error.code ?? error.kind}).`);
  }
  const rest = active.length > looked.length ? ` Only the first ${looked.length} accounts were looked at.` : "";
  if (unwatched.length === 0) return ok(`Every active account has a usage trigger that calls ${address}….${rest}`);
  const names = unwatched.slice(0, SHOWN).join(", ");
  const more = unwatched.length > SHOWN ? ` and ${unwatched.length - SHOWN} more` : "";
  if (unwatched.length < looked.length)
    return warning(`No usage trigger calls ${address}… for ${names}${more}.${rest}`);
  return missing(`No usage trigger of any account calls ${address}…: make one for each (${names}${more}).${rest}`);
}

function hasTrigger(credentials: Credentials, sid: AccountSid, callbackUrl: string): Promise<boolean> {
  return asFaults(`the usage triggers of ${sid}`, async () => {
    const client = await credentials.parentClient();
    const triggers = await client.api.v2010.accounts(sid).usage.triggers.list(TRIGGERS);
    return triggers.some((trigger) => trigger.callbackUrl === callbackUrl);
  });
}
