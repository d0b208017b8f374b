import {
  anything,
  byType,
  type Check,
  flag,
  list,
  oneOf,
  problem,
  shape,
  text,
  webAddress,
} from "./block-kit-checks.ts";
import {
  accessoryElement,
  actionElement,
  anyText,
  ELEMENT_LIMITS,
  image,
  inputElement,
  pictureProblem,
  plainText,
  slackFile,
} from "./block-kit-elements.ts";
import { isJson, type Json, objectsIn, textAt } from "./json.ts";

/** Where blocks are shown: it decides which are allowed, and how many. */
export type Surface = "message" | "modal" | "home";

/** Slack's limits on blocks, messages and views. https://docs.slack.dev/reference/block-kit/blocks and …/surfaces */
export const BLOCK_LIMITS = {
  messageBlocks: 50,
  viewBlocks: 100,
  sectionText: 3000,
  sectionFields: 10,
  sectionFieldText: 2000,
  headerText: 150,
  actionsElements: 25,
  contextElements: 10,
  contextText: 2000,
  imageTitle: 2000,
  inputLabel: 2000,
  inputHint: 2000,
  markdownText: 12_000,
  tableRows: 100,
  tableColumns: 20,
  videoTitle: 200,
  videoAuthor: 50,
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3000,
  callbackId: 255,
  externalId: 255,
  /**
   * Text of all blocks of one message together. Slack does not document it; a little above it posts fail with
   * `msg_blocks_too_long`. https://github.com/slackapi/bolt-js/issues/2509
   */
  messageText: 12_000,
  /** JSON of one view, in bytes: above it the answer is `view_too_large`. */
  viewBytes: 250_000,
} as const;

const type = { type: anything };
const blockId = { block_id: text(ELEMENT_LIMITS.blockId) };

function sectionProblem(block: Json): string | undefined {
  return block["text"] === undefined && block["fields"] === undefined ? "must provide text or fields" : undefined;
}

const contextElement = byType({
  image,
  mrkdwn: anyText(BLOCK_LIMITS.contextText),
  plain_text: anyText(BLOCK_LIMITS.contextText),
});

const richTextPart = byType({
  rich_text_section: shape({ ...type, elements: anything }),
  rich_text_list: shape(
    { ...type, style: oneOf("bullet", "ordered"), elements: anything },
    { indent: anything, offset: anything, border: anything },
  ),
  rich_text_preformatted: shape({ ...type, elements: anything }, { border: anything, language: anything }),
  rich_text_quote: shape({ ...type, elements: anything }, { border: anything }),
});
const richText = shape({ ...type, elements: list(richTextPart, 1000) }, blockId);

const tableCell = byType({ raw_text: shape({ ...type, text: text(ELEMENT_LIMITS.text) }), rich_text: richText });

const everywhere: Readonly<Record<string, Check>> = {
  section: shape(
    type,
    {
      ...blockId,
      text: anyText(BLOCK_LIMITS.sectionText),
      fields: list(anyText(BLOCK_LIMITS.sectionFieldText), BLOCK_LIMITS.sectionFields),
      accessory: accessoryElement,
      expand: flag,
    },
    sectionProblem,
  ),
  header: shape({ ...type, text: plainText(BLOCK_LIMITS.headerText) }, blockId),
  divider: shape(type, blockId),
  context: shape({ ...type, elements: list(contextElement, BLOCK_LIMITS.contextElements) }, blockId),
  actions: shape({ ...type, elements: list(actionElement, BLOCK_LIMITS.actionsElements) }, blockId),
  image: shape(
    { ...type, alt_text: text(ELEMENT_LIMITS.imageAlt) },
    {
      ...blockId,
      image_url: webAddress(ELEMENT_LIMITS.url),
      slack_file: slackFile,
      title: plainText(BLOCK_LIMITS.imageTitle),
    },
    pictureProblem,
  ),
  input: shape(
    { ...type, label: plainText(BLOCK_LIMITS.inputLabel), element: inputElement },
    { ...blockId, hint: plainText(BLOCK_LIMITS.inputHint), optional: flag, dispatch_action: flag },
  ),
  rich_text: richText,
  video: shape(
    {
      ...type,
      alt_text: text(ELEMENT_LIMITS.imageAlt),
      title: plainText(BLOCK_LIMITS.videoTitle),
      thumbnail_url: webAddress(ELEMENT_LIMITS.url),
      video_url: webAddress(ELEMENT_LIMITS.url),
    },
    {
      ...blockId,
      author_name: text(BLOCK_LIMITS.videoAuthor),
      description: plainText(200),
      provider_name: text(50),
      provider_icon_url: webAddress(ELEMENT_LIMITS.url),
      title_url: webAddress(ELEMENT_LIMITS.url),
    },
  ),
};

