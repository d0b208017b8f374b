import type { Json } from "./json.ts";
import type { SlackMemory } from "./memory.ts";
import { messageAsJson } from "./methods/message.ts";
import { viewAsJson } from "./methods/views.ts";
import type { EphemeralMessage, SlackMessage, SlackView } from "./model.ts";

/** Where a person clicked. */
export type Place =
  | { readonly kind: "message"; readonly message: SlackMessage }
  | { readonly kind: "ephemeral"; readonly message: EphemeralMessage }
  | { readonly kind: "view"; readonly view: SlackView };

function envelope(memory: SlackMemory, type: string, userId: string): Json {
  const { app, team, users } = memory.seed;
  const user = users.find((each) => each.id === userId);
  if (user === undefined) throw new Error(`no person ${userId} in the workspace`);
  return {
    type,
    team: { id: team.id, domain: team.domain },
    user: { id: user.id, username: user.name, name: user.name, team_id: user.teamId ?? team.id },
    api_app_id: app.appId,
    token: "legacy-verification-token",
    enterprise: null,
    is_enterprise_install: false,
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export function blockActions(
  memory: SlackMemory,
  userId: string,
  place: Place,
  action: Json,
  tickets: { readonly triggerId: string; readonly responseUrl: string },
): Json {
  const base = { ...envelope(memory, "block_actions", userId), trigger_id: tickets.triggerId, actions: [action] };
  if (place.kind === "view") {
    const { view } = place;
    return { ...base, container: { type: "view", view_id: view.id }, view: viewAsJson(memory, view) };
  }
  const { message } = place;
  const channel = memory.channel(message.channelId);
  const isEphemeral = place.kind === "ephemeral";
  return {
    ...base,
    response_url: tickets.responseUrl,
    channel: { id: message.channelId, name: channel?.directWith === undefined ? channel?.name : "directmessage" },
    container: {
      type: "message",
      message_ts: message.ts,
      channel_id: message.channelId,
      is_ephemeral: isEphemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    // Slack keeps no copy of an ephemeral message, so it sends none.
    ...(place.kind === "message" ? { message: messageAsJson(memory, place.message) } : {}),
    state: { values: {} },
  };
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export function viewSubmission(memory: SlackMemory, view: SlackView, triggerId: string): Json {
  return {
    ...envelope(memory, "view_submission", view.userId),
    trigger_id: triggerId,
    view: viewAsJson(memory, view),
    response_urls: [],
  };
}

export function viewClosed(memory: SlackMemory, view: SlackView, isCleared: boolean): Json {
  return {
    ...envelope(memory, "view_closed", view.userId),
    view: viewAsJson(memory, view),
    is_cleared: isCleared,
  };
}

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
export function slashCommand(
  memory: SlackMemory,
  who: { readonly userId: string; readonly channelId: string },
  command: { readonly name: string; readonly text: string },
  tickets: { readonly triggerId: string; readonly responseUrl: string },
): Readonly<Record<string, string>> {
  const { app, team, users } = memory.seed;
  const user = users.find((each) => each.id === who.userId);
  if (user === undefined) throw new Error(`no person ${who.userId} in the workspace`);
  return {
    token: "legacy-verification-token",
    team_id: user.teamId ?? team.id,
    team_domain: team.domain,
    channel_id: who.channelId,
    channel_name: memory.channel(who.channelId)?.name ?? "",
    user_id: user.id,
    user_name: user.name,
    command: command.name,
    text: command.text,
    api_app_id: app.appId,
    is_enterprise_install: "false",
    response_url: tickets.responseUrl,
    trigger_id: tickets.triggerId,
  };
}

/** https://docs.slack.dev/apis/events-api */
export function eventCallback(memory: SlackMemory, event: Json): Json {
  const { app, team } = memory.seed;
  const ts = memory.nextTs();
  return {
    token: "legacy-verification-token",
    team_id: team.id,
    api_app_id: app.appId,
    event: { event_ts: ts, ...event },
    type: "event_callback",
    event_id: `Ev0${ts.replace(".", "")}`,
    event_time: Math.floor(memory.clock.now() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: app.botUserId, is_bot: true, is_enterprise_install: false },
    ],
  };
}

/** https://docs.slack.dev/reference/events/app_home_opened */
export function homeOpened(memory: SlackMemory, userId: string): Json {
  const home = memory.views().find((view) => view.type === "home" && view.userId === userId);
  return {
    type: "app_home_opened",
    user: userId,
    channel: `D0${userId.slice(2)}`,
    tab: "home",
    ...(home === undefined ? {} : { view: viewAsJson(memory, home) }),
  };
}
