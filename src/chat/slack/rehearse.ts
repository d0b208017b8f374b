import { z } from "zod";
import { unreachable } from "../../lib/decision.ts";
import { type Fault, isFault } from "../../lib/fault.ts";
import type { RehearsalStep } from "../platform.ts";
import type { SlackApi } from "./api.ts";
import type { SlackDoor } from "./door.ts";
import { createIdentity, type Identity } from "./identity.ts";
import { type CheckedChannels, channelProblems, namedChannels, scopeProblems, tokenProblem } from "./self-check.ts";

const Posted = z.looseObject({ ts: z.string() });
const Anything = z.looseObject({});
const Messages = z.looseObject({ messages: z.array(z.looseObject({ ts: z.string(), text: z.string().default("") })) });

const TRIAL = "Tollgate is trying out this channel. This message goes away by itself.";
const EDITED = "Tollgate tried out this channel, and could change its message.";

type Work = () => Promise<string | null>;

/** Does on Slack what an incident will do, and takes it away again. Steps that cannot work any more are not tried. */
export async function rehearse(options: {
  readonly api: SlackApi;
  readonly checked: CheckedChannels;
  readonly rehearsal: SlackDoor["rehearsal"];
}): Promise<readonly RehearsalStep[]> {
  const { api, rehearsal } = options;
  const steps: RehearsalStep[] = [];

  async function step(name: string, work: Work): Promise<boolean> {
    const problem = await work().catch((error: unknown) => {
      if (isFault(error)) return `${error.message}; ${wayOut(error)}`;
      throw error;
    });
    steps.push({ name, problem });
    return problem === null;
  }

  let own: Identity | undefined;
  await step("ask Slack who we are", async () => {
    try {
      own = await createIdentity(api)();
      return null;
    } catch (error) {
      return tokenProblem(error);
    }
  });
  if (own === undefined) return steps;
  const identity = own;
  await step("check what the bot may do", async () => scopeProblems(identity).join(" ") || null);
  if (rehearsal !== null) await step(rehearsal.name, () => rehearsal.try());
  for (const channel of namedChannels(options.checked)) {
    const isThere = await step(`find the channel ${channel.id} (${channel.source})`, async () => {
      const problems = await channelProblems(api, identity, channel);
      return problems.join(" ") || null;
    });
    if (isThere) await tryOut(api, channel, step);
  }
  return steps;
}

function wayOut({ kind, retryAfterMs }: Fault): string {
  switch (kind) {
    case "rate-limited":
      return `try again in ${Math.ceil((retryAfterMs ?? 60_000) / 1000)} seconds.`;
    case "unavailable":
    case "timeout":
      return "check that this machine reaches Slack, then try again.";
    case "unauthorised":
      return "install the app again with the scopes of manifest.yml.";
    case "not-found":
      return "check the channel's id, and invite the bot there with /invite.";
    case "rejected":
      return "compare the app's settings with manifest.yml.";
    default:
      return unreachable(kind);
  }
}

async function tryOut(
  api: SlackApi,
  { id, source }: { readonly id: string; readonly source: string },
  step: (name: string, work: Work) => Promise<boolean>,
): Promise<void> {
  let ts: string | undefined;
  await step(`post a test card in ${id}`, async () => {
    const blocks = [{ type: "section", text: { type: "plain_text", text: TRIAL } }];
    ts = (await api.call("chat.postMessage", { channel: id, text: TRIAL, blocks }, Posted)).ts;
    return null;
  });
  if (ts === undefined) return;
  const own = { channel: id, ts };
  await step(`edit it in ${id}`, async () => {
    const blocks = [{ type: "section", text: { type: "plain_text", text: EDITED } }];
    await api.call("chat.update", { ...own, text: EDITED, blocks }, Anything);
    return null;
  });
  await step(`read it back from ${id}`, async () => {
    const args = { channel: id, latest: own.ts, inclusive: true, limit: 1 };
    const { messages } = await api.call("conversations.history", args, Messages);
    const found = messages.find((message) => message.ts === own.ts);
    if (found === undefined)
      return `${source}: the message is not in the channel's history; is it another workspace's?`;
    return found.text === EDITED ? null : `${source}: the message does not say what it was changed to.`;
  });
  await step(`delete it from ${id}`, async () => {
    await api.call("chat.delete", own, Anything);
    return null;
  });
}
