/** People on one chat platform, whichever it is: what a story does there and what it expects to see. */
import { expect } from "vitest";
import { type Door, type Person, type Room, until } from "../../src/sandbox/story/door.ts";
import type { Story } from "../../src/sandbox/story/story.ts";
import type { Account } from "../../src/sandbox/twilio/model.ts";

export interface Side<Message, Private> {
  readonly door: Door<Message, Private>;
  readonly story: Story<Message, Private>;
  /** Waits until the message about this says so. */
  says(subject: RegExp, words: RegExp, withinMs?: number): Promise<Message>;
  /** The incident card of this account, as soon as it is there. */
  cardOf(accountName: string): Promise<Message>;
  wordsOf(shown: Message | Private): Promise<string>;
  labels(shown: Message | Private): Promise<readonly string[]>;
  /** Names, sorted. */
  disturbedBy(message: Message): Promise<readonly string[]>;
  subjects(): Promise<readonly string[]>;
  /** Types a command: what the asker alone is shown, and its words. */
  ask(person: Person, name: string, words: string): Promise<{ readonly shown: Private; readonly words: string }>;
  isReply(message: Message, to: Message): boolean;
  /** All that was sent about this, as it was sent, oldest first. */
  sent(subject: string): readonly string[];
  /** A word about one thing is said once: no subject has two messages. */
  expectNoDuplicates(): Promise<void>;
}

interface SideParts<Message, Private> {
  readonly door: Door<Message, Private>;
  readonly story: Story<Message, Private>;
  readonly log: () => string;
  readonly isReply: Side<Message, Private>["isReply"];
  readonly sent: Side<Message, Private>["sent"];
}

const WITHIN_MS = 30_000;

export function createSide<Message, Private>(parts: SideParts<Message, Private>): Side<Message, Private> {
  const { door, story, log, isReply, sent } = parts;

  async function subjects(): Promise<readonly string[]> {
    const room = await door.look();
    return room.messages.flatMap((message) => room.subjectOf(message) ?? []);
  }

  return {
    door,
    story,
    isReply,
    sent,
    subjects,

    async says(subject, words, withinMs = WITHIN_MS) {
      let last = "nothing";
      const look = (room: Room<Message, Private>): Message | undefined => {
        // There are two when the first one is where nobody can look any more.
        const all = room.messages.filter((message) => subject.test(room.subjectOf(message) ?? ""));
        const text = (message: Message) => `${room.lineOf(message)}\n${room.wordsOf(message)}`;
        if (all.length > 0) last = all.map(text).join("\n\n");
        return all.find((message) => words.test(text(message)));
      };
      try {
        return await until(door, `${subject} to say ${words}`, look, withinMs);
      } catch (error) {
        throw new Error(`${subject} was to say ${words}. It says:\n${last}\n${log()}`, { cause: error });
      }
    },

    cardOf: (accountName) =>
      until(
        door,
        `a card about ${accountName}`,
        (room) =>
          room.messages.find(
            (message) =>
              /^incident-/.test(room.subjectOf(message) ?? "") &&
              `${room.lineOf(message)} ${room.wordsOf(message)}`.includes(accountName),
          ),
        WITHIN_MS,
      ),

    wordsOf: async (shown) => (await door.look()).wordsOf(shown),
    labels: async (shown) => (await door.look()).labelsOf(shown),
    disturbedBy: async (message) => (await door.look()).disturbedBy(message).toSorted(),

    async ask(person, name, words) {
      const shown = await story.command(person, name, words);
      return { shown, words: (await door.look()).wordsOf(shown) };
    },

    async expectNoDuplicates() {
      // Answers to one person are messages too where they come into a chat.
      const all = (await subjects()).filter((subject) => !/^(answer-|home$)/.test(subject));
      expect(all.toSorted(), `subjects on ${door.platform}`).toEqual([...new Set(all)].toSorted());
    },
  };
}

export interface Raised<Message> {
  readonly account: Account;
  readonly card: Message;
  /** Of the incident. */
  readonly number: string;
  /** The subject of its card. */
  readonly subject: RegExp;
}

/** A usage trigger fires on a subaccount that no other test uses, and the card is there. */
export async function raise<Message, Private>(
  side: Side<Message, Private>,
  stage: { trouble(): Promise<Account> },
): Promise<Raised<Message>> {
  const account = await stage.trouble();
  const card = await side.cardOf(account.friendlyName);
  const subject = await side.story.subjectOf(card);
  return { account, card, number: subject.replace("incident-", ""), subject: new RegExp(`^${subject}$`) };
}

const ANCHOR = /#(\d+) [0-9a-f]{12}$/;

/** Waits until this side's audit channel has told the whole record, in sequence, and checks the record against its newest line. */
export async function expectSoundAuditOn<Message, Private>(
  { door }: Pick<Side<Message, Private>, "door">,
  { tollgate, secretsIn }: AuditStage,
  withinMs = WITHIN_MS,
): Promise<readonly string[]> {
  const written = await tollgate.audit("export");
  const count = written.said.split("\n").filter((line) => line.startsWith("{")).length;
  expect(count).toBeGreaterThan(0);
  expect(secretsIn(written.said), "secrets in the record").toEqual([]);
  const lines = await until(
    door,
    `audit line #${count}`,
    ({ auditLines }) => (Number(ANCHOR.exec(auditLines.at(-1) ?? "")?.[1] ?? 0) >= count ? auditLines : undefined),
    withinMs,
  );
  const numbers = lines.map((line) => Number(ANCHOR.exec(line)?.[1]));
  expect(numbers).toEqual([...new Set(numbers)].toSorted((one, other) => one - other));
  // A line may stand for several equal refusals; its number is that of the newest.
  const told = lines.reduce((sum, line) => sum + Number(/ x (\d+) #\d+ [0-9a-f]{12}$/.exec(line)?.[1] ?? 1), 0);
  expect(told).toBe(numbers.at(-1));
  const [anchor = ""] = ANCHOR.exec(lines.at(-1) ?? "") ?? [];
  expect(await tollgate.audit("verify", "--anchor", anchor)).toMatchObject({ code: 0 });
  return lines;
}

interface AuditStage {
  readonly tollgate: {
    audit(...words: readonly string[]): Promise<{ readonly code: number | null; readonly said: string }>;
  };
  secretsIn(text: string): readonly string[];
}
