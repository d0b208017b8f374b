import cards from "adaptivecards/dist/adaptivecards.js";
import { useLayoutEffect, useRef } from "react";
import { isJson, type Json, textAt } from "../../slack/json.ts";
import { hostConfig } from "./host-config.ts";
import { markdownHtml } from "./markdown.ts";

/** What somebody pressed, inputs included. */
export type CardPress =
  | { readonly kind: "execute"; readonly verb: string; readonly data: Json }
  | { readonly kind: "submit"; readonly data: Json };

interface AdaptiveCardProps {
  readonly card: Json;
  /** Whose name stands out where it is mentioned. */
  readonly reader: string;
  /** Settles when the bot answered. */
  readonly press: (press: CardPress) => Promise<void>;
  /** Follows an address that leads to a place on this page; false when it does not. */
  readonly follow: (href: string) => boolean;
}

/** An Adaptive Card, drawn by Microsoft's own renderer. An edit keeps what is typed, what is open and where the focus is. */
export function AdaptiveCardView({ card, reader, press, follow }: AdaptiveCardProps) {
  const host = useRef<HTMLDivElement>(null);
  const drawn = useRef<cards.AdaptiveCard>(undefined);
  const current = useRef({ press, follow });
  current.current = { press, follow };
  // As text: each state brings the same card in a new object, and that must not draw it again.
  const text = JSON.stringify(card);
  useLayoutEffect(() => {
    const place = host.current;
    if (place === null) return;
    const restore = remember(place);
    const parsed = new cards.AdaptiveCard();
    parsed.hostConfig = hostConfig;
    parsed.onExecuteAction = (action) => void carryOut(action, current.current);
    cards.AdaptiveCard.onProcessMarkdown = (source, result) => {
      result.outputHtml = markdownHtml(source);
      result.didProcess = true;
    };
    const typed = new Map((drawn.current?.getAllInputs() ?? []).map((input) => [input.id, input.value]));
    parsed.parse(withTyped(JSON.parse(text), typed));
    const element = parsed.render();
    // The card itself is no control.
    element?.removeAttribute("tabindex");
    place.replaceChildren(...(element === undefined ? [] : [element]));
    for (const mention of place.querySelectorAll(".mention")) {
      mention.classList.toggle("mention-me", mention.textContent === `@${reader}`);
    }
    drawn.current = parsed;
    restore();
  }, [text, reader]);
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only listens to the links inside, which are reached by keyboard
    // biome-ignore lint/a11y/useKeyWithClickEvents: Enter on a link is a click
    <div
      className="adaptive-card"
      ref={host}
      onClick={(event) => {
        const link = event.target instanceof Element ? event.target.closest("a") : null;
        if (link !== null && follow(link.href)) event.preventDefault();
      }}
    />
  );
}

async function carryOut(
  action: cards.Action,
  { press, follow }: Pick<AdaptiveCardProps, "press" | "follow">,
): Promise<void> {
  if (action instanceof cards.OpenUrlAction) {
    const href = action.getHref() ?? "";
    if (!follow(href) && /^https?:/.test(href)) window.open(href, "_blank", "noopener");
    return;
  }
  const pressed = pressOf(action);
  if (pressed === undefined) return;
  action.isEnabled = false;
  await press(pressed);
  action.isEnabled = true;
}

function pressOf(action: cards.Action): CardPress | undefined {
  const dataOf = (data: unknown) => (isJson(data) ? data : {});
  if (action instanceof cards.ExecuteAction) return { kind: "execute", verb: action.verb, data: dataOf(action.data) };
  return action instanceof cards.SubmitAction ? { kind: "submit", data: dataOf(action.data) } : undefined;
}

/** What was typed stays where the new card says nothing else. */
function withTyped(value: unknown, typed: ReadonlyMap<string | undefined, unknown>): unknown {
  if (Array.isArray(value)) return value.map((each) => withTyped(each, typed));
  if (!isJson(value)) return value;
  const fields = Object.entries(value).map(([name, part]) => [name, withTyped(part, typed)]);
  const known = typed.get(textAt(value, "id"));
  const isInput = textAt(value, "type")?.startsWith("Input.") === true;
  return { ...(isInput && known !== undefined ? { value: known } : {}), ...Object.fromEntries(fields) };
}

/** Notes the open parts and the button that has the focus; the answer finds them again in what is drawn then. */
function remember(place: HTMLElement): () => void {
  const buttons = () => [...place.querySelectorAll("button")];
  const open = buttons().filter((button) => button.getAttribute("aria-expanded") === "true");
  const titles = open.map((button) => button.textContent);
  const focused = buttons().find((button) => button === document.activeElement)?.textContent;
  return () => {
    for (const title of titles)
      buttons()
        .find((button) => button.textContent === title)
        ?.click();
    if (focused === undefined) return;
    buttons()
      .find((button) => button.textContent === focused)
      ?.focus({ preventScroll: true });
  };
}
