import { BLOCK_LIMITS, viewProblems } from "../block-kit.ts";
import { isJson, type Json, textAt } from "../json.ts";
import type { SlackMemory } from "../memory.ts";
import type { SlackView } from "../model.ts";
import { viewState } from "../view-values.ts";
import { type ApiCall, type ApiMethod, type Arguments, refuseWithLines, SlackRefusal } from "./contract.ts";

/** https://docs.slack.dev/surfaces/modals */
const STACK_LIMIT = 3;

/** A view as the Web API and the payloads give it. */
export function viewAsJson(memory: SlackMemory, view: SlackView): Json {
  const { app, team } = memory.seed;
  const { definition } = view;
  return {
    id: view.id,
    team_id: team.id,
    type: view.type,
    blocks: definition["blocks"],
    private_metadata: definition["private_metadata"] ?? "",
    callback_id: definition["callback_id"] ?? "",
    state: { values: viewState(view) },
    hash: view.hash,
    title: definition["title"] ?? { type: "plain_text", text: "View Title", emoji: true },
    clear_on_close: definition["clear_on_close"] === true,
    notify_on_close: definition["notify_on_close"] === true,
    close: definition["close"] ?? null,
    submit: definition["submit"] ?? null,
    previous_view_id: view.previousViewId ?? null,
    root_view_id: view.rootViewId,
    app_id: app.appId,
    external_id: definition["external_id"] ?? "",
    app_installed_team_id: team.id,
    bot_id: app.botId,
  };
}

/** Why a view cannot be shown; `own` is the view that it takes the place of, whose external id it may keep. */
export function refusedView(memory: SlackMemory, definition: unknown, own?: SlackView): SlackRefusal | undefined {
  const blocks = isJson(definition) ? definition["blocks"] : undefined;
  const problems = [...viewProblems(definition), ...memory.files.problems(blocks, "/view/blocks")];
  if (problems.length > 0) return refuseWithLines("invalid_arguments", problems);
  if (Buffer.byteLength(JSON.stringify(definition)) > BLOCK_LIMITS.viewBytes) return new SlackRefusal("view_too_large");
  const externalId = textAt(definition, "external_id") ?? "";
  const isTaken = memory
    .views()
    .some((view) => view.id !== own?.id && externalId !== "" && view.definition["external_id"] === externalId);
  return isTaken ? new SlackRefusal("duplicate_external_id") : undefined;
}

function checkedView({ args, memory }: ApiCall, own?: SlackView): Json {
  const definition = args.nested("view");
  if (!isJson(definition)) throw refuseWithLines("invalid_arguments", ["missing required field: view"]);
  const refusal = refusedView(memory, definition, own);
  if (refusal !== undefined) throw refusal;
  return definition;
}

function takeTrigger({ args, memory }: ApiCall) {
  const answer = memory.tickets.exchangeTrigger(args.required("trigger_id"));
  if (answer.error !== undefined) throw new SlackRefusal(answer.error);
  return answer;
}

function shown(memory: SlackMemory, view: SlackView): Json {
  return { view: viewAsJson(memory, view) };
}

export const openView: ApiMethod = {
  name: "views.open",
  rate: 100,
  scopes: [],
  run(call) {
    const definition = checkedView(call);
    const { userId } = takeTrigger(call);
    // A person has one stack of dialogs: a new dialog takes the place of whatever was open.
    const replaced = call.memory.views().filter((view) => view.userId === userId && view.type === "modal");
    for (const view of replaced) call.memory.closeView(view);
    return shown(call.memory, call.memory.openView(userId, definition));
  },
};

export const pushView: ApiMethod = {
  name: "views.push",
  rate: 100,
  scopes: [],
  run(call) {
    const definition = checkedView(call);
    const { userId, viewId } = takeTrigger(call);
    const below = viewId === undefined ? undefined : call.memory.view(viewId);
    if (below === undefined) throw new SlackRefusal("not_found");
    const stack = call.memory.views().filter((view) => view.rootViewId === below.rootViewId);
    if (stack.length >= STACK_LIMIT) throw new SlackRefusal("push_limit_reached");
    return shown(call.memory, call.memory.openView(userId, definition, below));
  },
};

function namedView(memory: SlackMemory, args: Arguments): SlackView {
  const id = args.text("view_id");
  const externalId = args.text("external_id");
  if (id === undefined && externalId === undefined) {
    throw refuseWithLines("invalid_arguments", ["must provide either view_id or external_id"]);
  }
  const view =
    id === undefined ? memory.views().find((each) => each.definition["external_id"] === externalId) : memory.view(id);
  if (view === undefined) throw new SlackRefusal("not_found");
  return view;
}

function checkHash(args: Arguments, view: SlackView): void {
  const hash = args.text("hash");
  if (hash !== undefined && hash !== view.hash) throw new SlackRefusal("hash_conflict");
}

export const updateView: ApiMethod = {
  name: "views.update",
  rate: 100,
  scopes: [],
  run(call) {
    const view = namedView(call.memory, call.args);
    const definition = checkedView(call, view);
    checkHash(call.args, view);
    return shown(call.memory, call.memory.changeView(view, { definition, errors: {} }));
  },
};

export const publishView: ApiMethod = {
  name: "views.publish",
  rate: 100,
  scopes: [],
  run(call) {
    const { args, memory } = call;
    const userId = args.required("user_id");
    if (!memory.seed.users.some((user) => user.id === userId)) throw new SlackRefusal("user_not_found");
    const home = memory.views().find((view) => view.type === "home" && view.userId === userId);
    const definition = checkedView(call, home);
    if (definition["type"] !== "home") {
      throw refuseWithLines("invalid_arguments", ["must be one of: home [json-pointer:/view/type]"]);
    }
    if (home === undefined) return shown(memory, memory.openView(userId, definition));
    checkHash(args, home);
    return shown(memory, memory.changeView(home, { definition }));
  },
};
