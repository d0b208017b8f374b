import {
  anything,
  byType,
  type Check,
  type Fields,
  flag,
  list,
  oneOf,
  problem,
  shape,
  text,
  webAddress,
  whole,
} from "./block-kit-checks.ts";
import { isJson, type Json, objectsIn, textAt } from "./json.ts";

/**
 * Slack's limits on elements and composition objects, in characters and items.
 * https://docs.slack.dev/reference/block-kit/block-elements and …/composition-objects
 */
export const ELEMENT_LIMITS = {
  actionId: 255,
  blockId: 255,
  text: 3000,
  buttonText: 75,
  buttonValue: 2000,
  url: 3000,
  accessibilityLabel: 75,
  placeholder: 150,
  optionText: 75,
  optionValue: 150,
  optionDescription: 75,
  selectOptions: 100,
  optionGroups: 100,
  optionGroupLabel: 75,
  overflowOptions: 5,
  choiceOptions: 10,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  inputLength: 3000,
  imageAlt: 2000,
  fileInputs: 10,
} as const;

const type = { type: anything };

export function plainText(max: number): Check {
  return shape({ type: oneOf("plain_text"), text: text(max) }, { emoji: flag });
}

export function anyText(max: number): Check {
  const plain = plainText(max);
  const marked = shape({ type: oneOf("mrkdwn"), text: text(max) }, { verbatim: flag });
  return byType({ plain_text: plain, mrkdwn: marked });
}

const confirm = shape(
  {
    title: plainText(ELEMENT_LIMITS.confirmTitle),
    text: anyText(ELEMENT_LIMITS.confirmText),
    confirm: plainText(ELEMENT_LIMITS.confirmButton),
    deny: plainText(ELEMENT_LIMITS.confirmButton),
  },
  { style: oneOf("primary", "danger") },
);

const actionId = { action_id: text(ELEMENT_LIMITS.actionId) };
const placeholder = { placeholder: plainText(ELEMENT_LIMITS.placeholder) };
const common = { ...actionId, confirm, focus_on_load: flag };
const dispatch = {
  dispatch_action_config: shape({
    trigger_actions_on: list(oneOf("on_enter_pressed", "on_character_entered"), 2),
  }),
};

function option(words: Check): Check {
  return shape(
    { text: words, value: text(ELEMENT_LIMITS.optionValue) },
    { description: anyText(ELEMENT_LIMITS.optionDescription), url: webAddress(ELEMENT_LIMITS.url) },
  );
}

const menuOption = option(plainText(ELEMENT_LIMITS.optionText));
const choiceOption = option(anyText(ELEMENT_LIMITS.optionText));
const group = shape({
  label: plainText(ELEMENT_LIMITS.optionGroupLabel),
  options: list(menuOption, ELEMENT_LIMITS.selectOptions),
});

/** Every option of a menu, whether in groups or not. */
export function optionsOf(element: Json): readonly Json[] {
  const grouped = objectsIn(element["option_groups"]).flatMap((each) => objectsIn(each["options"]));
  return [...objectsIn(element["options"]), ...grouped];
}

function initialChoiceProblem(element: Json): string | undefined {
  const values = new Set(optionsOf(element).map((each) => textAt(each, "value")));
  const first = isJson(element["initial_option"]) ? [element["initial_option"]] : [];
  const unknown = [...first, ...objectsIn(element["initial_options"])].find(
    (each) => !values.has(textAt(each, "value")),
  );
  return unknown === undefined ? undefined : `initial option is not among the options: ${textAt(unknown, "value")}`;
}

function menuProblem(element: Json): string | undefined {
  const kinds = [element["options"], element["option_groups"]].filter((each) => each !== undefined);
  return kinds.length === 1 ? initialChoiceProblem(element) : "must provide either options or option_groups";
}

function menu(fields: Fields): Check {
  const options = {
    options: list(menuOption, ELEMENT_LIMITS.selectOptions),
    option_groups: list(group, ELEMENT_LIMITS.optionGroups),
  };
  return shape(type, { ...common, ...placeholder, ...options, ...fields }, menuProblem);
}

function lookup(fields: Fields): Check {
  return shape(type, { ...common, ...placeholder, ...fields });
}

function choices(fields: Fields): Check {
  const options = { options: list(choiceOption, ELEMENT_LIMITS.choiceOptions) };
  return shape({ ...type, ...options }, { ...common, ...fields }, initialChoiceProblem);
}

function lengthProblem(element: Json): string | undefined {
  const { initial_value: initial, max_length: max, min_length: min } = element;
  if (typeof initial === "string" && typeof max === "number" && initial.length > max) {
    return "initial_value is longer than max_length";
  }
  return typeof min === "number" && typeof max === "number" && min > max ? "min_length exceeds max_length" : undefined;
}

