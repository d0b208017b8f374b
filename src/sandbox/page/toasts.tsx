import { useEffect, useRef, useState } from "react";
import type { SlackNotification } from "../slack/model.ts";
import type { PageState } from "../slack/page-state.ts";
import { Avatar } from "./avatar.tsx";
import { person, type Spot, useDesk } from "./desk.ts";
import { preview } from "./mentions.tsx";

const SHOWN_MS = 9000;
const AT_ONCE = 3;

/** One message that disturbed one or more people after the page was opened. */
interface Toast {
  readonly key: string;
  readonly first: SlackNotification;
  readonly userIds: readonly string[];
}

function toastsOf(notifications: readonly SlackNotification[]): readonly Toast[] {
  const byMessage = new Map<string, Toast>();
  for (const one of notifications) {
    const key = `${one.channelId} ${one.ts}`;
    const known = byMessage.get(key);
    byMessage.set(key, { key, first: known?.first ?? one, userIds: [...(known?.userIds ?? []), one.userId] });
  }
  return [...byMessage.values()];
}

/** True when it concerns the person acted as alone, who is looking at the message. */
function isInView({ first, userIds }: Toast, spot: Spot): boolean {
  const isShown = first.channelId === spot.channelId && [undefined, spot.threadTs].includes(first.threadTs);
  return isShown && userIds.every((id) => id === spot.userId);
}

/** Notifications as a phone would show them, for everybody: the reader acts as several people. */
export function Toasts({ state }: { readonly state: PageState }) {
  const [gone, setGone] = useState<ReadonlySet<string>>(new Set());
  // What was there when the page opened is no news.
  const known = useRef(state.notifications.length);
  const { spot } = useDesk();
  const fresh = toastsOf(state.notifications.slice(known.current)).filter(
    (toast) => !gone.has(toast.key) && !isInView(toast, spot),
  );
  return (
    <div className="toasts" aria-live="polite">
      {fresh.slice(-AT_ONCE).map((toast) => (
        <OneToast key={toast.key} toast={toast} onGone={() => setGone((all) => new Set([...all, toast.key]))} />
      ))}
    </div>
  );
}

function OneToast({ toast, onGone }: { readonly toast: Toast; readonly onGone: () => void }) {
  const { state, spot, go } = useDesk();
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
        <strong>{isMine ? "You are mentioned" : `${names.join(", ")} mentioned`}</strong>
        <p>{preview(state, first)}</p>
        <div className="toast-actions">
          <button
            type="button"
            onClick={() => {
              go({ userId, channelId: first.channelId, threadTs: first.threadTs ?? first.ts });
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