const inMessages: Readonly<Record<string, Check>> = {
  ...everywhere,
  markdown: shape({ ...type, text: text(BLOCK_LIMITS.markdownText) }, blockId),
  table: shape(
    { ...type, rows: list(list(tableCell, BLOCK_LIMITS.tableColumns), BLOCK_LIMITS.tableRows) },
    { ...blockId, column_settings: list(anything, BLOCK_LIMITS.tableColumns) },
  ),
};

/** The elements of a block that people can use: buttons, menus, inputs. */
export function elementsOf(block: Json): readonly Json[] {
  const single = [block["accessory"], block["element"]].filter(isJson);
  return block["type"] === "actions" ? [...objectsIn(block["elements"]), ...single] : single;
}

function repeated(values: readonly (string | undefined)[]): readonly string[] {
  const named = values.filter((value) => value !== undefined);
  return [...new Set(named.filter((value, index) => named.indexOf(value) !== index))];
}

/** Characters of text in all blocks together, as far as Slack is known to count them. */
export function textLength(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, each) => sum + textLength(each), 0);
  if (!isJson(value)) return 0;
  return Object.entries(value).reduce(
    (sum, [name, field]) => sum + (name === "text" && typeof field === "string" ? field.length : textLength(field)),
    0,
  );
}

/**
 * Why Slack would refuse these blocks on this surface, one line each with a JSON pointer; none when it would take them.
 * Covers the blocks of Slack's reference up to 2025; newer kinds (card, container, alert …) are reported as unsupported.
 */
export function blockKitProblems(blocks: unknown, surface: Surface, pointer = "/blocks"): string[] {
  const problems: string[] = [];
  const max = surface === "message" ? BLOCK_LIMITS.messageBlocks : BLOCK_LIMITS.viewBlocks;
  list(byType(surface === "message" ? inMessages : everywhere), max, 0)(blocks, pointer, problems);
  const all = objectsIn(blocks);
  for (const id of repeated(all.map((block) => textAt(block, "block_id")))) {
    problem(problems, `\`block_id\` already exists: ${id}`, pointer);
  }
  for (const [index, block] of all.entries()) {
    for (const id of repeated(elementsOf(block).map((element) => textAt(element, "action_id")))) {
      problem(problems, `\`action_id\` already exists: ${id}`, `${pointer}/${index}`);
    }
  }
  if (all.filter((block) => block["type"] === "table").length > 1) {
    problem(problems, "only one table allowed", pointer);
  }
  if (surface === "message" && textLength(all) > BLOCK_LIMITS.messageText) {
    problem(problems, `no more than ${BLOCK_LIMITS.messageText} characters allowed in all blocks`, pointer);
  }
  return problems;
}

/** Why Slack would refuse this modal or Home view; none when it would take it. */
export function viewProblems(view: unknown): string[] {
  const problems: string[] = [];
  const surface: Surface = textAt(view, "type") === "home" ? "home" : "modal";
  const title = { title: plainText(BLOCK_LIMITS.viewTitle) };
  const modalOnly = {
    submit: plainText(BLOCK_LIMITS.viewButton),
    close: plainText(BLOCK_LIMITS.viewButton),
    clear_on_close: flag,
    notify_on_close: flag,
  };
  const optional = {
    private_metadata: text(BLOCK_LIMITS.privateMetadata, 0),
    callback_id: text(BLOCK_LIMITS.callbackId, 0),
    external_id: text(BLOCK_LIMITS.externalId, 0),
  };
  const required = { type: oneOf("modal", "home"), blocks: anything };
  const check =
    surface === "modal"
      ? shape({ ...required, ...title }, { ...optional, ...modalOnly }, submitProblem)
      : shape(required, optional);
  check(view, "/view", problems);
  if (isJson(view)) problems.push(...blockKitProblems(view["blocks"], surface, "/view/blocks"));
  return problems;
}

function submitProblem(view: Json): string | undefined {
  const asks = objectsIn(view["blocks"]).some((block) => block["type"] === "input");
  return asks && view["submit"] === undefined ? "missing required field: submit" : undefined;
}
