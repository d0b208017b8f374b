import { useState } from "react";
import type { EphemeralMessage, SlackFile, SlackMessage } from "../slack/model.ts";
import { Avatar } from "./avatar.tsx";
import { Blocks } from "./blocks.tsx";
import { attempt, person, timeOf, useDesk } from "./desk.ts";
import { click } from "./doors.ts";
import { PlainMessage } from "./rich-text.tsx";

interface MessageProps {
  readonly message: SlackMessage;
  /** In the channel a message leads to its thread; in the thread it does not. */
  readonly isInThread?: boolean;
  /** It follows at once on a message of the same author: no need to say again who speaks. */
  readonly isContinued?: boolean;
}

export function MessageRow({ message, isInThread = false, isContinued = false }: MessageProps) {
  const { state, spot, go } = useDesk();
  const answers = state.messages.filter((each) => each.threadTs === message.ts && each.channelId === message.channelId);
  const mentionsMe = state.notifications.some((each) => each.ts === message.ts && each.userId === spot.userId);
  const isOpen = spot.threadTs === message.ts && !isInThread;
  const classes = [
    "message",
    mentionsMe ? "mentions-me" : "",
    isOpen ? "is-open" : "",
    isContinued ? "is-continued" : "",
  ];
  return (
    <article className={classes.join(" ")} data-ts={message.ts}>
      {!isContinued && <Avatar userId={message.userId} />}
      <div className="message-body">
        {!isContinued && <Byline userId={message.userId} ts={message.ts} isEdited={message.editedTs !== undefined} />}
        <Body message={message} />
        {!isInThread && answers.length > 0 && (
          <button type="button" className="thread-link" onClick={() => go({ threadTs: message.ts })}>
            {answers.length === 1 ? "1 reply" : `${answers.length} replies`}
            <small>Last at {timeOf(answers.at(-1)?.ts ?? message.ts)}</small>
          </button>
        )}
        {!isInThread && answers.length === 0 && (
          <button type="button" className="reply-link" onClick={() => go({ threadTs: message.ts })}>
            Reply in thread
          </button>
        )}
      </div>
    </article>
  );
}

export function EphemeralRow({ message }: { readonly message: EphemeralMessage }) {
  const { state } = useDesk();
  const [isDismissed, setDismissed] = useState(false);
  if (isDismissed) return null;
  return (
    <article className="message ephemeral" data-ts={message.ts}>
      <Avatar userId={state.app.botUserId} />
      <div className="message-body">
        <p className="private">
          <svg viewBox="0 0 20 14" width="16" height="11" aria-hidden="true">
            <path d="M1 7s3.5-6 9-6 9 6 9 6-3.5 6-9 6-9-6-9-6z" />
            <circle cx="10" cy="7" r="2.6" />
          </svg>
          Only visible to you
          <button type="button" onClick={() => setDismissed(true)}>
            Dismiss
          </button>
        </p>
        <Byline userId={state.app.botUserId} ts={message.ts} isEdited={false} />
        <Body message={message} />
      </div>
    </article>
  );
}

function Byline({
  userId,
  ts,
  isEdited,
}: {
  readonly userId: string;
  readonly ts: string;
  readonly isEdited: boolean;
}) {
  const { state } = useDesk();
  const author = person(state, userId);
  return (
    <p className="byline">
      <strong>{author?.realName ?? userId}</strong>
      {author?.isBot === true && <span className="app-tag">App</span>}
      <time>{timeOf(ts)}</time>
      {isEdited && <small>edited</small>}
    </p>
  );
}

function Body({ message }: { readonly message: SlackMessage | EphemeralMessage }) {
  const desk = useDesk();
  const { channelId, ts } = message;
  const files = "files" in message ? message.files : [];
  if (message.blocks.length === 0) {
    return (
      <>
        {message.text !== "" && <PlainMessage text={message.text} />}
        {files.map((file) => (
          <FileView key={file.id} file={file} />
        ))}
      </>
    );
  }
  const press = (actionId: string, value?: string) =>
    attempt(desk, click(desk.spot.userId, { channelId, messageTs: ts }, actionId, value));
  return <Blocks blocks={message.blocks} press={press} />;
}

/** A text file: its name, and what is in it for who opens it. */
function FileView({ file }: { readonly file: SlackFile }) {
  return (
    <details className="file">
      <summary>
        <strong>{file.title}</strong> <small>{file.name}</small>
      </summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <pre tabIndex={0}>{file.text}</pre>
    </details>
  );
}
