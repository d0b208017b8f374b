/** What a person sees and does on a chat platform, in no platform's words: the same story is played on each of them. */
import { setTimeout as sleep } from "node:timers/promises";
import type { PlatformName } from "../../audit/envelope.ts";

export interface Person {
  readonly name: string;
  /** In Slack. */
  readonly userId: string;
  /** In Teams: the Entra object id. */
  readonly teamsId: string;
}

export interface ShownDialog {
  readonly id: string;
  readonly words: string;
  /** It has been filled and can be sent. */
  readonly canBeSent: boolean;
  /** Field id -> what must be typed there exactly. */
  readonly confirmations: Readonly<Record<string, string>>;
}

/** What is on the screens of one platform at one moment. `Private` is what one person alone is shown. */
export interface Room<Message, Private> {
  /** Oldest first, threads included. */
  readonly messages: readonly Message[];
  privateTo(person: Person): readonly Private[];
  dialogsOf(person: Person): readonly ShownDialog[];
  /** What it is about, e.g. `incident-7`. */
  subjectOf(message: Message): string | undefined;
  /** The same message as it is now; undefined for what one person alone is shown. */
  now(shown: Message | Private): Message | undefined;
  keyOf(shown: Message | Private): string;
  /** The line that a notification shows. */
  lineOf(shown: Message | Private): string;
  /** All that is written on it, as a person would read it. */
  wordsOf(shown: Message | Private): string;
  labelsOf(shown: Message | Private): readonly string[];
  /** Names of those whom it disturbed when it came. */
  disturbedBy(message: Message): readonly string[];
  /** Lines of the audit channel, oldest first. */
  readonly auditLines: readonly string[];
}

/** The doors of a stand-in through which people act, as a browser does. */
export interface Door<Message, Private> {
  readonly platform: PlatformName;
  look(): Promise<Room<Message, Private>>;
  /** Presses the button whose label is this, or begins so before a bracket. Throws when this person does not see one. */
  press(person: Person, shown: Message | Private, label: string): Promise<void>;
  /** Throws with what the app finds wrong with it. */
  submit(person: Person, dialogId: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** Types a command, e.g. `usage` and `today`, in the incident channel. */
  command(person: Person, name: string, words: string): Promise<void>;
  /** As it is typed here: `/twilio-usage today`. */
  typed(name: string, words: string): string;
}

const LOOK_EVERY_MS = 40;

/** Looks until something is there. Names what was waited for when it does not come. */
export async function until<Message, Private, Found>(
  door: Door<Message, Private>,
  what: string,
  look: (room: Room<Message, Private>) => Found | undefined,
  withinMs = 20_000,
  lookEveryMs = LOOK_EVERY_MS,
): Promise<Found> {
  const endMs = performance.now() + withinMs;
  for (;;) {
    const found = look(await door.look());
    if (found !== undefined) return found;
    if (performance.now() > endMs)
      throw new Error(`waited ${withinMs / 1000} s in vain for ${what} (${door.platform})`);
    await sleep(lookEveryMs);
  }
}
