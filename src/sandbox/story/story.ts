import { type Door, type Person, type Room, until } from "./door.ts";
import type { Transcript } from "./transcript.ts";
import { createTurns, type Turns } from "./turns.ts";

/** The order that works: what needs the subaccount's own credentials comes before suspending it. */
export const REMEDIATIONS = [
  "Rotate auth token",
  "Delete API keys",
  "Disable geo regions",
  "Suspend subaccount",
] as const;

const SENT_DIALOG_CLOSES_MS = 15_000;
const SHOWN_WITHIN_MS = 45_000;
const CLICKS_AGAIN_AFTER_MS = 15_000;
const MOST_TRIES = 5;
const AUDIT_IS_THERE_WITHIN_MS = 60_000;
/** Where one story is told, what is waited for is there by then. */
const PATIENCE: Patience = { withinMs: 20_000, lookEveryMs: 40 };

/** How long somebody waits for something, and how often they look. */
export interface Patience {
  readonly withinMs: number;
  readonly lookEveryMs: number;
}

export interface StoryParts<Message, Private> {
  readonly door: Door<Message, Private>;
  readonly transcript: Transcript;
  /** Shared by stories that the same people play at the same time. */
  readonly turns?: Turns;
  readonly patience?: Patience;
}

/** Which incident: the beginning of its heading and the name of its account are on its card. */
export interface Which {
  readonly threat: string;
  readonly account: string;
}

/**
 * The people's part of the story on one platform, step by step. Each answers when what it did is there to be seen. A story that
 * goes across platforms has one of these for each, and finds the other's messages by their subject.
 */
export class Story<Message, Private> {
  readonly #door: Door<Message, Private>;
  readonly #transcript: Transcript;
  readonly #turns: Turns;
  readonly #patience: Patience;

  constructor({ door, transcript, turns = createTurns(), patience = PATIENCE }: StoryParts<Message, Private>) {
    this.#door = door;
    this.#transcript = transcript;
    this.#turns = turns;
    this.#patience = patience;
  }

