import type { PagePerson } from "../slack/page-state.ts";
import { Avatar } from "./avatar.tsx";
import { useDesk } from "./desk.ts";
import type { Unread } from "./unread.ts";

/** The workspace, its channels, and the people to act as. */
export function Sidebar({ unread, onChosen }: { readonly unread: Unread; readonly onChosen: () => void }) {
  const { state } = useDesk();
  const channels = state.channels.filter((channel) => channel.topic !== undefined || channel.id.startsWith("C"));
  return (
    <nav className="sidebar" aria-label="Workspace">
      <header className="team">
        <span className="team-mark" aria-hidden="true">
          {state.team.name.slice(0, 1)}
        </span>
        <span>
          <strong>{state.team.name}</strong>
          <small>Slack stand-in</small>
        </span>
      </header>
      <h2>Channels</h2>
      <ul>
        {channels.map((channel) => (
          <ChannelLink key={channel.id} id={channel.id} name={channel.name} unread={unread} onChosen={onChosen} />
        ))}
      </ul>
      <DirectMessages unread={unread} onChosen={onChosen} />
      <h2>Act as</h2>
      <ul>
        {state.people
          .filter((each) => !each.isBot)
          .map((each) => (
            <PersonLink key={each.id} shown={each} unread={unread} onChosen={onChosen} />
          ))}
      </ul>
    </nav>
  );
}

interface ChannelProps {
  readonly id: string;
  readonly name: string;
  readonly unread: Unread;
  readonly onChosen: () => void;
  readonly isDirect?: boolean;
}

function ChannelLink({ id, name, unread, onChosen, isDirect = false }: ChannelProps) {
  const { spot, go } = useDesk();
  const mentions = unread.mentions(spot.userId, id).length;
  const isNew = unread.hasNew(spot.userId, id);
  return (
    <li>
      <button
        type="button"
        className={`entry ${isNew ? "has-new" : ""}`}
        aria-current={spot.channelId === id ? "page" : undefined}
        onClick={() => {
          go({ channelId: id, threadTs: undefined });
          onChosen();
        }}
      >
        <span className="hash" aria-hidden="true">
          {isDirect ? "@" : "#"}
        </span>
        <span className="entry-name">{name}</span>
        {mentions > 0 && <Badge count={mentions} words="unread mentions" />}
      </button>
    </li>
  );
}

function DirectMessages({ unread, onChosen }: { readonly unread: Unread; readonly onChosen: () => void }) {
  const { state, spot } = useDesk();
  const direct = state.channels.find((channel) => channel.id.startsWith("D") && channel.members.includes(spot.userId));
  if (direct === undefined) return null;
  return (
    <>
      <h2>Direct messages</h2>
      <ul>
        <ChannelLink id={direct.id} name={state.app.name} unread={unread} onChosen={onChosen} isDirect />
      </ul>
    </>
  );
}

interface PersonProps {
  readonly shown: PagePerson;
  readonly unread: Unread;
  readonly onChosen: () => void;
}

function PersonLink({ shown, unread, onChosen }: PersonProps) {
  const { spot, go } = useDesk();
  const mentions = unread.mentions(shown.id).length;
  return (
    <li>
      <button
        type="button"
        className="entry person"
        aria-pressed={spot.userId === shown.id}
        onClick={() => {
          go({ userId: shown.id });
          onChosen();
        }}
      >
        <Avatar userId={shown.id} size="small" />
        <span className="entry-name">
          {shown.realName}
          <small>{shown.role}</small>
        </span>
        {mentions > 0 && <Badge count={mentions} words="unread mentions" />}
      </button>
    </li>
  );
}

function Badge({ count, words }: { readonly count: number; readonly words: string }) {
  return (
    <span className="badge">
      {count}
      <span className="unseen"> {words}</span>
    </span>
  );
}
