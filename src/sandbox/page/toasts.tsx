import { useEffect, useRef, useState } from "react";
import { Avatar } from "./avatar.tsx";
import { type Desk, person, type Spot, useDesk } from "./desk.ts";
import { preview } from "./mentions.tsx";
import { teamsPlace, teamsPreview } from "./teams/place.ts";

const SHOWN_MS = 9000;
const AT_ONCE = 3;

/** What disturbed somebody, on whichever platform. */
interface Disturbance {
  readonly messageKey: string;
  readonly atMs: number;
  /** Their id on Slack: whom to act as. */
  readonly userId: string;
  readonly words: string;
  /** Written to them alone, not a mention among others. */
  readonly isDirect: boolean;
  /** Where it is. */
  readonly spot: Partial<Spot>;
  readonly isInView: boolean;
}

/** One message that disturbed one or more people after the page was opened. */
interface Toast {
  readonly key: string;
  readonly first: Disturbance;
  readonly userIds: readonly string[];
}

function onSlack({ state, spot }: Desk): readonly Disturbance[] {
  return state.notifications.map((one) => ({
    messageKey: `slack ${one.channelId} ${one.ts}`,
    atMs: Number(one.ts) * 1000,
    userId: one.userId,
    words: preview(state, one),
    isDirect: one.reason === "direct-message",
    spot: { channelId: one.channelId, threadTs: one.threadTs ?? one.ts, platform: "slack" },
    isInView: one.channelId === spot.channelId && [undefined, spot.threadTs].includes(one.threadTs),
  }));
}

function onTeams(desk: Desk): readonly Disturbance[] {
  const { teams, state } = desk;
  const place = teamsPlace(desk);
  return (teams?.notifications ?? []).flatMap((one) => {
    const name = teams?.users.find((user) => user.id === one.userId)?.name;
    const userId = state.people.find((each) => each.realName === name)?.id;
    if (userId === undefined) return [];
    const threadId = one.reason === "mention" ? (one.threadId ?? one.messageId) : undefined;
    const isHere = one.conversationId === place?.conversationId;
    return {
      messageKey: `teams ${one.messageId}`,
      atMs: Number(one.messageId),
      userId,
      words: teamsPreview(teams?.messages.find((message) => message.id === one.messageId)),
      isDirect: one.reason === "personal-chat",
      spot: { teamsConversationId: one.conversationId, teamsThreadId: threadId, platform: "teams" as const },
      isInView: isHere && [undefined, place?.threadId].includes(one.threadId),
    };
  });
}

function toastsOf(disturbances: readonly Disturbance[]): readonly Toast[] {
  const byMessage = new Map<string, Toast>();
  for (const one of disturbances) {
    const known = byMessage.get(one.messageKey);
    const userIds = [...(known?.userIds ?? []), one.userId];
    byMessage.set(one.messageKey, { key: one.messageKey, first: known?.first ?? one, userIds });
  }
  return [...byMessage.values()];
}

/** True when it concerns the person acted as alone, who is looking at the message. */
function isInView({ first, userIds }: Toast, spot: Spot): boolean {
  return first.isInView && userIds.every((id) => id === spot.userId);
}

/** Notifications as a phone would show them, for everybody: the reader acts as several people. */
export function Toasts() {
  const desk = useDesk();
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  const all = [...onSlack(desk), ...onTeams(desk)].sort((one, other) => one.atMs - other.atMs);
  // What was there when the page opened is no news.
  const [known] = useState(() => new Set(all.map((one) => one.messageKey)));
  const news = toastsOf(all.filter((one) => !known.has(one.messageKey))).filter((toast) => !gone.has(toast.key));
  const fresh = news.filter((toast) => !isInView(toast, desk.spot));
  const dismiss = (keys: readonly string[]) => setGone((before) => new Set([...before, ...keys]));
  // What was looked at does not come back when the reader moves on.
  const seen = news.filter((toast) => !fresh.includes(toast)).map((toast) => toast.key);
  useEffect(() => {
    if (seen.length > 0) dismiss(seen);
  });
  return (
    <div className="toasts" aria-live="polite">
      {fresh.slice(-AT_ONCE).map((toast) => (
        <OneToast key={toast.key} toast={toast} onGone={() => dismiss([toast.key])} />
      ))}
    </div>
  );
}

function titleOf({ first }: Toast, isMine: boolean, names: readonly string[]): string {
  if (first.isDirect) return isMine ? "A message to you" : `A message to ${names.join(", ")}`;
  return isMine ? "You are mentioned" : `${names.join(", ")} mentioned`;
}

function OneToast({ toast, onGone }: { readonly toast: Toast; readonly onGone: () => void }) {
  const { state, teams, spot, go } = useDesk();
  const { first, userIds } = toast;
  const end = useRef(onGone);
  end.current = onGone;
  useEffect(() => {
    const timer = setTimeout(() => end.current(), SHOWN_MS);
    return () => clearTimeout(timer);
  }, []);
  const isMine = userIds.includes(spot.userId);
  const userId = isMine ? spot.userId : (userIds[0] ?? spot.userId);
  const names = userIds.map((id) => person(state, id)?.realName ?? id);
  const firstName = person(state, userId)?.realName.split(" ")[0];
  return (
    <div className="toast">
      <Avatar userId={userId} size="small" />
      <div>
        <strong>
          {titleOf(toast, isMine, names)}
          {teams !== undefined && ` on ${first.spot.platform === "teams" ? "Teams" : "Slack"}`}
        </strong>
        <p>{first.words}</p>
        <div className="toast-actions">
          <button
            type="button"
            onClick={() => {
              go({ userId, ...first.spot });
              onGone();
            }}
          >
            {isMine ? "Show" : `Act as ${firstName}`}
          </button>
          <button type="button" onClick={onGone}>
            Dismiss
          </button>
        </div>
      </div>
    </div>
  );
}
