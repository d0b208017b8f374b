/**
 * What Teams accepts. https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages and
 * https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference#adaptive-card
 */
export const LIMITS = {
  /**
   * A message may have 100 KB in UTF-16, its frame included; older services stop at 28 KB. Counted here in bytes of UTF-8, which
   * is never more than three times the characters.
   */
  cardBytes: 25_000,
  /** A dialog is no message, and may show all its choices. */
  dialogBytes: 40_000,
  /** For messages that are text. */
  messageText: 8_000,
  /** More than this and the rest is not shown. */
  actionsInSet: 6,
  /** https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/user-specific-views */
  refreshUsers: 60,
  /** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/channel-and-group-conversations */
  mentions: 20,
  actionTitle: 60,
  dialogTitle: 64,
  inputLength: 4000,
} as const;

/** What we allow ourselves, so that a card reads in five seconds on a phone. */
export const TASTE = {
  heading: 200,
  text: 3000,
  fieldText: 400,
  label: 100,
  /** One line of a list or timeline. */
  line: 450,
  timeline: 1800,
  listInMessage: 2500,
  listInDialog: 9000,
  question: 400,
  note: 600,
  /** The titles of all choices of a field together. */
  choiceTitles: 8000,
  /** More choices than this are a menu. */
  choicesShown: 10,
} as const;

/**
 * Teams gives up on an invoke after 5 s.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/request-receive-invoke
 */
export const BUDGET_MS = {
  /** The last moment to answer an invoke, with a reserve for the way back. */
  invoke: 4200,
  /** A dialog's facts, since Teams lets it be answered only once. */
  fill: 2500,
  /** To learn who somebody is: together with storing an address (0.5 s) and acting (1 s) still less than `invoke`. */
  userLookup: 2000,
  /** The latest card for who pressed. */
  view: 1200,
  /** Links of a card: what is not known in time is shown as words. */
  links: 500,
  connector: 6000,
  login: 4000,
} as const;

/**
 * Teams allows 7 in a second, 8 in two, 60 in thirty and 1,800 in an hour, for each bot and thread; the last is left to its 429.
 * https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit#per-bot-per-thread-limit
 */
export const PACE = { everyMs: 550, burst: 4, longestWaitMs: 1500 } as const;
