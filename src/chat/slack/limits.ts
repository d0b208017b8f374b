/**
 * What Slack accepts, in characters and items of the JSON that is sent.
 * https://docs.slack.dev/reference/block-kit/blocks, …/block-elements, …/composition-objects and …/surfaces/modals
 */
export const LIMITS = {
  blocksInMessage: 50,
  blocksInView: 100,
  headerText: 150,
  sectionText: 3000,
  sectionFields: 10,
  fieldText: 2000,
  contextText: 2000,
  buttonText: 75,
  buttonValue: 2000,
  overflowOptions: 5,
  optionText: 75,
  optionValue: 150,
  optionDescription: 75,
  /** Of checkboxes and of radio buttons. */
  choiceOptions: 10,
  /** Of one menu, or of one group in it. */
  selectOptions: 100,
  imageAlt: 2000,
  imageTitle: 2000,
  confirmText: 300,
  confirmButton: 30,
  inputLabel: 2000,
  inputHint: 2000,
  inputLength: 3000,
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3000,
  /** A longer `text` is split into several messages, of which we would know one. https://docs.slack.dev/reference/methods/chat.postMessage */
  messageText: 4000,
  /** All text in a message's blocks together: above it posts fail with `msg_blocks_too_long`. https://github.com/slackapi/bolt-js/issues/2509 */
  textInMessage: 12_000,
  /** JSON of a view: above it the answer is `view_too_large`. https://docs.slack.dev/surfaces/modals */
  viewBytes: 250_000,
} as const;

/** What we allow ourselves below Slack's limits, so that a card reads in five seconds on a phone. */
export const TASTE = {
  fieldText: 400,
  /** The small print at the end of a card. */
  noteText: 600,
  buttonsInRow: 5,
  /** A list in a message ends after this many sections of text with "… 12 more"; in a dialog people read on. */
  listSectionsInMessage: 1,
  listSectionsInView: 5,
  /** Text in a view, without its fields. Three bytes each at most: half of what a view may have. */
  textInView: 40_000,
} as const;

/** https://docs.slack.dev/interactivity/handling-user-interaction: an answer within 3 s, and a trigger lives as long. */
export const BUDGET_MS = {
  /** The last moment to acknowledge, with a reserve for the way back. */
  acknowledge: 2500,
  /** To learn who somebody is. */
  userLookup: 700,
  /** A dialog's facts; after it the dialog says that they did not come. */
  fill: 8000,
  webApi: 4000,
  /** Calls that a person waits for. */
  personWaits: 2500,
  /** For a connection to end when we stop. */
  closing: 500,
  /** To find out where a link leads; after it the link is shown as its words. */
  links: 800,
  /** A dialog that goes on: facts that come this soon need no view in between. */
  fillAtOnce: 600,
} as const;
