import { isFault } from "../../lib/fault.ts";
import type { Card } from "../../notice/card.ts";
import { onlyPictures } from "../pictures.ts";
import type { Heard } from "./payload.ts";
import { FAILED, NOT_TAKEN, type ReceiveOptions, report, sayHere, tellAlone } from "./receive-context.ts";
import { toActivity, toText } from "./render.ts";
import { textActivity } from "./tell.ts";
import type { Conversation, JsonObject } from "./transport.ts";

const HELP = "help";

/** Something that somebody wrote. In a channel its answer goes to the asker's own chat with us, unless they asked to share it. */
export async function receiveCommand(heard: Heard, options: ReceiveOptions): Promise<void> {
  const asked = commandIn(heard.text, options.commands);
  // An app that may read everything hears what people say to each other.
  const isMeant = heard.place.isPersonal || heard.mentionsUs || asked.isKnown;
  if (!isMeant) return;
  const { activity, userId, isShared, pictured } = await answerOf(heard, asked, options);
  const { serviceUrl, conversationId, isPersonal } = heard.place;
  if (!isPersonal && !isShared) {
    await tellAlone({ place: heard.place, userId }, activity, options);
    const added = await pictured("only-pictures");
    if (added !== null) await options.teller.tell(userId, added);
    return;
  }
  try {
    const here = { serviceUrl, id: conversationId };
    const id = await options.transport.send(here, activity);
    await addPictures(here, id, pictured, options);
  } catch (error) {
    if (!isFault(error)) throw error;
    options.log.warn({ kind: error.kind, code: error.code }, "an answer was not delivered");
    await sayHere(heard.place, NOT_TAKEN, options);
  }
}

/** No loss when Teams does not take them: the words are there. */
async function addPictures(here: Conversation, id: string, pictured: Pictured, options: ReceiveOptions): Promise<void> {
  try {
    const whole = await pictured("whole");
    if (whole !== null) await options.transport.update(here, id, whole);
  } catch (error) {
    if (!isFault(error)) throw error;
    options.log.warn({ kind: error.kind, code: error.code }, "the pictures of an answer were not delivered");
  }
}

/** The answer once more, when its pictures are there; null when there are none, or they do not come. */
type Pictured = (what: "whole" | "only-pictures") => Promise<JsonObject | null>;

async function answerOf(heard: Heard, asked: Asked, options: ReceiveOptions) {
  try {
    const user = await options.verify(heard.claim);
    const { card, isShared, follow } = await options.handlers.command(user, asked.name, asked.words);
    const activityOf = async (shown: Card) => toActivity(await options.render(shown), toText(shown));
    const pictured: Pictured = async (what) => {
      if (follow === undefined || !(await follow())) return null;
      return activityOf(what === "whole" ? card : onlyPictures(card));
    };
    return { activity: await activityOf(card), userId: user.userId, isShared, pictured };
  } catch (error) {
    report(error, options.log);
    const userId = heard.claim.userId ?? heard.claim.accountId;
    const pictured: Pictured = async () => null;
    return { activity: textActivity(FAILED), userId, isShared: false, pictured };
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
