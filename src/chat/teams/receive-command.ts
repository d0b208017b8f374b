import { isFault } from "../../lib/fault.ts";
import type { Heard } from "./payload.ts";
import { FAILED, NOT_TAKEN, type ReceiveOptions, report, sayHere, tellAlone } from "./receive-context.ts";
import { toActivity, toText } from "./render.ts";
import { textActivity } from "./tell.ts";

const HELP = "help";

/** Something that somebody wrote. In a channel its answer goes to the asker's own chat with us, unless they asked to share it. */
export async function receiveCommand(heard: Heard, options: ReceiveOptions): Promise<void> {
  const asked = commandIn(heard.text, options.commands);
  // An app that may read everything hears what people say to each other.
  const isMeant = heard.place.isPersonal || heard.mentionsUs || asked.isKnown;
  if (!isMeant) return;
  const { activity, userId, isShared } = await answerOf(heard, asked, options);
  if (!heard.place.isPersonal && !isShared) return tellAlone({ place: heard.place, userId }, activity, options);
  try {
    await options.transport.send({ serviceUrl: heard.place.serviceUrl, id: heard.place.conversationId }, activity);
  } catch (error) {
    if (!isFault(error)) throw error;
    options.log.warn({ kind: error.kind, code: error.code }, "an answer was not delivered");
    await sayHere(heard.place, NOT_TAKEN, options);
  }
}

async function answerOf(heard: Heard, asked: Asked, options: ReceiveOptions) {
  try {
    const user = await options.verify(heard.claim);
    const { card, isShared } = await options.handlers.command(user, asked.name, asked.words);
    return { activity: toActivity(await options.render(card), toText(card)), userId: user.userId, isShared };
  } catch (error) {
    report(error, options.log);
    const userId = heard.claim.userId ?? heard.claim.accountId;
    return { activity: textActivity(FAILED), userId, isShared: false };
  }
}

interface Asked {
  readonly name: string;
  readonly words: string;
  readonly isKnown: boolean;
}

/** `usage today`, and `/twilio-usage today` by who is used to Slack. A word that is no command goes on as it is: the answer names the nearest. */
function commandIn(text: string, commands: readonly string[]): Asked {
  const [first = "", ...rest] = text.split(" ");
  const name = first.toLowerCase().replace(/^\/?(twilio-)?/, "");
  return { name: name === "" ? HELP : name, words: rest.join(" "), isKnown: commands.includes(name) };
}
