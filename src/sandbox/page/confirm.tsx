import { useEffect, useRef } from "react";
import { type Json, textAt } from "../slack/json.ts";

interface ConfirmProps {
  readonly confirm: Json;
  readonly onYes: () => void;
  readonly onNo: () => void;
}

/** The question that an app attached to a button. */
export function Confirm({ confirm, onYes, onNo }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const style = textAt(confirm, "style") ?? "primary";
  return (
    <dialog className="dialog small" ref={dialog} onClose={onNo} aria-labelledby="confirm-title">
      <h2 id="confirm-title">{textAt(confirm, "title", "text")}</h2>
      <p>{textAt(confirm, "text", "text")}</p>
      <footer>
        <button type="button" className="button plain" onClick={onNo}>
          {textAt(confirm, "deny", "text")}
        </button>
        <button type="button" className={`button ${style}`} onClick={onYes}>
          {textAt(confirm, "confirm", "text")}
        </button>
      </footer>
    </dialog>
  );
}
