/** The platforms' numbers once more, from their documentation and from what was measured: a renderer cannot move its own goalposts. */
import { expect, test } from "vitest";
import { LIMITS as SLACK, TASTE as SLACK_TASTE } from "../../src/chat/slack/limits.ts";
import { LIMITS as TEAMS, PACE as TEAMS_PACE } from "../../src/chat/teams/limits.ts";
import { BLOCK_LIMITS } from "../../src/sandbox/slack/block-kit.ts";
import { ELEMENT_LIMITS } from "../../src/sandbox/slack/block-kit-elements.ts";

/** https://docs.slack.dev/reference/block-kit and https://docs.slack.dev/surfaces */
const BLOCK_KIT = {
  blocksInMessage: 50,
  blocksInView: 100,
  headerText: 150,
  sectionText: 3000,
  sectionFields: 10,
  fieldText: 2000,
  buttonText: 75,
  buttonValue: 2000,
  overflowOptions: 5,
  optionText: 75,
  optionValue: 150,
  optionDescription: 75,
  choiceOptions: 10,
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
  messageText: 4000,
  viewBytes: 250_000,
} as const;

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit and …/format-your-bot-messages */
const BOT_CONNECTOR = {
  /** Cards stay below it: above about 28 KB older services refuse. */
  cardBytes: 25_000,
  /** A message, its cards included, in UTF-16. */
  messageBytes: 100_000,
  refreshUsers: 60,
  actionsInSet: 6,
  postsIn2Seconds: 8,
  postsIn30Seconds: 60,
} as const;

test.each(Object.entries(BLOCK_KIT))("Slack's %s is %i", (name, limit) => {
  expect(SLACK).toHaveProperty(name, limit);
});

test("what Slack's stand-in takes is what the renderer was told", () => {
  expect(BLOCK_LIMITS).toMatchObject({
    messageBlocks: BLOCK_KIT.blocksInMessage,
    viewBlocks: BLOCK_KIT.blocksInView,
    headerText: BLOCK_KIT.headerText,
    sectionText: BLOCK_KIT.sectionText,
    sectionFields: BLOCK_KIT.sectionFields,
    sectionFieldText: BLOCK_KIT.fieldText,
    viewTitle: BLOCK_KIT.viewTitle,
    viewBytes: BLOCK_KIT.viewBytes,
    messageText: SLACK.textInMessage,
    contextText: SLACK.contextText,
  });
  expect(ELEMENT_LIMITS).toMatchObject({
    buttonText: BLOCK_KIT.buttonText,
    buttonValue: BLOCK_KIT.buttonValue,
    overflowOptions: BLOCK_KIT.overflowOptions,
    optionText: BLOCK_KIT.optionText,
    optionValue: BLOCK_KIT.optionValue,
    optionDescription: BLOCK_KIT.optionDescription,
    choiceOptions: BLOCK_KIT.choiceOptions,
    selectOptions: BLOCK_KIT.selectOptions,
    confirmText: BLOCK_KIT.confirmText,
    confirmButton: BLOCK_KIT.confirmButton,
    inputLength: BLOCK_KIT.inputLength,
  });
});

test("what we allow ourselves in Slack is not above what Slack allows", () => {
  expect(SLACK_TASTE.fieldText).toBeLessThanOrEqual(BLOCK_KIT.fieldText);
  expect(SLACK_TASTE.noteText).toBeLessThanOrEqual(BLOCK_LIMITS.contextText);
  expect(SLACK_TASTE.buttonsInRow).toBe(5);
  // Three bytes a character at most, and half of the view is for its fields.
  expect(3 * SLACK_TASTE.textInView).toBeLessThanOrEqual(BLOCK_KIT.viewBytes / 2);
});

test("Teams' cards and dialogs stay below what the connector takes, in the encoding that it counts in", () => {
  expect(TEAMS.cardBytes).toBe(BOT_CONNECTOR.cardBytes);
  // A character has two bytes in UTF-16 and one at least in UTF-8.
  expect(2 * TEAMS.cardBytes).toBeLessThan(BOT_CONNECTOR.messageBytes);
  expect(2 * TEAMS.dialogBytes).toBeLessThan(BOT_CONNECTOR.messageBytes);
  expect(2 * TEAMS.messageText).toBeLessThan(BOT_CONNECTOR.messageBytes);
  expect(TEAMS.refreshUsers).toBe(BOT_CONNECTOR.refreshUsers);
  expect(TEAMS.actionsInSet).toBe(BOT_CONNECTOR.actionsInSet);
});

test("Teams' pace is not above what one thread takes", () => {
  const { burst, everyMs } = TEAMS_PACE;
  expect(burst + 2000 / everyMs).toBeLessThanOrEqual(BOT_CONNECTOR.postsIn2Seconds);
  expect(burst + 30_000 / everyMs).toBeLessThanOrEqual(BOT_CONNECTOR.postsIn30Seconds);
});
