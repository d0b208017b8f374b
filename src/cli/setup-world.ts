import { existsSync } from "node:fs";
import { hostname, userInfo } from "node:os";
import { join } from "node:path";
import type { Config } from "../config.ts";
import type { AccountBaseline } from "../detection/baseline/contract.ts";
import { settingsFor } from "../detection/settings.ts";
import { systemClock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import type { AccountSid } from "../lib/id.ts";
import type { Log } from "../lib/log.ts";
import { type Applied, addressesOf, readApplied } from "../setup/applied.ts";
import type { Tripwires } from "../setup/contract.ts";
import { createHistoryOf } from "../setup/history.ts";
import { createSurvey, type Survey } from "../setup/survey.ts";
import { createBaselineStore } from "../store/baselines.ts";
import { openDatabase } from "../store/database.ts";
import { attachDatabase } from "../store/open.ts";
import { createSetupStore } from "../store/setup.ts";
import { createCredentials } from "../twilio/credentials.ts";
import { createTwilioSdk } from "../twilio/sdk.ts";
import { createTripwires } from "../twilio/tripwires.ts";
import { readUsage } from "../twilio/usage.ts";

type Environment = Config["environment"];

/** What Tollgate's own database knows of the set-up. */
export interface SetupMemory {
  readonly applied: Applied | null;
  readonly baselineOf: (accountSid: AccountSid) => Promise<AccountBaseline | null>;
  close(): Promise<void>;
}

/** Before the first start there is none. */
export function hasDatabase({ databaseUrl, dataDir }: Environment["store"]): boolean {
  return databaseUrl !== undefined || existsSync(join(dataDir, "postgres"));
}

/** Read beside a Tollgate that may be running; nothing is written, and tables that no start has made yet know nothing. */
export async function openSetupMemory(store: Environment["store"], log: Log): Promise<SetupMemory> {
  if (!hasDatabase(store)) return { applied: null, baselineOf: async () => null, close: async () => {} };
  const open = await attachDatabase({ ...store, log });
  const database = openDatabase(open.connection, "request", log);
  const close = async () => {
    await database.end();
    await open.close();
  };
  try {
    const baselines = createBaselineStore(database);
    return {
      applied: readApplied(await orNull(createSetupStore(database).load())),
      baselineOf: (accountSid) => orNull(baselines.load(accountSid)),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function orNull<Answer>(answer: Promise<Answer | null>): Promise<Answer | null> {
  try {
    return await answer;
  } catch (error) {
    if (isFault(error, "not-found")) return null;
    throw error;
  }
}

export interface SetupTwilio {
  readonly tripwires: Tripwires;
  survey(memory: Pick<SetupMemory, "applied" | "baselineOf">): Survey;
}

export function createSetupTwilio({ environment, policy }: Config, log: Log): SetupTwilio {
  const { accountSid: parentSid, authToken: parentToken, apiBaseUrl } = environment.twilio;
  const sdk = createTwilioSdk({ apiBaseUrl });
  const credentials = createCredentials({ sdk, parentSid, parentToken, clock: systemClock, log });
  const tripwires = createTripwires(credentials);
  return {
    tripwires,
    survey: ({ applied, baselineOf }) =>
      createSurvey({
        tripwires,
        historyOf: createHistoryOf({
          usage: async (query) => readUsage(await credentials.parentClient(), query),
          baselineOf,
        }),
        settingsOf: (accountSid) => settingsFor(policy.detection, accountSid),
        addresses: addressesOf(environment.server.publicUrl, applied),
      }),
  };
}

/** Who sits at the command line, as far as the operating system says: `alice on ops-1`. */
export function operatorName(): string {
  try {
    return `${userInfo().username} on ${hostname()}`;
  } catch {
    // A user without an entry, as in some containers.
    return `somebody on ${hostname()}`;
  }
}
