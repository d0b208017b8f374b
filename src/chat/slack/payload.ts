import { z } from "zod";
import { decodeForm } from "../press.ts";
import { FieldValues } from "./fields.ts";
import type { Claim } from "./verify.ts";

/** Where somebody did something, and so where their private answer belongs. */
export interface Place {
  readonly userId: string;
  /** Null inside a dialog. */
  readonly channelId: string | null;
  /** The thread that the click was in. */
  readonly threadTs: string | null;
  readonly responseUrl: string | null;
}

const Team = z.looseObject({ id: z.string() }).nullish();
const User = z.looseObject({ id: z.string(), team_id: z.string().nullish() });
const Ts = z.string().nullish();

function claimOf(user: z.infer<typeof User>, ...teamIds: readonly (string | null | undefined)[]): Claim {
  return { userId: user.id, teamIds: [user.team_id, ...teamIds].filter((id) => typeof id === "string") };
}

/** A press of a button or a choice in a menu. https://docs.slack.dev/reference/interaction-payloads/block_actions-payload */
export const PressPayload = z
  .looseObject({
    user: User,
    team: Team,
    trigger_id: z.string(),
    response_url: z.string().nullish(),
    channel: z.looseObject({ id: z.string() }).nullish(),
    message: z.looseObject({ ts: Ts, thread_ts: Ts }).nullish(),
    view: z.looseObject({ type: z.string() }).nullish(),
    container: z.looseObject({ channel_id: z.string().nullish(), message_ts: Ts, thread_ts: Ts }).nullish(),
    actions: z
      .array(
        z.looseObject({
          action_id: z.string(),
          value: z.string().nullish(),
          selected_option: z.looseObject({ value: z.string() }).nullish(),
        }),
      )
      .min(1),
  })
  .transform(({ user, team, trigger_id, response_url, channel, message, view, container, actions }) => ({
    claim: claimOf(user, team?.id),
    place: {
      userId: user.id,
      channelId: channel?.id ?? container?.channel_id ?? null,
      threadTs: threadOf(container?.thread_ts ?? message?.thread_ts, container?.message_ts ?? message?.ts),
      responseUrl: response_url || null,
    } satisfies Place,
    /** The view that the press was in; null in a message. */
    surface: view?.type === "home" || view?.type === "modal" ? view.type : null,
    triggerId: trigger_id,
    actionId: actions[0]?.action_id ?? "",
    value: actions[0]?.value ?? actions[0]?.selected_option?.value ?? "",
  }));
export type PressPayload = z.infer<typeof PressPayload>;

/** A message that has answers names itself as its thread; that is not "in a thread". */
function threadOf(threadTs: string | null | undefined, messageTs: string | null | undefined): string | null {
  return threadTs === messageTs ? null : (threadTs ?? null);
}

/** https://docs.slack.dev/reference/interaction-payloads/view-interactions-payload */
export const SubmitPayload = z
  .looseObject({
    user: User,
    team: Team,
    view: z.looseObject({
      id: z.string(),
      title: z.looseObject({ text: z.string() }),
      private_metadata: z.string().transform(decodeForm),
      state: z.looseObject({ values: FieldValues }),
      blocks: z.array(z.looseObject({ type: z.string(), block_id: z.string() })),
    }),
  })
  .transform(({ user, team, view }) => ({
    claim: claimOf(user, team?.id),
    viewId: view.id,
    title: view.title.text,
    /** What the dialog is about; undefined when an older version of ours wrote it. */
    form: view.private_metadata,
    values: view.state.values,
    /** The only blocks at which Slack shows a problem. */
    inputs: view.blocks.filter((block) => block.type === "input").map((block) => block.block_id),
  }));
export type SubmitPayload = z.infer<typeof SubmitPayload>;

/** https://docs.slack.dev/interactivity/implementing-slash-commands */
export const CommandPayload = z
  .looseObject({
    user_id: z.string(),
    team_id: z.string().nullish(),
    channel_id: z.string(),
    command: z.string(),
    text: z.string().default(""),
    response_url: z.string().nullish(),
  })
  .transform((command) => ({
    claim: claimOf({ id: command.user_id }, command.team_id),
    place: {
      userId: command.user_id,
      channelId: command.channel_id,
      threadTs: null,
      responseUrl: command.response_url || null,
    } satisfies Place,
    /** `/twilio-usage` -> `usage`. */
    name: command.command.replace(/^\/(twilio-)?/, ""),
    words: command.text.trim(),
  }));
export type CommandPayload = z.infer<typeof CommandPayload>;

/** https://docs.slack.dev/reference/events/app_home_opened */
export const HomeOpened = z
  .looseObject({
    team_id: z.string().nullish(),
    event: z.looseObject({ type: z.literal("app_home_opened"), user: z.string(), tab: z.string() }),
  })
  .transform(({ team_id, event }) => ({
    claim: claimOf({ id: event.user }, team_id),
    userId: event.user,
    /** The other tab holds messages and needs no view. */
    isHome: event.tab === "home",
  }));
