import type { CommandReply } from "../platform.ts";
import type { Heard } from "./payload.ts";
import { FAILED, NOT_INSTALLED, type ReceiveOptions, report } from "./receive-context.ts";
import { toActivity, toText } from "./render.ts";
import { textActivity } from "./tell.ts";
import type { JsonObject } from "./transport.ts";

const HELP = "help";

/** Something that somebody wrote. In a channel its answer goes to the asker's own chat with us, unless they asked to share it. */
export async function receiveCommand(heard: Heard, options: ReceiveOptions): Promise<void> {
  const asked = commandIn(heard.text, options.commands);
  // An app that may read everything hears what people say to each other.
  const isMeant = heard.place.isPersonal || heard.mentionsUs || asked.isKnown;
  if (!isMeant) return;
  try {
    const user = await options.verify(heard.claim);
    const reply = await options.handlers.command(user, asked.name, asked.words);
    const { card, isShared }: CommandReply = reply;
    await respond(heard, user.userId, toActivity(await options.render(card), toText(card)), isShared, options);
  } catch (error) {
    report(error, options.log);
    await respond(heard, heard.claim.userId ?? heard.claim.accountId, textActivity(FAILED), false, options);
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

async function respond(
  { place }: Heard,
  userId: string,
  activity: JsonObject,
  isShared: boolean,
  { teller, transport }: ReceiveOptions,
): Promise<void> {
  const here = { serviceUrl: place.serviceUrl, id: place.conversationId };
  if (place.isPersonal || isShared) await transport.send(here, activity);
  else if (!(await teller.tell(userId, activity))) await transport.send(here, textActivity(NOT_INSTALLED));
}
