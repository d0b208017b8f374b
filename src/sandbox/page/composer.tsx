import { useId, useState } from "react";
import { attempt, person, useDesk } from "./desk.ts";
import { say, slash } from "./doors.ts";

interface ComposerProps {
  readonly placeholder: string;
  readonly threadTs?: string;
}

/** Where the person acted as writes. A line that begins with a slash is a command, in a channel only, as in Slack. */
export function Composer({ placeholder, threadTs }: ComposerProps) {
  const desk = useDesk();
  const { state, spot } = desk;
  const parts = (line: string) => line.trimStart().split(/\s+/);
  const isCommand = (word: string) => threadTs === undefined && word.startsWith("/");

  function suggest(line: string): readonly Suggestion[] {
    const [word = ""] = parts(line);
    const fitting = isCommand(word) ? state.commands.filter((each) => each.command.startsWith(word)) : [];
    return fitting.map((each) => ({ words: each.command, hint: each.usageHint, description: each.description }));
  }

  function send(line: string): Promise<void> {
    const [word = "", ...rest] = parts(line);
    const act = isCommand(word)
      ? slash(spot.userId, spot.channelId, word, rest.join(" ").trim())
      : say(spot.userId, spot.channelId, line, threadTs);
    return attempt(desk, act);
  }

  return <ComposerForm placeholder={placeholder} suggest={suggest} send={send} />;
}

export interface Suggestion {
  readonly words: string;
  readonly hint: string;
  readonly description: string;
}

interface ComposerFormProps {
  readonly placeholder: string;
  readonly suggest: (line: string) => readonly Suggestion[];
  /** Settles when it is sent. */
  readonly send: (line: string) => Promise<void>;
}

/** One line to write, with what could be meant above it. */
export function ComposerForm({ placeholder, suggest, send }: ComposerFormProps) {
  const { state, spot } = useDesk();
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const hintId = useId();
  const fitting = suggest(text);

  async function submit(): Promise<void> {
    const line = text.trim();
    if (line === "") return;
    setText("");
    setBusy(true);
    await send(line);
    setBusy(false);
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void submit();
      }}
    >
      {fitting.length > 0 && (
        <ul className="commands" id={hintId} aria-label="Commands">
          {fitting.map((each) => (
            <li key={each.words}>
              <button type="button" onClick={() => setText(`${each.words} `)}>
                <strong>{each.words}</strong> <code>{each.hint}</code>
                <small>{each.description}</small>
              </button>
            </li>
          ))}
        </ul>
      )}
      <input
        type="text"
        value={text}
        placeholder={placeholder}
        aria-label={`${placeholder}, as ${person(state, spot.userId)?.realName ?? ""}`}
        aria-describedby={fitting.length > 0 ? hintId : undefined}
        autoComplete="off"
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => {
          const [first] = fitting;
          if (event.key !== "Tab" || event.shiftKey || first === undefined || text.startsWith(`${first.words} `))
            return;
          event.preventDefault();
          setText(`${first.words} `);
        }}
      />
      <button type="submit" className="send" disabled={isBusy || text.trim() === ""} aria-label="Send">
        <svg viewBox="0 0 18 18" width="16" height="16" aria-hidden="true">
          <path d="M2 2l14 7-14 7 2.5-7z" />
        </svg>
      </button>
    </form>
  );
}
