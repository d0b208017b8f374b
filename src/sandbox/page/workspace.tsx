import { useMemo, useState } from "react";
import type { PageState } from "../slack/page-state.ts";
import type { TeamsPageState } from "../teams/page-state.ts";
import { ChannelPane, ThreadPane } from "./conversation.tsx";
import { type Desk, DeskContext, type Spot } from "./desk.ts";
import { FactsPanel } from "./facts.tsx";
import { slackFeed, teamsFeed } from "./feeds.ts";
import { useFacts, useSlack, useTeamsState, useTheme } from "./live.ts";
import { MentionsPane } from "./mentions.tsx";
import { Modal } from "./modal.tsx";
import { Sidebar } from "./sidebar.tsx";
import { completeSpot, useSpot } from "./spot.ts";
import { PlatformSwitch } from "./switch.tsx";
import { DialogWindow } from "./teams/dialog.tsx";
import { TeamsPane } from "./teams/pane.tsx";
import { teamsPlace } from "./teams/place.ts";
import { Toasts } from "./toasts.tsx";
import { useUnread } from "./unread.ts";

export function Workspace({ hasTeams }: { readonly hasTeams: boolean }) {
  const slack = useSlack();
  const teams = useTeamsState(hasTeams);
  const [wanted, go] = useSpot();
  if (slack.state === undefined || (hasTeams && teams.state === undefined)) {
    return <p className="loading">Connecting to the workspace</p>;
  }
  return (
    <>
      {!(slack.isConnected && teams.isConnected) && (
        <p className="offline" role="alert">
          The demo has stopped. Start it again, then reload this page.
        </p>
      )}
      <Layout state={slack.state} teams={teams.state} spot={completeSpot(slack.state, wanted)} go={go} />
    </>
  );
}

interface LayoutProps {
  readonly state: PageState;
  readonly teams: TeamsPageState | undefined;
  readonly spot: Spot;
  readonly go: Desk["go"];
}

function Layout({ state, teams, spot, go }: LayoutProps) {
  const theme = useTheme();
  const facts = useFacts();
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [complaint, setComplaint] = useState<string>();
  const desk = useMemo<Desk>(
    () => ({ state, teams, spot, theme, go, complaint, complain: setComplaint }),
    [state, teams, spot, theme, go, complaint],
  );
  const place = teamsPlace(desk);
  const slackUnread = useUnread(slackFeed(state), spot.userId, spot.channelId);
  const teamsUnread = useUnread(teamsFeed(teams), place?.userId ?? "", place?.conversationId ?? "");
  const { threadTs, userId } = spot;
  const view = state.views.filter((each) => each.userId === userId).at(-1);
  const dialog = teams?.dialogs.filter((each) => each.userId === place?.userId).at(-1);
  const isDialogOpen = view !== undefined || dialog !== undefined;
  const classes = [
    "workspace",
    isMenuOpen ? "menu-open" : "",
    threadTs === undefined ? "" : "thread-open",
    place === undefined ? "" : `pair on-${spot.platform}`,
  ];
  const openMenu = () => setMenuOpen(true);
  return (
    <DeskContext.Provider value={desk}>
      <div className={classes.join(" ")}>
        <Sidebar slack={slackUnread} teams={teamsUnread} onChosen={() => setMenuOpen(false)} />
        <button
          type="button"
          className="scrim"
          aria-label="Close the menu"
          tabIndex={isMenuOpen ? 0 : -1}
          onClick={() => setMenuOpen(false)}
        />
        {place !== undefined && <PlatformSwitch />}
        <ChannelPane onMenu={openMenu} />
        <aside className="side">
          {facts !== undefined && <FactsPanel facts={facts} />}
          {threadTs !== undefined && <ThreadPane threadTs={threadTs} />}
          {threadTs === undefined && place === undefined && <MentionsPane />}
        </aside>
        {place !== undefined && <TeamsPane onMenu={openMenu} />}
      </div>
      {view !== undefined && <Modal key={view.id} view={view} />}
      {view === undefined && dialog !== undefined && <DialogWindow key={dialog.id} dialog={dialog} />}
      <Toasts />
      {complaint !== undefined && !isDialogOpen && (
        <div className="complaint" role="alert">
          <p>{complaint}</p>
          <button type="button" onClick={() => setComplaint(undefined)}>
            Dismiss
          </button>
        </div>
      )}
    </DeskContext.Provider>
  );
}
