import { useEffect, useRef, useState } from "react";
import type { TeamsDialog } from "../../teams/model.ts";
import { attempt } from "../desk.ts";
import { AdaptiveCardView, type CardPress } from "./adaptive-card.tsx";
import { closeDialog, submitDialog } from "./doors.ts";
import { useTeams } from "./place.ts";

/** The dialog on top for the person acted as. Its buttons are the card's own. */
export function DialogWindow({ dialog }: { readonly dialog: TeamsDialog }) {
  const { desk, userId } = useTeams();
  const [isBusy, setBusy] = useState(false);
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => element.current?.showModal(), []);
  const close = () => void attempt(desk, Promise.resolve(closeDialog(userId, dialog.id)));

  async function press(pressed: CardPress): Promise<void> {
    if (pressed.kind !== "submit") return;
    setBusy(true);
    desk.complain(undefined);
    await attempt(desk, submitDialog(userId, dialog.id, pressed.data));
    setBusy(false);
  }

  return (
    <dialog
      className="dialog teams-dialog"
      ref={element}
      aria-labelledby="teams-dialog-title"
      aria-busy={isBusy}
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <header>
        <h2 id="teams-dialog-title">{dialog.title}</h2>
        <button type="button" className="close" aria-label="Close" onClick={close}>
          <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
            <path d="M2 2l10 10M12 2L2 12" />
          </svg>
        </button>
      </header>
      <div className="dialog-body">
        {dialog.card !== undefined && (
          <AdaptiveCardView card={dialog.card} reader="" press={press} follow={() => false} />
        )}
        {dialog.text !== undefined && <p role="status">{dialog.text}</p>}
        {desk.complaint !== undefined && (
          <p className="dialog-error" role="alert">
            {desk.complaint}
          </p>
        )}
      </div>
      {dialog.text !== undefined && (
        <footer>
          <button type="button" className="button primary" onClick={close}>
            Close
          </button>
        </footer>
      )}
    </dialog>
  );
}
