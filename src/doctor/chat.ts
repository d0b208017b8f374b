import type { PlatformName } from "../audit/envelope.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { createLog } from "../lib/log.ts";
import { createPlatforms } from "../platforms.ts";
import type { ConversationStore } from "../workflow/ports.ts";
import { type Finding, missing, ok } from "./contract.ts";
import { nobody } from "./nobody.ts";

type Environment = Config["environment"];

/** The configured addresses are what is tried out, not those that were learned since. */
const nothingLearned: ConversationStore = { load: async () => null, save: async () => {} };

/** Posts, edits, reads back and deletes a test card in each channel of one platform. Returns whether it knows us at all. */
export async function* lookAtPlatform(
  name: PlatformName,
  { environment, policy }: Config,
): AsyncGenerator<Finding, boolean> {
  const parts = await createPlatforms({
    environment: only(name, environment),
    policy: () => policy,
    handlers: nobody,
    conversations: nothingLearned,
    clock: systemClock,
    log: createLog("silent"),
  });
  try {
    const steps = (await Promise.all(parts.map((part) => part.rehearse()))).flat();
    for (const { name: what, problem } of steps) {
      const sentence = `${what.charAt(0).toUpperCase()}${what.slice(1)}`;
      yield problem === null ? ok(sentence) : missing(`${sentence}: ${problem}`);
    }
    return steps[0]?.problem === null;
  } finally {
    await Promise.all(parts.map((part) => part.close()));
  }
}

function only(name: PlatformName, { slack, teams, ...rest }: Environment): Environment {
  if (name === "slack") return slack === undefined ? rest : { ...rest, slack };
  return teams === undefined ? rest : { ...rest, teams };
}
