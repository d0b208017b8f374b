const NAMES: Readonly<Record<string, string>> = {
  slack: "Slack",
  teams: "Microsoft Teams",
  twilio: "Twilio",
  queue: "the queue",
  store: "the store",
};

/** A part of Tollgate or a vendor as people call it. What has no name of its own here reads as it is. */
export function partName(part: string): string {
  return NAMES[part] ?? part;
}
