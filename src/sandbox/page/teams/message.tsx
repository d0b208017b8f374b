import type { TeamsMessage } from "../../teams/model.ts";
import { Avatar } from "../avatar.tsx";
import { attempt } from "../desk.ts";
import { AdaptiveCardView, type CardPress } from "./adaptive-card.tsx";
import { dismissNote, press } from "./doors.ts";
import { markdownHtml } from "./markdown.ts";
import { spotOfTeamsLink, useTeams } from "./place.ts";

interface PostProps {
  readonly message: TeamsMessage;
  /** In the channel a post leads to its replies; among them it does not. */
  readonly isInThread: boolean;
}

export function Post({ message, isInThread }: PostProps) {
  const { desk, teams, userId, conversationId, threadId } = useTeams();
  const replies = teams.messages.filter((each) => each.threadId === message.id);
  const isMine = teams.notifications.some((each) => each.messageId === message.id && each.userId === userId);
  const isChannel = teams.conversations.find((each) => each.id === conversationId)?.kind === "channel";
  const classes = [
    "message",
    "post",
    isMine && isChannel ? "mentions-me" : "",
    threadId === message.id ? "is-open" : "",
  ];
  const open = () => desk.go({ teamsConversationId: conversationId, teamsThreadId: message.id });
  return (
    <article className={classes.join(" ")} data-post={message.id}>
      <AuthorAvatar message={message} />
      <div className="message-body">
        <Byline message={message} />
        <Body message={message} />
        <Notes messageId={message.id} />
        {isChannel && !isInThread && (
          <button type="button" className="thread-link" onClick={open}>
            {replies.length === 0 ? "Reply" : `${replies.length} ${replies.length === 1 ? "reply" : "replies"}`}
          </button>
        )}
      </div>
    </article>
  );
}

function AuthorAvatar({ message }: { readonly message: TeamsMessage }) {
  const { desk, teams } = useTeams();
  const name = teams.users.find((user) => user.id === message.from)?.name;
  const { people, app } = desk.state;
  const slackId = name === undefined ? app.botUserId : people.find((each) => each.realName === name)?.id;
  return <Avatar userId={slackId ?? ""} />;
}

function Byline({ message }: { readonly message: TeamsMessage }) {
  const { teams } = useTeams();
  const author = teams.users.find((user) => user.id === message.from);
  const time = new Date(message.atMs).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  return (
    <p className="byline">
      <strong>{author?.name ?? teams.bot.name}</strong>
      {author === undefined && <span className="app-tag">App</span>}
      <time>{time}</time>
      {message.editedAtMs !== undefined && <small>Edited</small>}
    </p>
  );
}

function Body({ message }: { readonly message: TeamsMessage }) {
  const { desk, teams, userId } = useTeams();
  const own = teams.personalViews.find((view) => view.userId === userId && view.messageId === message.id);
  const card = own?.card ?? message.card;
  const reader = teams.users.find((user) => user.id === userId)?.name ?? "";
  const pressed = (what: CardPress) => attempt(desk, press(userId, message.id, what));
  const follow = (href: string) => {
    const spot = spotOfTeamsLink(teams, href);
    if (spot !== undefined) desk.go(spot);
    return spot !== undefined;
  };
  return (
    <>
      {message.text !== "" && <Words message={message} />}
      {card !== undefined && <AdaptiveCardView card={card} reader={reader} press={pressed} follow={follow} />}
      {own !== undefined && <p className="own-view">This is how the card is for you</p>}
    </>
  );
}

/** A bot's text is Markdown; a person's is as typed, with the bot's name marked. */
function Words({ message }: { readonly message: TeamsMessage }) {
  if (message.textFormat === "markdown") {
    const html = markdownHtml(message.text);
    // biome-ignore lint/security/noDangerouslySetInnerHtml: made here, with everything of the text escaped
    return <div className="words" dangerouslySetInnerHTML={{ __html: html }} />;
  }
  const parts = message.text.split(/<at>(.+?)<\/at>/);
  return (
    <p className="words">
      {parts.map((part, index) =>
        // biome-ignore lint/suspicious/noArrayIndexKey: the parts of one text never move
        index % 2 === 0 ? part : <span key={index} className="mention">{`@${part}`}</span>,
      )}
    </p>
  );
}

/** What the bot told this user alone, under the card that they pressed. */
function Notes({ messageId }: { readonly messageId: string }) {
  const { desk, teams, userId } = useTeams();
  const notes = teams.notes.filter((note) => note.userId === userId && note.messageId === messageId);
  return notes.map((note) => (
    <div key={note.id} className="note" role="status">
      <p className="private">
        Only visible to you
        <button type="button" onClick={() => void attempt(desk, dismissNote(note.id))}>
          Dismiss
        </button>
      </p>
      <p>{note.text}</p>
    </div>
  ));
}
