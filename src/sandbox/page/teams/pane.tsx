import { useEffect, useMemo, useRef } from "react";
import type { TeamsMessage } from "../../teams/model.ts";
import type { TeamsPageState } from "../../teams/page-state.ts";
import { ComposerForm, type Suggestion } from "../composer.tsx";
import { attempt } from "../desk.ts";
import { say } from "./doors.ts";
import { Post } from "./message.tsx";
import { teamsPreview, useTeams } from "./place.ts";
import { useAutomaticRefresh } from "./refresh.ts";

/** Teams beside Slack: the conversation that is open, and the replies to one of its posts. */
export function TeamsPane({ onMenu }: { readonly onMenu: () => void }) {
  const { teams, conversationId, threadId } = useTeams();
  const conversation = teams.conversations.find((each) => each.id === conversationId);
  const isChat = conversation?.kind === "personal";
  const name = conversation === undefined ? "No conversation" : conversation.name;
  return (
    <section className="teams-pane" aria-label="Teams">
      <header className="pane-header">
        <button type="button" className="menu-button" aria-label="Channels and people" onClick={onMenu}>
          <svg viewBox="0 0 18 14" width="18" height="14" aria-hidden="true">
            <path d="M1 1h16M1 7h16M1 13h16" />
          </svg>
        </button>
        <div>
          <h1>
            <span className="platform-tag">Teams</span> {name}
          </h1>
          <p>{isChat ? "Personal chat" : `${teams.team.name}: ${conversation?.topic ?? ""}`}</p>
        </div>
      </header>
      {!teams.isUp && (
        <p className="down" role="alert">
          Teams cannot be reached.
        </p>
      )}
      <Posts key={conversationId} threadId={undefined} label="Posts in Teams" />
      <TeamsComposer
        key={`composer ${conversationId}`}
        placeholder={isChat ? `Write to ${name}` : `New post in ${name}, @${teams.bot.name} to ask`}
      />
      <Announcement />
      {threadId !== undefined && <Replies key={threadId} threadId={threadId} />}
    </section>
  );
}

function Replies({ threadId }: { readonly threadId: string }) {
  const { desk } = useTeams();
  return (
    <section className="teams-thread" aria-label="Replies">
      <header className="pane-header">
        <h2>Replies</h2>
        <button
          type="button"
          className="close"
          aria-label="Close replies"
          onClick={() => desk.go({ teamsThreadId: undefined })}
        >
          <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
            <path d="M2 2l10 10M12 2L2 12" />
          </svg>
        </button>
      </header>
      <Posts threadId={threadId} label="Replies in Teams" />
      <TeamsComposer placeholder="Reply in Teams" threadId={threadId} />
    </section>
  );
}

function Posts({ threadId, label }: { readonly threadId: string | undefined; readonly label: string }) {
  const { teams, conversationId } = useTeams();
  const posts = useMemo(() => postsOf(teams, conversationId, threadId), [teams, conversationId, threadId]);
  useAutomaticRefresh(posts);
  const end = useRef<HTMLDivElement>(null);
  const last = posts.at(-1)?.id;
  // A new message is scrolled to; an edit of an old one is not.
  useEffect(() => {
    if (last !== undefined) end.current?.scrollIntoView({ block: "nearest" });
  }, [last]);
  return (
    // New messages are announced apart: a log would read out every edit of every card.
    <div className="rows" role="log" aria-live="off" aria-label={label}>
      {posts.length === 0 && <p className="empty">Nothing has happened here yet.</p>}
      {posts.map((message) => (
        <Post key={message.id} message={message} isInThread={threadId !== undefined} />
      ))}
      <div ref={end} />
    </div>
  );
}

function postsOf(teams: TeamsPageState, conversationId: string, threadId: string | undefined): readonly TeamsMessage[] {
  return teams.messages.filter(
    (one) =>
      one.conversationId === conversationId &&
      (threadId === undefined ? one.threadId === undefined : one.id === threadId || one.threadId === threadId),
  );
}

/** Tells who cannot see it that something new was said in the open conversation. */
function Announcement() {
  const { teams, conversationId } = useTeams();
  const last = teams.messages.findLast((one) => one.conversationId === conversationId);
  const author = teams.users.find((user) => user.id === last?.from)?.name ?? teams.bot.name;
  return (
    <p className="unseen" role="status">
      {last === undefined ? "" : `${author}: ${teamsPreview(last)}`}
    </p>
  );
}

interface ComposerProps {
  readonly placeholder: string;
  readonly threadId?: string;
}

/** In a channel the bot hears what begins with its name; in its own chat it hears everything. */
function TeamsComposer({ placeholder, threadId }: ComposerProps) {
  const { desk, teams, userId, conversationId } = useTeams();
  const isChat = teams.conversations.find((each) => each.id === conversationId)?.kind === "personal";
  const mention = `@${teams.bot.name}`;

  function suggest(line: string): readonly Suggestion[] {
    const typed = line.trimStart().toLowerCase();
    const isWanted = isChat ? typed !== "" : typed.startsWith("@");
    const all = teams.commands.map(({ title, description }) => ({
      words: isChat && !typed.startsWith("@") ? title : `${mention} ${title}`,
      hint: "",
      description,
    }));
    return isWanted ? all.filter(({ words }) => words.toLowerCase().startsWith(typed)) : [];
  }

  function send(line: string): Promise<void> {
    const mentionsBot = line.toLowerCase().startsWith(mention.toLowerCase());
    const text = mentionsBot ? line.slice(mention.length).trim() : line;
    return attempt(desk, say(userId, conversationId, { text, mentionsBot, threadId }));
  }

  return <ComposerForm placeholder={placeholder} suggest={suggest} send={send} />;
}