const length = whole(0, ELEMENT_LIMITS.inputLength);
const initialText = { initial_value: text(ELEMENT_LIMITS.inputLength, 0) };
const many = { max_selected_items: whole(1, ELEMENT_LIMITS.selectOptions) };
const ids = list(text(ELEMENT_LIMITS.actionId), ELEMENT_LIMITS.selectOptions, 0);
const id = text(ELEMENT_LIMITS.actionId);

const button = shape(
  { ...type, text: plainText(ELEMENT_LIMITS.buttonText) },
  {
    ...actionId,
    confirm,
    url: webAddress(ELEMENT_LIMITS.url),
    value: text(ELEMENT_LIMITS.buttonValue, 0),
    style: oneOf("primary", "danger"),
    accessibility_label: text(ELEMENT_LIMITS.accessibilityLabel),
  },
);

const overflow = shape(
  { ...type, options: list(menuOption, ELEMENT_LIMITS.overflowOptions) },
  { ...actionId, confirm },
);

/** An uploaded picture, by its id or by its address. https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object */
export const slackFile = shape({}, { id: fileId, url: webAddress(ELEMENT_LIMITS.url) }, (file) =>
  [file["id"], file["url"]].filter((each) => each !== undefined).length === 1
    ? undefined
    : "must provide either id or url",
);

function fileId(value: unknown, pointer: string, problems: string[]): void {
  if (typeof value !== "string" || !/^F[A-Z0-9]{8,}$/.test(value)) {
    problem(problems, "input must match regex pattern: ^[F][A-Z0-9]{8,}$", pointer);
  }
}

/** An image has its picture in one place. */
export function pictureProblem(block: Json): string | undefined {
  const sources = [block["image_url"], block["slack_file"]].filter((each) => each !== undefined);
  return sources.length === 1 ? undefined : "must provide either image_url or slack_file";
}

export const image = shape(
  { ...type, alt_text: text(ELEMENT_LIMITS.imageAlt) },
  { image_url: webAddress(ELEMENT_LIMITS.url), slack_file: slackFile },
  pictureProblem,
);

const selects = {
  static_select: menu({ initial_option: menuOption }),
  external_select: lookup({ initial_option: menuOption, min_query_length: whole(0, 100) }),
  users_select: lookup({ initial_user: id }),
  conversations_select: lookup({
    initial_conversation: id,
    default_to_current_conversation: flag,
    response_url_enabled: flag,
    filter: anything,
  }),
  channels_select: lookup({ initial_channel: id, response_url_enabled: flag }),
  multi_static_select: menu({ initial_options: list(menuOption, ELEMENT_LIMITS.selectOptions), ...many }),
  multi_external_select: lookup({ initial_options: anything, min_query_length: whole(0, 100), ...many }),
  multi_users_select: lookup({ initial_users: ids, ...many }),
  multi_conversations_select: lookup({ initial_conversations: ids, filter: anything, ...many }),
  multi_channels_select: lookup({ initial_channels: ids, ...many }),
};

const choosers = {
  checkboxes: choices({ initial_options: list(choiceOption, ELEMENT_LIMITS.choiceOptions) }),
  radio_buttons: choices({ initial_option: choiceOption }),
  datepicker: lookup({ initial_date: text(10) }),
  timepicker: lookup({ initial_time: text(5), timezone: text(64) }),
  datetimepicker: shape(type, { ...common, initial_date_time: whole(0, 9_999_999_999) }),
};

const typed = { ...actionId, ...placeholder, ...initialText, ...dispatch, focus_on_load: flag };
const writers = {
  plain_text_input: shape(type, { ...typed, multiline: flag, min_length: length, max_length: length }, lengthProblem),
  email_text_input: shape(type, typed),
  url_text_input: shape(type, typed),
  number_input: shape(
    { ...type, is_decimal_allowed: flag },
    { ...typed, min_value: text(64), max_value: text(64) },
    lengthProblem,
  ),
  rich_text_input: shape(type, {
    ...actionId,
    ...placeholder,
    ...dispatch,
    initial_value: anything,
    focus_on_load: flag,
  }),
  file_input: shape(type, {
    ...actionId,
    filetypes: list(text(32), 100),
    max_files: whole(1, ELEMENT_LIMITS.fileInputs),
  }),
};

export const accessoryElement = byType({ button, overflow, image, ...selects, ...choosers });
export const actionElement = byType({
  button,
  overflow,
  ...selects,
  ...choosers,
  rich_text_input: writers.rich_text_input,
});
export const inputElement = byType({ ...selects, ...choosers, ...writers });
