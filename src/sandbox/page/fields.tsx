import { useState } from "react";
import { optionsOf } from "../slack/block-kit-elements.ts";
import { type Json, textAt } from "../slack/json.ts";
import type { ViewValues } from "../slack/model.ts";
import { useDesk } from "./desk.ts";

export type Value = ViewValues[string];

export interface FieldProps {
  readonly id: string;
  readonly element: Json;
  readonly value: Value;
  readonly isWrong: boolean;
  /** The ids of the hint and the error, for screen readers. */
  readonly describedBy: string;
  readonly change: (value: Value) => void;
}

const INPUT_TYPES: Readonly<Record<string, string>> = {
  datepicker: "date",
  timepicker: "time",
  number_input: "number",
  email_text_input: "email",
  url_text_input: "url",
};

/** One input of a dialog. */
export function Field(props: FieldProps) {
  const { element } = props;
  const type = textAt(element, "type") ?? "";
  switch (type) {
    case "plain_text_input":
      return <TextField {...props} />;
    case "static_select":
      return <MenuField {...props} />;
    case "users_select":
      return <PersonField {...props} />;
    case "radio_buttons":
      return <ChoiceField {...props} kind="radio" />;
    case "checkboxes":
      return <ChoiceField {...props} kind="checkbox" />;
    case "multi_static_select":
      return <ManyField {...props} />;
    default:
      return INPUT_TYPES[type] === undefined ? (
        <span className="not-drawn">A {type} (not drawn here)</span>
      ) : (
        <input type={INPUT_TYPES[type]} {...typing(props)} />
      );
  }
}

function typing({ id, element, value, isWrong, describedBy, change }: FieldProps) {
  const max = element["max_length"];
  return {
    id,
    value: typeof value === "string" ? value : "",
    placeholder: textAt(element, "placeholder", "text") ?? "",
    "aria-invalid": isWrong,
    "aria-describedby": describedBy,
    ...(typeof max === "number" ? { maxLength: max } : {}),
    onChange: (event: { readonly target: { readonly value: string } }) => change(event.target.value),
  };
}

function TextField(props: FieldProps) {
  if (props.element["multiline"] === true) return <textarea rows={3} {...typing(props)} />;
  return <input type="text" autoComplete="off" {...typing(props)} />;
}

function MenuField({ id, element, value, isWrong, describedBy, change }: FieldProps) {
  return (
    <select
      id={id}
      value={typeof value === "string" ? value : ""}
      aria-invalid={isWrong}
      aria-describedby={describedBy}
      onChange={(event) => change(event.target.value === "" ? null : event.target.value)}
    >
      <option value="">{textAt(element, "placeholder", "text") ?? "Select an option"}</option>
      {optionsOf(element).map((option) => (
        <option key={textAt(option, "value")} value={textAt(option, "value")}>
          {textAt(option, "text", "text")}
        </option>
      ))}
    </select>
  );
}

function PersonField({ id, value, describedBy, change }: FieldProps) {
  const { state } = useDesk();
  return (
    <select
      id={id}
      value={typeof value === "string" ? value : ""}
      aria-describedby={describedBy}
      onChange={(event) => change(event.target.value === "" ? null : event.target.value)}
    >
      <option value="">Select a person</option>
      {state.people.map((each) => (
        <option key={each.id} value={each.id}>
          {each.realName}
        </option>
      ))}
    </select>
  );
}

function chosenOf(value: Value): readonly string[] {
  if (value === null) return [];
  return typeof value === "string" ? [value] : value;
}

function ChoiceField({
  id,
  element,
  value,
  describedBy,
  change,
  kind,
}: FieldProps & { readonly kind: "radio" | "checkbox" }) {
  const chosen = chosenOf(value);
  return (
    <fieldset className="choices" id={id} aria-describedby={describedBy}>
      {optionsOf(element).map((option) => {
        const own = textAt(option, "value") ?? "";
        const toggled = chosen.includes(own) ? chosen.filter((each) => each !== own) : [...chosen, own];
        return (
          <label key={own}>
            <input
              type={kind}
              name={id}
              checked={chosen.includes(own)}
              onChange={() => change(kind === "radio" ? own : toggled)}
            />
            <span>
              {textAt(option, "text", "text")}
              <small>{textAt(option, "description", "text")}</small>
            </span>
          </label>
        );
      })}
    </fieldset>
  );
}

const MANY = 8;

/** `aland` finds `Åland Islands`. */
function searchable(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
}

/** A menu of many: a list to tick, with a filter when it is long. */
function ManyField(props: FieldProps) {
  const { id, element, value, describedBy, change } = props;
  const [filter, setFilter] = useState("");
  const options = optionsOf(element);
  const chosen = chosenOf(value);
  const shown = options.filter((option) =>
    searchable(textAt(option, "text", "text") ?? "").includes(searchable(filter.trim())),
  );
  return (
    <div className="many">
      {options.length > MANY && (
        <input
          type="search"
          placeholder={`Filter ${options.length} options`}
          aria-label="Filter the options"
          value={filter}
          onChange={(event) => setFilter(event.target.value)}
          onKeyDown={(event) => {
            // It would send the whole dialog.
            if (event.key === "Enter") event.preventDefault();
          }}
        />
      )}
      {shown.length === 0 ? (
        <fieldset className="choices" id={id} aria-describedby={describedBy}>
          <p className="nothing">Nothing here is called “{filter.trim()}”.</p>
        </fieldset>
      ) : (
        <ChoiceField {...props} element={{ ...element, options: shown, option_groups: undefined }} kind="checkbox" />
      )}
      <p className="many-foot">
        <small>
          {chosen.length} of {options.length} chosen
        </small>
        {chosen.length > 0 && (
          <button type="button" onClick={() => change([])}>
            Choose none
          </button>
        )}
      </p>
    </div>
  );
}
