const DAY_MS = 86_400_000;

/** Slack's date tokens in the reader's own zone: https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
export function slackDate(format: string, atMs: number, nowMs: number): string {
  const at = new Date(atMs);
  const long = at.toLocaleDateString([], { year: "numeric", month: "long", day: "numeric" });
  const short = at.toLocaleDateString([], { year: "numeric", month: "short", day: "numeric" });
  const near = nearDay(at, new Date(nowMs));
  const tokens: Readonly<Record<string, string>> = {
    "{date_num}": at.toLocaleDateString("sv"),
    "{date}": long,
    "{date_short}": short,
    "{date_long}": at.toLocaleDateString([], { weekday: "long", year: "numeric", month: "long", day: "numeric" }),
    "{date_pretty}": near ?? long,
    "{date_short_pretty}": near ?? short,
    "{date_long_pretty}": near ?? long,
    "{time}": at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" }),
    "{time_secs}": at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" }),
  };
  return format.replace(/\{\w+\}/g, (token) => tokens[token] ?? token);
}

function nearDay(at: Date, now: Date): string | undefined {
  const days = Math.round((new Date(at).setHours(0, 0, 0, 0) - new Date(now).setHours(0, 0, 0, 0)) / DAY_MS);
  return new Map([
    [-1, "yesterday"],
    [0, "today"],
    [1, "tomorrow"],
  ]).get(days);
}
