import { useEffect, useRef } from "react";
import type { EphemeralMessage, SlackMessage } from "../slack/model.ts";
import { Composer } from "./composer.tsx";
import { useDesk } from "./desk.ts";
import { HOME, HomePane } from "./home.tsx";
import { EphemeralRow, MessageRow } from "./message.tsx";

type Row =
  | { readonly ts: string; readonly message: SlackMessage }
  | { readonly ts: string; readonly ephemeral: EphemeralMessage };

/** The messages of a channel, or of a thread, with the private ones of whoever is acted as among them. */
function useRows(threadTs: string | undefined): readonly Row[] {
  const { state, spot } = useDesk();
  const messages = state.messages.filter(
    (one) =>
      one.channelId === spot.channelId &&
      (threadTs === undefined ? one.threadTs === undefined : one.ts === threadTs || one.threadTs === threadTs),
  );
  const ephemerals = state.ephemerals.filter(
    (one) => one.userId === spot.userId && one.channelId === spot.channelId && one.threadTs === threadTs,
  );
  const rows: Row[] = [
    ...messages.map((message) => ({ ts: message.ts, message })),
    ...ephemerals.map((ephemeral) => ({ ts: ephemeral.ts, ephemeral })),
  ];
  return rows.sort((one, other) => Number(one.ts) - Number(other.ts));
}

const CONTINUED_WITHIN_SECONDS = 300;

/** Slack's way to show several messages in a row by one author; one that was edited keeps its own line to say so. */
function isContinuation(previous: Row | undefined, message: SlackMessage): boolean {
  if (previous === undefined || !("message" in previous) || message.editedTs !== undefined) return false;
  const isNear = Number(message.ts) - Number(previous.ts) < CONTINUED_WITHIN_SECONDS;
  return isNear && previous.message.userId === message.userId && previous.message.threadTs === message.threadTs;
}

function Rows({ threadTs }: { readonly threadTs: string | undefined }) {
  const rows = useRows(threadTs);
  const end = useRef<HTMLDivElement>(null);
  const last = rows.at(-1)?.ts;
  // A new message is scrolled to; an edit of an old one is not.
  useEffect(() => {
    if (last !== undefined) end.current?.scrollIntoView({ block: "nearest" });
  }, [last]);
  return (
    <div className="rows" role="log" aria-label={threadTs === undefined ? "Messages" : "Thread"}>
      {rows.length === 0 && <p className="empty">Nothing has happened here yet.</p>}
      {rows.map((row, index) =>
        "message" in row ? (
          <MessageRow
            key={row.ts}
            message={row.message}
            isInThread={threadTs !== undefined}
            isContinued={isContinuation(rows[index - 1], row.message)}
          />
        ) : (
          <EphemeralRow key={row.ts} message={row.ephemeral} />
        ),
      )}
      <div ref={end} />
    </div>
  );
}

export function ChannelPane({ onMenu }: { readonly onMenu: () => void }) {
  const { state, teams, spot } = useDesk();
  const channel = state.channels.find((one) => one.id === spot.channelId);
  const isHome = spot.channelId === HOME;
  const isDirect = channel?.id.startsWith("D") === true;
  const name = isDirect || isHome ? state.app.name : `#${channel?.name ?? ""}`;
  const topic = isHome ? "Home" : channel?.topic;
  const header = (
    <header className="pane-header">
      <button type="button" className="menu-button" aria-label="Channels and people" onClick={onMenu}>
        <svg viewBox="0 0 18 14" width="18" height="14" aria-hidden="true">
          <path d="M1 1h16M1 7h16M1 13h16" />
        </svg>
      </button>
      <div>
        <h1>
          {teams !== undefined && <span className="platform-tag">Slack</span>} {name}
        </h1>
        <p>{channel?.isArchived === true ? "This channel is archived." : topic}</p>
      </div>
    </header>
  );
  if (isHome) return <HomePane header={header} />;
  return (
    <main className="channel">
      {header}
      <Rows key={spot.channelId} threadTs={undefined} />
      <Composer key={`composer ${spot.channelId}`} placeholder={`Message ${name}, or / for a command`} />
    </main>
  );
}

export function ThreadPane({ threadTs }: { readonly threadTs: string }) {
  const { go } = useDesk();
  return (
    <section className="thread" aria-label="Thread">
      <header className="pane-header">
        <h2>Thread</h2>
        <button type="button" className="close" aria-label="Close thread" onClick={() => go({ threadTs: undefined })}>
          <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
            <path d="M2 2l10 10M12 2L2 12" />
          </svg>
        </button>
      </header>
      <Rows key={threadTs} threadTs={threadTs} />
      <Composer key={`composer ${threadTs}`} placeholder="Reply" threadTs={threadTs} />
    </section>
  );
}
