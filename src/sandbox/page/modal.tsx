import { useEffect, useRef, useState } from "react";
import { at, isJson, type Json, objectsIn, textAt } from "../slack/json.ts";
import type { ViewValues } from "../slack/model.ts";
import type { PageView } from "../slack/page-state.ts";
import { Blocks } from "./blocks.tsx";
import { attempt, useDesk } from "./desk.ts";
import { click, closeView, submit } from "./doors.ts";
import { Field, type Value } from "./fields.tsx";

/** The dialog on top for the person acted as. */
export function Modal({ view }: { readonly view: PageView }) {
  const desk = useDesk();
  const dialog = useRef<HTMLDialogElement>(null);
  const [typed, setTyped] = useState<ViewValues>({});
  const [isBusy, setBusy] = useState(false);
  useEffect(() => dialog.current?.showModal(), []);
  // As text: each state brings the same errors in a new object, and that must not move the focus again.
  const errors = JSON.stringify(view.errors);
  useEffect(() => {
    if (errors === "{}") return;
    dialog.current?.querySelector("[role=alert]")?.scrollIntoView({ block: "center" });
    const wrong = dialog.current?.querySelector("[aria-invalid=true]");
    if (wrong instanceof HTMLElement) wrong.focus();
  }, [errors]);

  const blocks = objectsIn(at(view.definition, "blocks"));
  const values = withTyped(view, typed);
  const canSubmit = at(view.definition, "submit") !== undefined;
  const close = () => void attempt(desk, closeView(view.userId, view.id));
  const press = (actionId: string, value?: string, now = values) =>
    attempt(desk, click(view.userId, { viewId: view.id, values: now }, actionId, value));

  async function send(): Promise<void> {
    setBusy(true);
    desk.complain(undefined);
    await attempt(desk, submit(view.userId, view.id, values));
    setBusy(false);
  }

  function change(block: Json, name: string, value: Value): void {
    setTyped({ ...typed, [name]: value });
    if (block["dispatch_action"] === true) {
      void press(textAt(block, "element", "action_id") ?? "", undefined, { ...values, [name]: value });
    }
  }

  return (
    <dialog
      className="dialog"
      ref={dialog}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault();
        close();
      }}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void send();
        }}
      >
        <header>
          <h2 id="dialog-title">{textAt(view.definition, "title", "text")}</h2>
          <button type="button" className="close" aria-label="Close" onClick={close}>
            <svg viewBox="0 0 14 14" width="14" height="14" aria-hidden="true">
              <path d="M2 2l10 10M12 2L2 12" />
            </svg>
          </button>
        </header>
        <div className="dialog-body">
          {blocks.map((block) =>
            block["type"] === "input" ? (
              <InputBlock key={textAt(block, "block_id")} block={block} view={view} values={values} change={change} />
            ) : (
              <Blocks key={textAt(block, "block_id")} blocks={[block]} press={press} />
            ),
          )}
        </div>
        {desk.complaint !== undefined && (
          <p className="dialog-error" role="alert">
            {desk.complaint}
          </p>
        )}
        <footer>
          <button type="button" className="button plain" onClick={close}>
            {textAt(view.definition, "close", "text") ?? (canSubmit ? "Cancel" : "Close")}
          </button>
          {canSubmit && (
            <button type="submit" className="button primary" disabled={isBusy} aria-busy={isBusy}>
              {textAt(view.definition, "submit", "text")}
            </button>
          )}
        </footer>
      </form>
    </dialog>
  );
}

interface InputBlockProps {
  readonly block: Json;
  readonly view: PageView;
  readonly values: ViewValues;
  readonly change: (block: Json, name: string, value: Value) => void;
}

function InputBlock({ block, view, values, change }: InputBlockProps) {
  const element = block["element"];
  if (!isJson(element)) return null;
  const blockId = textAt(block, "block_id") ?? "";
  const name = `${blockId}.${textAt(element, "action_id") ?? ""}`;
  const error = view.errors[blockId];
  const hint = textAt(block, "hint", "text");
  return (
    <div className="field">
      <label htmlFor={name}>
        {textAt(block, "label", "text")}
        {block["optional"] === true && <small> (optional)</small>}
      </label>
      <Field
        id={name}
        element={element}
        value={values[name] ?? null}
        isWrong={error !== undefined}
        describedBy={`${name}-error ${name}-hint`}
        change={(value) => change(block, name, value)}
      />
      {error !== undefined && (
        <p className="field-error" id={`${name}-error`} role="alert">
          {error}
        </p>
      )}
      {hint !== undefined && (
        <p className="hint" id={`${name}-hint`}>
          {hint}
        </p>
      )}
    </div>
  );
}

/** What the fields hold: what was typed here, else what the stand-in knows. Fields that the app took away are left out. */
function withTyped(view: PageView, typed: ViewValues): ViewValues {
  const values: Record<string, Value> = {};
  for (const [blockId, inBlock] of Object.entries(isJson(view.state) ? view.state : {})) {
    for (const [actionId, held] of Object.entries(isJson(inBlock) ? inBlock : {})) {
      const name = `${blockId}.${actionId}`;
      values[name] = typed[name] ?? rawValue(held);
    }
  }
  return values;
}

function rawValue(held: unknown): Value {
  const value = isJson(held) ? Object.entries(held).find(([name]) => name !== "type")?.[1] : undefined;
  if (Array.isArray(value)) return value.map((one) => (typeof one === "string" ? one : (textAt(one, "value") ?? "")));
  return typeof value === "string" ? value : (textAt(value, "value") ?? null);
}
