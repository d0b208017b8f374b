import { type Block, Message } from "slack-blocks-to-jsx";
import { isJson, type Json, textAt } from "../slack/json.ts";
import { slackDate } from "./dates.ts";
import { person, useDesk } from "./desk.ts";
import { spotOfLink } from "./links.ts";

const DRAWN_BY_LIBRARY = new Set([
  "section",
  "header",
  "divider",
  "context",
  "image",
  "rich_text",
  "markdown",
  "table",
  "video",
]);

/** The stand-in has checked the blocks, so their type word is enough. */
function isDrawable(block: unknown): block is Block {
  return isJson(block) && typeof block["type"] === "string" && DRAWN_BY_LIBRARY.has(block["type"]);
}

/** To Slack `verbatim` only means not to look for links and names; the library takes it for plain text. */
function withoutVerbatim(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutVerbatim);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, part]) => (name === "verbatim" ? [] : [[name, withoutVerbatim(part)]])),
  );
}

/** The library knows pictures by their address alone: those that were uploaded are at the stand-in's. */
function withAddress(block: unknown): unknown {
  const id = textAt(block, "slack_file", "id");
  if (!isJson(block) || id === undefined) return block;
  const { slack_file: _, ...rest } = block;
  return { ...rest, image_url: `${location.origin}/files/${id}` };
}

/** Blocks without anything to press, drawn by slack-blocks-to-jsx. */
export function StaticBlocks({ blocks }: { readonly blocks: readonly Json[] }) {
  const desk = useDesk();
  const { state, spot, theme } = desk;
  const drawable: unknown[] = blocks.map(withoutVerbatim).map(withAddress);
  return (
    <Message
      blocks={drawable.filter(isDrawable)}
      logo=""
      name=""
      theme={theme}
      withoutWrapper
      hooks={{
        user: ({ id }) => (
          <span className={`mention ${id === spot.userId ? "mention-me" : ""}`}>
            @{person(state, id)?.realName ?? id}
          </span>
        ),
        channel: ({ id }) => (
          <span className="mention">#{state.channels.find((one) => one.id === id)?.name ?? id}</span>
        ),
        usergroup: ({ id }) => (
          <span className="mention">@{state.groups.find((one) => one.id === id)?.name ?? id}</span>
        ),
        atChannel: () => <span className="mention mention-me">@channel</span>,
        atHere: () => <span className="mention mention-me">@here</span>,
        atEveryone: () => <span className="mention mention-me">@everyone</span>,
        // The library takes the minutes of 03:01:12 for an emoji called "01".
        emoji: (emoji, parse) => {
          const glyph = parse(emoji);
          return glyph === emoji.name || /^\d+$/.test(emoji.name) ? `:${emoji.name}:` : glyph;
        },
        date: ({ format, timestamp }) => slackDate(format, Number(timestamp) * 1000, Date.now()),
        link: ({ href, children }) => {
          const target = spotOfLink(state, href);
          return (
            <a
              href={href}
              target="_blank"
              rel="noreferrer"
              onClick={(event) => {
                if (target === undefined) return;
                event.preventDefault();
                desk.go(target);
              }}
            >
              {children}
            </a>
          );
        },
      }}
    />
  );
}

/** A message without blocks: its text is mrkdwn. */
export function PlainMessage({ text }: { readonly text: string }) {
  return <StaticBlocks blocks={[{ type: "section", text: { type: "mrkdwn", text } }]} />;
}
