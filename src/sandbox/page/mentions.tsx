import type { SlackNotification } from "../slack/model.ts";
import type { PageState } from "../slack/page-state.ts";
import { Avatar } from "./avatar.tsx";
import { timeOf, useDesk } from "./desk.ts";

const REASONS: Readonly<Record<SlackNotification["reason"], string>> = {
  mention: "mentioned you",
  "user-group": "mentioned a group that you are in",
  channel: "notified the channel",
  "direct-message": "wrote to you",
};

/** The first words of a message, for a list or a toast: what a phone would show. */
export function preview(state: PageState, notification: SlackNotification): string {
  const { channelId, ts } = notification;
  const message = state.messages.find((one) => one.channelId === channelId && one.ts === ts);
  const text = (message?.text ?? "")
    .replace(
      /<@([UW][A-Z0-9]+)[^>]*>/g,
      (_, id: string) => `@${state.people.find((one) => one.id === id)?.realName ?? id}`,
    )
    .replace(/<[^|>]*\|([^>]*)>/g, "$1")
    .replace(/[*_~`]/g, "");
  return text.length > 140 ? `${text.slice(0, 139)}…` : text;
}

/** Everything that disturbed the person acted as, newest first. */
export function MentionsPane() {
  const { state, spot, go } = useDesk();
  const own = state.notifications.filter((one) => one.userId === spot.userId).toReversed();
  return (
    <section className="mentions" aria-label="Mentions">
      <header className="pane-header">
        <h2>Mentions</h2>
      </header>
      {own.length === 0 && <p className="empty">Nobody has mentioned you yet.</p>}
      <ul>
        {own.map((one) => (
          <li key={`${one.channelId} ${one.ts}`}>
            <button type="button" onClick={() => go({ channelId: one.channelId, threadTs: one.threadTs ?? one.ts })}>
              <Avatar userId={state.app.botUserId} size="small" />
              <span>
                <small>
                  {timeOf(one.ts)} · {REASONS[one.reason]} ·{" "}
                  {one.reason === "direct-message"
                    ? "direct message"
                    : `#${state.channels.find((channel) => channel.id === one.channelId)?.name ?? ""}`}
                </small>
                {preview(state, one)}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </section>
  );
}
