import "slack-blocks-to-jsx/dist/style.css";
import "./style.css";
import "./sidebar.css";
import "./messages.css";
import "./panels.css";
import "./blocks.css";
import "./narrow.css";
import "./teams/teams.css";
import "./teams/cards.css";
import { createRoot } from "react-dom/client";
import { Workspace } from "./workspace.tsx";

const root = document.getElementById("root");
// The server says what it shows beside Slack.
const mounts = root?.dataset["mounts"]?.split(" ") ?? [];
if (root !== null) createRoot(root).render(<Workspace hasTeams={mounts.includes("teams")} />);
