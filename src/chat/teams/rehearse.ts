import { isFault } from "../../lib/fault.ts";
import type { Card } from "../../notice/card.ts";
import type { ChannelRole, ChatPlatform, MessageRef, RehearsalStep } from "../platform.ts";
import { keysProblem, loginProblem, namedChannels, placeProblem, type SelfCheckOptions } from "./self-check.ts";

interface Rehearsal extends SelfCheckOptions {
  readonly platform: ChatPlatform;
  /** True: Microsoft is not asked for anything. */
  readonly isAnonymous: boolean;
}

const NO_LINKS = async () => null;

/**
 * What `doctor` really does: a token, and in each channel a card posted, edited and taken away. Teams lets no bot read a message
 * back, so that the edit, which Teams refuses for a message that it does not have, stands for it.
 */
export async function rehearse(options: Rehearsal): Promise<readonly RehearsalStep[]> {
  const steps: RehearsalStep[] = [];
  if (!options.isAnonymous) {
    const login = await loginProblem(options);
    steps.push({ name: "get a token from Microsoft", problem: login });
    steps.push({ name: "read Microsoft's signing keys", problem: await keysProblem(options) });
    if (login !== null) return steps;
  }
  const done = new Set<string>();
  for (const { where, id } of namedChannels(options)) {
    if (done.has(id)) continue;
    done.add(id);
    steps.push(...(await rehearseIn(id, where, options)));
  }
  return steps;
}

async function rehearseIn(id: string, where: string, options: Rehearsal): Promise<readonly RehearsalStep[]> {
  const { platform, transport, conversations } = options;
  const channel = { role: "incident" as ChannelRole, id };
  let ref: MessageRef | undefined;
  async function step(name: string, work: () => Promise<void>): Promise<RehearsalStep> {
    try {
      await work();
      return { name, problem: null };
    } catch (error) {
      if (!isFault(error)) throw error;
      return { name, problem: placeProblem(where, id, error.kind, error.code ?? error.kind) };
    }
  }
  const post = await step(`post a test card in ${id} (${where})`, async () => {
    ref = await platform.post({ card: testCard("posted"), channel, thread: null }, NO_LINKS);
  });
  if (ref === undefined) return [post];
  const posted = ref;
  const edit = await step(`edit it in ${id}`, () => platform.edit(posted, testCard("edited"), NO_LINKS, "now"));
  const remove = await step(`take it away from ${id}`, async () => {
    const serviceUrl = (await conversations.channel(id))?.serviceUrl ?? options.serviceUrl ?? "";
    await transport.delete({ serviceUrl, id: posted.channelId }, posted.messageId);
  });
  return [post, edit, remove];
}

function testCard(what: string): Card {
  return {
    subject: "rehearsal",
    heading: "Tollgate tries itself out",
    elements: [{ kind: "text", text: [`This card was ${what} by tollgate doctor and is about to go.`] }],
    buttons: [],
    overflow: [],
    note: null,
    fallback: "Tollgate tries itself out: nothing to do.",
    tone: "calm",
  };
}
