import { type ErrorStory, ruleOf } from "./error-story.ts";

/** Source address not allowed, wrong user or password, number blocked. */
export const sipAttackStory: ErrorStory = {
  threat: "sip-attack",
  codes: ["32201", "32202", "32203"],
  warningFrom: 5,
  criticalFrom: 50,
  noun: "refused SIP calls",
  meaning: "somebody probes the SIP domains for a way in",
  category: "calls-sip",
};

/** Strangers knock at the SIP domains. */
export const sipAttack = ruleOf(sipAttackStory);
