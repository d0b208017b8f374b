import { blockedDestinationsStory } from "./blocked-destinations.ts";
import { errorLabel } from "./error-codes.ts";
import type { ErrorStory } from "./error-story.ts";
import { failingWebhooksStory } from "./failing-webhooks.ts";
import { ingestFailingStory } from "./ingest-failing.ts";
import { pumpingBlocksStory } from "./messaging-pumping.ts";
import { refusedCredentialsStory } from "./refused-credentials.ts";
import { sipAttackStory } from "./sip-attack.ts";
import { errorsOfCode } from "./threats.ts";
import { verifyBlocksStory } from "./verify-pumping.ts";

const STORIES: readonly ErrorStory[] = [
  refusedCredentialsStory,
  sipAttackStory,
  failingWebhooksStory,
  blockedDestinationsStory,
  ingestFailingStory,
  pumpingBlocksStory,
  verifyBlocksStory,
];

/** The rest comes in every size on a healthy day: only a crowd of one kind is worth a look. */
const OTHER_FROM = 20;

/** What the code belongs to; null: it has no story of its own. */
export function knownStory(code: string): ErrorStory | null {
  return STORIES.find((story) => story.codes.includes(code)) ?? null;
}

/** The story of any code: a code without one has itself. */
export function storyOf(code: string): ErrorStory {
  return (
    knownStory(code) ?? {
      threat: errorsOfCode(code),
      codes: [code],
      warningFrom: OTHER_FROM,
      criticalFrom: null,
      noun: `times ${errorLabel(code)}`,
      meaning: null,
      category: null,
    }
  );
}
