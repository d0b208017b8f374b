import "slack-blocks-to-jsx/dist/style.css";
import "./style.css";
import "./sidebar.css";
import "./messages.css";
import "./panels.css";
import "./blocks.css";
import "./narrow.css";
import { createRoot } from "react-dom/client";
import { Workspace } from "./workspace.tsx";

const root = document.getElementById("root");
if (root !== null) createRoot(root).render(<Workspace />);
