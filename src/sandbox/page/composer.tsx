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
  const [text, setText] = useState("");
  const [isBusy, setBusy] = useState(false);
  const hintId = useId();
  const [word = "", ...rest] = text.trimStart().split(/\s+/);
  const isCommand = threadTs === undefined && word.startsWith("/");
  const fitting = isCommand ? state.commands.filter((each) => each.command.startsWith(word)) : [];

  async function send(): Promise<void> {
    const line = text.trim();
    if (line === "") return;
    setText("");
    setBusy(true);
    const act = isCommand
      ? slash(spot.userId, spot.channelId, word, rest.join(" ").trim())
      : say(spot.userId, spot.channelId, line, threadTs);
    await attempt(desk, act);
    setBusy(false);
  }

  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      {fitting.length > 0 && (
        <ul className="commands" id={hintId} aria-label="Commands">
          {fitting.map((each) => (
            <li key={each.command}>
              <button type="button" onClick={() => setText(`${each.command} `)}>
                <strong>{each.command}</strong> <code>{each.usageHint}</code>
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
          if (event.key !== "Tab" || first === undefined || text.includes(" ")) return;
          event.preventDefault();
          setText(`${first.command} `);
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