  /** The card of this incident, else the first one of the channel, as soon as it is there. */
  async cardAppears(which?: Which): Promise<Message> {
    const card = await this.#until(
      which === undefined ? "the incident card" : `the card of “${which.threat}” on ${which.account}`,
      (room) =>
        room.messages.find(
          (message) =>
            /^incident-/.test(room.subjectOf(message) ?? "") &&
            (which === undefined || isAbout(room.wordsOf(message), which)),
        ),
    );
    const room = await this.#door.look();
    this.#transcript.step(`The card appears in #twilio-incidents: ${room.lineOf(card)}`);
    const mentioned = room.disturbedBy(card);
    if (mentioned.length > 0) this.#transcript.step(`It mentions ${mentioned.join(", ")}`);
    return card;
  }

  /** The message about this, e.g. `/^approval-/`. */
  async appears(subject: RegExp, what: string): Promise<Message> {
    return this.#until(what, (room) => room.messages.find((message) => subject.test(room.subjectOf(message) ?? "")));
  }

  /** Everything that is written on it now. */
  async wordsOf(message: Message): Promise<string> {
    const room = await this.#door.look();
    return room.wordsOf(room.now(message) ?? message);
  }

  /** How many incidents name this account. */
  async countCards(account: string): Promise<number> {
    const room = await this.#door.look();
    return room.messages.filter(
      (message) => /^incident-/.test(room.subjectOf(message) ?? "") && room.wordsOf(message).includes(account),
    ).length;
  }

  async subjectOf(message: Message): Promise<string> {
    return (await this.#door.look()).subjectOf(message) ?? "";
  }

  async cardSays(card: Message, words: RegExp, what: string): Promise<Message> {
    const found = await this.#until(`the card to say ${what}`, (room) => {
      const now = room.now(card);
      return now !== undefined && words.test(`${room.lineOf(now)}\n${room.wordsOf(now)}`) ? now : undefined;
    });
    this.#transcript.step(`The card says: ${what}`);
    return found;
  }

  press(person: Person, shown: Message | Private, label: string): Promise<void> {
    return this.#turns.take(() => this.#press(person, shown, label));
  }

  /** Acknowledges, as people do on a busy day: again, when the card does not say so after a while. */
  async acknowledge(person: Person, card: Message): Promise<void> {
    const endMs = performance.now() + this.#patience.withinMs;
    const taken = new RegExp(`In the hands of: ${person.name}, since`);
    for (;;) {
      await this.press(person, card, "Acknowledge");
      try {
        await this.#until(
          `the card to say that ${person.name} has it`,
          (room) => {
            const now = room.now(card);
            return now !== undefined && taken.test(room.wordsOf(now)) ? true : undefined;
          },
          CLICKS_AGAIN_AFTER_MS,
        );
        this.#transcript.step(`The card says: ${person.name} has it`);
        return;
      } catch (error) {
        if (performance.now() > endMs || !(await this.labels(card)).includes("Acknowledge")) throw error;
      }
    }
  }

  async #press(person: Person, shown: Message | Private, label: string): Promise<void> {
    for (let tries = 1; ; tries += 1) {
      const now = (await this.#door.look()).now(shown) ?? shown;
      this.#transcript.step(`${person.name} presses ${label}${tries === 1 ? "" : " again"}`);
      try {
        await this.#door.press(person, now, label);
        return;
      } catch (error) {
        // The platform got no answer in time, and says so: people press again.
        if (tries === MOST_TRIES || !String(error).includes("Try again")) throw error;
      }
    }
  }

  /**
   * Presses a remediation on the card, reads the dialog, fills it in and sends it. Answers the request in the thread; `account`
   * tells it from those of other stories.
   */
  async ask(person: Person, card: Message, title: string, reason: string, account = ""): Promise<Message> {
    const room = await this.#door.look();
    const before = new Set(room.messages.map((message) => room.keyOf(message)));
    const request = await this.#sendUntil(person, card, title, { reason }, `the request for ${title}`, (now) =>
      now.messages.find(
        (message) =>
          !before.has(now.keyOf(message)) &&
          (now.subjectOf(message) ?? "").startsWith("approval-") &&
          now.wordsOf(message).includes(account),
      ),
    );
    this.#transcript.step(`The request is in the card's thread: ${(await this.#door.look()).lineOf(request)}`);
    return request;
  }

  /** Presses what opens a dialog, reads it, fills it in, sends it, and sees it close. Answers what it said. */
  send(
    person: Person,
    shown: Message | Private,
    label: string,
    values: Readonly<Record<string, string>>,
  ): Promise<string> {
    return this.#turns.take(() => this.#send(person, shown, label, values));
  }

  /** The same, and sees what comes of it; again, when Tollgate could not make sure in time that it was stored. */
  async sendUntil(
    person: Person,
    card: Message,
    label: string,
    values: Readonly<Record<string, string>>,
    words: RegExp,
  ): Promise<void> {
    await this.#sendUntil(person, card, label, values, `the card to say ${words}`, (room) => {
      const now = room.now(card);
      return now !== undefined && words.test(room.wordsOf(now)) ? true : undefined;
    });
  }

  async #sendUntil<Found>(
    person: Person,
    card: Message,
    label: string,
    values: Readonly<Record<string, string>>,
    what: string,
    look: (room: Room<Message, Private>) => Found | undefined,
  ): Promise<Found> {
    for (let tries = 1; ; tries += 1) {
      try {
        await this.send(person, card, label, values);
      } catch (error) {
        if (tries === MOST_TRIES) throw error;
        this.#transcript.step(`${person.name} is not sure whether that went through`);
      }
      try {
        return await this.#until(what, look, SHOWN_WITHIN_MS);
      } catch (error) {
        if (tries === MOST_TRIES || !(await this.labels(card)).some((shown) => shown.startsWith(label))) throw error;
      }
    }
  }

  async #send(
    person: Person,
    shown: Message | Private,
    label: string,
    values: Readonly<Record<string, string>>,
  ): Promise<string> {
    const old = new Set((await this.#door.look()).dialogsOf(person).map(({ id }) => id));
    await this.#press(person, shown, label);
    const dialog = await this.#until(`the dialog of ${label} to be filled`, (room) =>
      room.dialogsOf(person).find(({ id, canBeSent }) => canBeSent && !old.has(id)),
    );
    this.#transcript.step(`The dialog fills: ${label}`);
    this.#transcript.quote(dialog.words);
    await this.#door.submit(person, dialog.id, { ...dialog.confirmations, ...values });
    await this.#until(
      `the dialog of ${label} to close`,
      (room) => (room.dialogsOf(person).some(({ id }) => id === dialog.id) ? undefined : true),
      SENT_DIALOG_CLOSES_MS,
    );
    return dialog.words;
  }

  /** Presses Approve without the right to: answers what this person alone is told. */
  isRefused(person: Person, request: Message): Promise<string> {
    return this.isTold(person, request, "Approve");
  }

  /** Presses what is answered by a sentence: answers what this person alone is told. */
  async isTold(person: Person, shown: Message | Private, label: string): Promise<string> {
    const told = await this.#toldAlone(person, `${person.name} to be told something`, () =>
      this.#press(person, shown, label),
    );
    const words = (await this.#door.look()).lineOf(told);
    this.#transcript.step(`${person.name} alone is told: ${words}`);
    return words;
  }

  /** Approves, and waits until the request says how it ended. */
  async approve(person: Person, request: Message): Promise<Message> {
    await this.press(person, request, "Approve");
    const settled = await this.#until("the request to be carried out", (room) => {
      const now = room.now(request);
      return now !== undefined && /Verified|Not done|Partly done/.test(room.wordsOf(now)) ? now : undefined;
    });
    this.#transcript.step(`The request says: ${(await this.#door.look()).lineOf(settled)}`);
    return settled;
  }

  /** Types a command and answers what the asker alone is shown. */
  async command(person: Person, name: string, words: string): Promise<Private> {
    const typed = this.#door.typed(name, words);
    this.#transcript.step(`${person.name} types ${typed}`);
    const answer = await this.#toldAlone(person, `an answer to ${typed}`, () =>
      this.#door.command(person, name, words),
    );
    this.#transcript.quote((await this.#door.look()).wordsOf(answer));
    return answer;
  }

  /** The audit channel's lines, once one of them says this. Slack's pace of a message a second holds them back a little. */
  async auditLines(words: RegExp): Promise<readonly string[]> {
    return this.#until(
      `the audit channel to say ${words.source}`,
      ({ auditLines }) => (auditLines.some((line) => words.test(line)) ? auditLines : undefined),
      AUDIT_IS_THERE_WITHIN_MS,
    );
  }

  /** Of the buttons that are on it now. */
  async labels(message: Message): Promise<readonly string[]> {
    const room = await this.#door.look();
    return room.labelsOf(room.now(message) ?? message);
  }

  #until<Found>(
    what: string,
    look: (room: Room<Message, Private>) => Found | undefined,
    withinMs = this.#patience.withinMs,
  ): Promise<Found> {
    return until(this.#door, what, look, withinMs, this.#patience.lookEveryMs);
  }

  #toldAlone(person: Person, what: string, act: () => Promise<void>): Promise<Private> {
    return this.#turns.take(async () => {
      const before = await this.#door.look();
      const known = new Set(before.privateTo(person).map((shown) => before.keyOf(shown)));
      // The picture of an answer to a command follows it, when it is drawn: that is no answer to a press.
      const answers = new Set(
        before
          .privateTo(person)
          .map((shown) => before.lineOf(shown))
          .filter(isOfCommand),
      );
      await act();
      return this.#until(what, (room) =>
        room.privateTo(person).find((shown) => !known.has(room.keyOf(shown)) && !answers.has(room.lineOf(shown))),
      );
    });
  }
}

function isOfCommand(line: string): boolean {
  return line.startsWith("Twilio usage");
}

function isAbout(words: string, { threat, account }: Which): boolean {
  const [heading = ""] = words.split("\n");
  return heading.includes(threat) && heading.includes(account);
}
