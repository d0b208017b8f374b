import { useState } from "react";
import { optionsOf } from "../slack/block-kit-elements.ts";
import { isJson, type Json, textAt } from "../slack/json.ts";
import { Confirm } from "./confirm.tsx";
import { Overflow } from "./overflow.tsx";

/** Tells the app what was pressed; settles when it answered. */
export type Press = (actionId: string, value?: string) => Promise<void>;

interface ControlProps {
  readonly element: Json;
  readonly press: Press;
}

/** Something that can be pressed or chosen in a message. Asks first when the app wants that. */
export function Control({ element, press }: ControlProps) {
  const [isBusy, setBusy] = useState(false);
  const [waiting, setWaiting] = useState<{ readonly value: string | undefined }>();
  const actionId = textAt(element, "action_id") ?? "";
  const confirm = element["confirm"];
  async function send(value: string | undefined): Promise<void> {
    setWaiting(undefined);
    setBusy(true);
    await press(actionId, value);
    setBusy(false);
  }
  const use = (value?: string) => (isJson(confirm) ? setWaiting({ value }) : void send(value));
  return (
    <>
      <Face element={element} isBusy={isBusy} use={use} />
      {waiting !== undefined && isJson(confirm) && (
        <Confirm confirm={confirm} onYes={() => void send(waiting.value)} onNo={() => setWaiting(undefined)} />
      )}
    </>
  );
}

interface FaceProps {
  readonly element: Json;
  readonly isBusy: boolean;
  readonly use: (value?: string) => void;
}

function Face({ element, isBusy, use }: FaceProps) {
  switch (element["type"]) {
    case "button":
      return <Button element={element} isBusy={isBusy} use={use} />;
    case "overflow":
      return <Overflow element={element} isBusy={isBusy} use={use} />;
    case "static_select":
      return (
        <select
          className="button"
          disabled={isBusy}
          defaultValue={textAt(element, "initial_option", "value") ?? ""}
          aria-label={textAt(element, "placeholder", "text") ?? "Choose"}
          onChange={(event) => use(event.target.value)}
        >
          <option value="" disabled>
            {textAt(element, "placeholder", "text") ?? "Choose"}
          </option>
          {optionsOf(element).map((option) => (
            <option key={textAt(option, "value")} value={textAt(option, "value")}>
              {textAt(option, "text", "text")}
            </option>
          ))}
        </select>
      );
    default:
      return <span className="not-drawn">A {textAt(element, "type")} (not drawn here)</span>;
  }
}

function Button({ element, isBusy, use }: FaceProps) {
  const style = textAt(element, "style") ?? "plain";
  const url = textAt(element, "url");
  const words = textAt(element, "text", "text");
  const label = textAt(element, "accessibility_label");
  const naming = label === undefined ? {} : { "aria-label": label };
  if (url !== undefined) {
    return (
      <a className={`button ${style}`} href={url} target="_blank" rel="noreferrer" onClick={() => use()} {...naming}>
        {words}
      </a>
    );
  }
  return (
    <button
      type="button"
      className={`button ${style}`}
      disabled={isBusy}
      aria-busy={isBusy}
      onClick={() => use(textAt(element, "value"))}
      {...naming}
    >
      {words}
    </button>
  );
}
