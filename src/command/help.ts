import type { PlatformName } from "../audit/envelope.ts";
import { nearest } from "../lib/nearest.ts";
import type { Element } from "../notice/card.ts";
import { commandHelp, type Explained, written } from "./command-help.ts";
import type { Command, CommandAnswer } from "./contract.ts";
import { joined, quoted, splitWords } from "./words.ts";

const about = {
  name: "help",
  summary: "What Tollgate can be asked",
  usageHint: "[command]",
  forms: [
    { form: "", meaning: "every command" },
    { form: "usage", meaning: "one command, with all its forms" },
  ],
} as const;

export const HOME = "home";

/** Teams has no Home tab for a bot, so there one asks for it. The shell answers it, since a home is a card of its own. */
const home: Explained = {
  name: HOME,
  summary: "What waits for you, what is open, and what does not work",
  forms: [],
};

/** Explains these commands and itself. */
export function createHelp(others: readonly Command[]): Command {
  const self: Command = {
    ...about,
    run: async (line, { platform }) => explain([...others, self], platform, joined(splitWords(line))),
  };
  return self;
}

/** Everything that can be written on this platform. */
function asked(commands: readonly Command[], platform: PlatformName): readonly Explained[] {
  return platform === "teams" ? [...commands, home] : commands;
}

/** All commands, or the one that is named. Commands are named as people write them: `/twilio-usage`, `usage`. */
function explain(commands: readonly Command[], platform: PlatformName, wanted: string): CommandAnswer {
  const all = asked(commands, platform);
  const name = commandName(wanted);
  if (name === "") return overview(all, platform, null);
  const found = all.find((command) => command.name === name);
  if (found !== undefined && found.forms.length > 0) return commandHelp(found, platform);
  if (found !== undefined) return overview([found], platform, null);
  return overview(all, platform, unknown(name, all));
}

/** A word that is no command of ours: what was probably meant, and what there is. */
export function unknownCommand(commands: readonly Command[], platform: PlatformName, name: string): CommandAnswer {
  const all = asked(commands, platform);
  return overview(all, platform, name === "" ? null : unknown(name, all));
}

/** `/twilio-usage`, `Usage` and `usage` are the same. */
export function commandName(written: string): string {
  return written
    .trim()
    .toLowerCase()
    .replace(/^\/?(twilio-)?/, "");
}

function unknown(name: string, commands: readonly Explained[]): string {
  const meant = nearest(
    name,
    commands.map((command) => command.name),
  );
  return `There is no command ${quoted(name)}.${meant === undefined ? "" : ` Did you mean ${meant}?`}`;
}

/** Two examples say how it goes; `help usage` says the rest. */
const EXAMPLES = 2;

function overview(commands: readonly Explained[], platform: PlatformName, problem: string | null): CommandAnswer {
  const first: readonly Element[] = problem === null ? [] : [{ kind: "text", text: [problem] }];
  return {
    heading: problem === null ? "What Tollgate can be asked" : "That was not understood",
    elements: [
      ...first,
      ...commands.map(
        ({ name, summary, forms }): Element => ({
          kind: "list",
          title: summary,
          items:
            forms.length === 0
              ? [written(platform, name)]
              : forms.slice(0, EXAMPLES).map(({ form, meaning }) => `${written(platform, name, form)}: ${meaning}`),
        }),
      ),
    ],
    note: "Answers are for you alone. With share at the end everybody here sees them.",
    isPrivate: true,
  };
}
