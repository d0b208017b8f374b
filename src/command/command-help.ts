import type { PlatformName } from "../audit/envelope.ts";
import { unreachable } from "../lib/decision.ts";
import type { Element } from "../notice/card.ts";
import type { Command, CommandAnswer } from "./contract.ts";

/** What may be explained: a command, or what is about to become one. */
export type Explained = Pick<Command, "name" | "summary" | "forms">;

/** How a command is written there: `/twilio-usage today` in Slack, `usage today` in Teams. */
export function written(platform: PlatformName, command: string, words = ""): string {
  return `${prefixOf(platform)}${command} ${words}`.trim();
}

function prefixOf(platform: PlatformName): string {
  switch (platform) {
    case "slack":
      return "/twilio-";
    case "teams":
      return "";
    default:
      return unreachable(platform);
  }
}

/** The forms of one command. `problem` says first what was not understood. */
export function commandHelp(command: Explained, platform: PlatformName, problem: string | null = null): CommandAnswer {
  const forms: Element = {
    kind: "list",
    title: problem === null ? command.summary : "This is understood",
    items: command.forms.map(({ form, meaning }) => `${written(platform, command.name, form)}: ${meaning}`),
  };
  const first: readonly Element[] = problem === null ? [] : [{ kind: "text", text: [problem] }];
  return {
    heading: problem === null ? `How to ask for ${command.name}` : "That was not understood",
    elements: [...first, forms],
    note: null,
    isPrivate: true,
  };
}
