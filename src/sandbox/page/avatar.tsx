import { person, useDesk } from "./desk.ts";

const COLOURS = ["#7a4fb5", "#1f7a6d", "#b3562b", "#2f62b0", "#9a3d6a", "#58702a"];

/** Initials on a colour of the person's own; the app has a gate. */
export function Avatar({ userId, size = "normal" }: { readonly userId: string; readonly size?: "small" | "normal" }) {
  const { state } = useDesk();
  const shown = person(state, userId);
  if (userId === state.app.botUserId) {
    return (
      <span className={`avatar avatar-app ${size}`} aria-hidden="true">
        <svg viewBox="0 0 24 24" role="presentation">
          <path d="M4 20V9m16 11V9M3 9h18M7 9v8m5-8v8m5-8v8M3 9l9-5 9 5" />
        </svg>
      </span>
    );
  }
  const place = Math.max(
    0,
    state.people.findIndex((each) => each.id === userId),
  );
  const initials = (shown?.realName ?? "?")
    .split(" ")
    .map((word) => word.slice(0, 1))
    .join("");
  return (
    <span className={`avatar ${size}`} style={{ background: COLOURS[place % COLOURS.length] ?? "" }} aria-hidden="true">
      {initials}
    </span>
  );
}
