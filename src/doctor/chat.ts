import { PLATFORM_NAMES, type PlatformName } from "../audit/envelope.ts";
import type { ChatHandlers } from "../chat/platform.ts";
import type { Config, Policy } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { isFault } from "../lib/fault.ts";
import { createLog } from "../lib/log.ts";
import { createPlatforms, type PlatformPart } from "../platforms.ts";
import type { ConversationStore } from "../workflow/ports.ts";
import { type Finding, missing, ok, warning } from "./contract.ts";

type Environment = Config["environment"];

const never = () => Promise.reject(new Error("nobody speaks to the doctor"));
const nobody: ChatHandlers = {
  press: never,
  submit: never,
  command: never,
  unknownPress: never,
  home: never,
  view: never,
  refOf: never,
  pictureOf: never,
};

/** The configured addresses are what is tried out, not those that were learned since. */
const nothingLearned: ConversationStore = { load: async () => null, save: async () => {} };

/** Each costs a call. */
const PEOPLE_LOOKED_AT = 50;

/** Why a platform would let a person do nothing. */
const WORDS = {
  slack: {
    guest: "is a guest there",
    bot: "is a bot there",
    "other-workspace": "is of another workspace",
    "unknown-user": "is not known there, or has left",
  },
  teams: {
    guest: "is a guest there",
    bot: "is a bot there",
    "other-workspace": "is of another tenant",
    "unknown-user": "is not in the team of TEAMS_INCIDENT_CHANNEL, or is nobody's Object ID in Microsoft Entra",
  },
} as const;

/**
 * Posts, edits, reads back and deletes a test card in each channel of one platform. When that works, it asks the platform for its
 * people: a wrong id shows nowhere else before it matters.
 */
export async function* lookAtPlatform(name: PlatformName, { environment, policy }: Config): AsyncGenerator<Finding> {
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
    if (steps.some(({ problem }) => problem !== null)) return;
    for (const part of parts) yield* strangers(part, policy);
  } finally {
    await Promise.all(parts.map((part) => part.close()));
  }
}

async function* strangers(part: PlatformPart, { people }: Policy): AsyncGenerator<Finding> {
  const words = WORDS[part.name];
  for (const person of people.slice(0, PEOPLE_LOOKED_AT)) {
    const userId = person[part.name];
    if (userId === null) continue;
    try {
      const barred = await part.whyBarred(userId);
      if (barred === null) continue;
      yield warning(
        `people: ${person.id} can do nothing in ${PLATFORM_NAMES[part.name]}, as ${userId} ${words[barred]}.`,
      );
    } catch (error) {
      if (!isFault(error)) throw error;
      yield warning(
        `people: ${person.id} could not be looked up in ${PLATFORM_NAMES[part.name]} (${error.code ?? error.kind}).`,
      );
    }
  }
}

function only(name: PlatformName, { slack, teams, ...rest }: Environment): Environment {
  if (name === "slack") return slack === undefined ? rest : { ...rest, slack };
  return teams === undefined ? rest : { ...rest, teams };
}
