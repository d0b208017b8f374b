import { isDeepStrictEqual } from "node:util";
import { isJson, type Json, textAt } from "../slack/json.ts";
import { objects } from "./card-checks.ts";

interface Wanted {
  readonly type: "Action.Execute" | "Action.Submit";
  readonly verb?: string;
}

/**
 * Finds what the person presses. `data` is what would be sent: the action's own data together with inputs; without it there
 * must be only one such action. Throws, with what is there instead: nobody can press a button that they do not see.
 */
export function findAction(card: Json, wanted: Wanted, data: Json | undefined): Json {
  const all = actionsOf(card);
  const fitting = all.filter(
    (action) =>
      action["type"] === wanted.type &&
      (wanted.verb === undefined || action["verb"] === wanted.verb) &&
      (data === undefined || includes(data, action["data"])),
  );
  const [found] = fitting;
  if (found !== undefined && (data !== undefined || fitting.length === 1)) return found;
  const words = `${wanted.type} ${wanted.verb ?? ""}`.trim();
  const there = all.map((action) => `${textAt(action, "title")} (${textAt(action, "verb") ?? action["type"]})`);
  throw new Error(
    `there is ${found === undefined ? "no" : "more than one"} ${words} there; there is: ${there.join(", ") || "nothing to press"}`,
  );
}

/** By what is written on it; The whole of it. */
export function findTitled(card: Json, title: string): Json {
  const all = actionsOf(card);
  const found = all.find((action) => action["title"] === title);
  if (found !== undefined) return found;
  const there = all.map((action) => `"${textAt(action, "title")}"`).join(", ");
  throw new Error(`there is no button "${title}" there; there is: ${there || "nothing to press"}`);
}

/** Buttons anywhere in the card, but for what nobody sees: what refreshes it, and what older clients show instead. */
function actionsOf(card: Json): readonly Json[] {
  return objects(withoutHidden(card)).filter(({ type }) => type === "Action.Execute" || type === "Action.Submit");
}

function withoutHidden(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutHidden);
  if (!isJson(value)) return value;
  const shown = Object.entries(value).filter(([name]) => name !== "fallback" && name !== "refresh");
  return Object.fromEntries(shown.map(([name, part]) => [name, withoutHidden(part)]));
}

function includes(data: Json, own: unknown): boolean {
  return !isJson(own) || Object.entries(own).every(([name, value]) => isDeepStrictEqual(data[name], value));
}

/** What Teams' own client asks for before it sends anything, by input id. */
export function missingInputs(card: Json, data: Json): Readonly<Record<string, string>> {
  const required = objects(card).filter(
    (each) => String(each["type"]).startsWith("Input.") && each["isRequired"] === true,
  );
  const missing = required.filter((each) => {
    const value = data[textAt(each, "id") ?? ""] ?? each["value"];
    return value === undefined || value === "";
  });
  return Object.fromEntries(
    missing.map((each) => [textAt(each, "id") ?? "", textAt(each, "errorMessage") ?? "This is required."]),
  );
}
