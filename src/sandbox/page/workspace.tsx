import { useMemo, useState } from "react";
import type { PageState } from "../slack/page-state.ts";
import { ChannelPane, ThreadPane } from "./conversation.tsx";
import { type Desk, DeskContext, type Spot } from "./desk.ts";
import { FactsPanel } from "./facts.tsx";
import { useFacts, useLiveState, useTheme } from "./live.ts";
import { MentionsPane } from "./mentions.tsx";
import { Modal } from "./modal.tsx";
import { Sidebar } from "./sidebar.tsx";
import { completeSpot, useSpot } from "./spot.ts";
import { Toasts } from "./toasts.tsx";
import { useUnread } from "./unread.ts";

export function Workspace() {
  const { state, isConnected } = useLiveState();
  const [wanted, go] = useSpot();
  if (state === undefined) return <p className="loading">Connecting to the workspace</p>;
  return (
    <>
      {!isConnected && (
        <p className="offline" role="alert">
          The demo has stopped. Start it again, then reload this page.
        </p>
      )}
      <Layout state={state} spot={completeSpot(state, wanted)} go={go} />
    </>
  );
}

interface LayoutProps {
  readonly state: PageState;
  readonly spot: Spot;
  readonly go: Desk["go"];
}

function Layout({ state, spot, go }: LayoutProps) {
  const theme = useTheme();
  const facts = useFacts();
  const unread = useUnread(state, spot);
  const [isMenuOpen, setMenuOpen] = useState(false);
  const [complaint, setComplaint] = useState<string>();
  const desk = useMemo<Desk>(
    () => ({ state, spot, theme, go, complaint, complain: setComplaint }),
    [state, spot, theme, go, complaint],
  );
  const { threadTs, userId } = spot;
  const view = state.views.filter((each) => each.userId === userId).at(-1);
  const classes = ["workspace", isMenuOpen ? "menu-open" : "", threadTs === undefined ? "" : "thread-open"];
  return (
    <DeskContext.Provider value={desk}>
      <div className={classes.join(" ")}>
        <Sidebar unread={unread} onChosen={() => setMenuOpen(false)} />
        <button
          type="button"
          className="scrim"
          aria-label="Close the menu"
          tabIndex={isMenuOpen ? 0 : -1}
          onClick={() => setMenuOpen(false)}
        />
        <ChannelPane onMenu={() => setMenuOpen(true)} />
        <aside className="side">
          {facts !== undefined && <FactsPanel facts={facts} />}
          {threadTs === undefined ? <MentionsPane /> : <ThreadPane threadTs={threadTs} />}
        </aside>
      </div>
      {view !== undefined && <Modal key={view.id} view={view} />}
      <Toasts state={state} />
      {complaint !== undefined && view === undefined && (
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
