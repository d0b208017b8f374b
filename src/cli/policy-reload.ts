import type { PlatformName } from "../audit/envelope.ts";
import { type loadPolicy, type Policy, policyWarnings } from "../config.ts";
import type { Log } from "../lib/log.ts";

interface Parts {
  /** The one in force. */
  readonly policy: Policy;
  /** Those that are on. */
  readonly platforms: readonly PlatformName[];
  readonly load: () => ReturnType<typeof loadPolicy>;
  readonly adopt: (policy: Policy) => Promise<void>;
  readonly log: Log;
}

/** Takes the policy file over as it is now. A wrong one is named and changes nothing. One call after the other; never rejects. */
export function createPolicyReload({ policy, platforms, load, adopt, log }: Parts): () => Promise<void> {
  let digest = policy.digest;
  let latest: Promise<void> = Promise.resolve();

  async function reload(): Promise<void> {
    const loaded = load();
    if (!loaded.ok) {
      for (const problem of loaded.problems) {
        log.warn({ problem }, "the policy file is wrong; people and policy stay as they were");
      }
      return;
    }
    for (const problem of policyWarnings(loaded.policy, platforms)) {
      log.warn({ problem }, "the policy works, with a warning");
    }
    if (loaded.policy.digest === digest) {
      log.info("the policy file was read again and says the same");
      return;
    }
    await adopt(loaded.policy);
    digest = loaded.policy.digest;
    log.info({ count: loaded.policy.people.length }, "people and policy were loaded again");
  }

  return () => {
    latest = latest.then(reload).catch((error: unknown) => {
      log.error({ err: error }, "the changed policy was not recorded; send SIGHUP to try again");
    });
    return latest;
  };
}
