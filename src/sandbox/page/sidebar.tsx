import type { PagePerson } from "../slack/page-state.ts";
import { Avatar } from "./avatar.tsx";
import { useDesk } from "./desk.ts";
import { HOME } from "./home.tsx";
import { teamsPlace } from "./teams/place.ts";
import type { Unread } from "./unread.ts";

interface SidebarProps {
  readonly slack: Unread;
  readonly teams: Unread;
  readonly onChosen: () => void;
}

/** Both platforms' channels, and the people to act as. */
export function Sidebar({ slack, teams, onChosen }: SidebarProps) {
  const desk = useDesk();
  const { state } = desk;
  return (
    <nav className="sidebar" aria-label="Workspace">
      <header className="team">
        <span className="team-mark" aria-hidden="true">
          {state.team.name.slice(0, 1)}
        </span>
        <span>
          <strong>{state.team.name}</strong>
          <small>{desk.teams === undefined ? "Slack stand-in" : "Slack and Teams stand-ins"}</small>
        </span>
      </header>
      <SlackEntries unread={slack} onChosen={onChosen} />
      <TeamsEntries unread={teams} onChosen={onChosen} />
      <h2>Act as</h2>
      <ul>
        {state.people
          .filter((each) => !each.isBot)
          .map((each) => (
            <PersonLink key={each.id} shown={each} slack={slack} teams={teams} onChosen={onChosen} />
          ))}
      </ul>
    </nav>
  );
}

interface EntriesProps {
  readonly unread: Unread;
  readonly onChosen: () => void;
}

function SlackEntries({ unread, onChosen }: EntriesProps) {
  const { state, teams, spot, go } = useDesk();
  const channels = state.channels.filter((channel) => channel.topic !== undefined || channel.id.startsWith("C"));
  const direct = state.channels.find((channel) => channel.id.startsWith("D") && channel.members.includes(spot.userId));
  const link = (id: string, name: string, mark: string) => (
    <PlaceLink
      key={id}
      name={name}
      mark={mark}
      isOpen={spot.channelId === id}
      hasNew={unread.hasNew(spot.userId, id)}
      mentions={unread.mentions(spot.userId, id)}
      onChosen={() => {
        go({ channelId: id, threadTs: undefined, platform: "slack" });
        onChosen();
      }}
    />
  );
  return (
    <section aria-label="Slack">
      <h2>{teams === undefined ? "Channels" : "Slack"}</h2>
      <ul>{channels.map((channel) => link(channel.id, channel.name, "#"))}</ul>
      <h2>App</h2>
      <ul>
        {link(HOME, `${state.app.name} Home`, "⌂")}
        {direct !== undefined && link(direct.id, state.app.name, "@")}
      </ul>
    </section>
  );
}

function TeamsEntries({ unread, onChosen }: EntriesProps) {
  const desk = useDesk();
  const place = teamsPlace(desk);
  if (place === undefined) return null;
  const { teams, userId, conversationId } = place;
  const own = teams.conversations.filter((each) => each.userIds.includes(userId) && !each.isDeleted);
  return (
    <section aria-label="Teams">
      <h2>Teams</h2>
      <ul>
        {own.map(({ id, name, kind }) => (
          <PlaceLink
            key={id}
            name={kind === "personal" ? `${name} (chat)` : name}
            mark={kind === "personal" ? "@" : "#"}
            isOpen={id === conversationId}
            hasNew={unread.hasNew(userId, id)}
            mentions={unread.mentions(userId, id)}
            onChosen={() => {
              desk.go({ teamsConversationId: id, teamsThreadId: undefined, platform: "teams" });
              onChosen();
            }}
          />
        ))}
      </ul>
    </section>
  );
}

interface PlaceProps {
  readonly name: string;
  readonly mark: string;
  readonly isOpen: boolean;
  readonly hasNew: boolean;
  readonly mentions: number;
  readonly onChosen: () => void;
}

function PlaceLink({ name, mark, isOpen, hasNew, mentions, onChosen }: PlaceProps) {
  return (
    <li>
      <button
        type="button"
        className={`entry ${hasNew ? "has-new" : ""}`}
        aria-current={isOpen ? "page" : undefined}
        onClick={onChosen}
      >
        <span className="hash" aria-hidden="true">
          {mark}
        </span>
        <span className="entry-name">{name}</span>
        {mentions > 0 && <Badge count={mentions} words="unread mentions" />}
      </button>
    </li>
  );
}

interface PersonProps extends SidebarProps {
  readonly shown: PagePerson;
}

function PersonLink({ shown, slack, teams, onChosen }: PersonProps) {
  const desk = useDesk();
  const { spot, go } = desk;
  const onTeams = desk.teams?.users.find((user) => user.name === shown.realName)?.id;
  const mentions = slack.mentions(shown.id) + (onTeams === undefined ? 0 : teams.mentions(onTeams));
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
