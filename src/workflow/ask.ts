import type { Person } from "../approval/contract.ts";
import type { PersonRefusal } from "../approval/people.ts";
import type { PlatformName } from "../audit/envelope.ts";
import type { ChatHandlers, ChatUser, CommandReply } from "../chat/platform.ts";
import type {
  Command,
  CommandAnswer,
  Desk,
  LookedUp,
  LookUpRefused,
  ReportAnswer,
  Reported,
  UsageHistory,
} from "../command/contract.ts";
import { commandName, HOME, unknownCommand } from "../command/help.ts";
import { cutShare, mayShare } from "../command/share.ts";
import { within } from "../lib/deadline.ts";
import { unreachable } from "../lib/decision.ts";
import { isFault } from "../lib/fault.ts";
import { answerCard, sentenceCard } from "../notice/answer-card.ts";
import type { Card } from "../notice/card.ts";
import type { Chart } from "../notice/chart.ts";
import { homeCard } from "../notice/home-card.ts";
import { incidentCard } from "../notice/incident-card.ts";
import { clickRefusalSentence } from "../notice/refusals.ts";
import { requestCard } from "../notice/request-card.ts";
import { sentence } from "../notice/words.ts";
import { type Attempt, type Authority, onAccount, type Target } from "./authority.ts";
import { safeLine } from "./forms.ts";
import { createGuard } from "./guard.ts";
import { createHomeView, type HomeParts } from "./home.ts";
import type { LookUp } from "./look-up.ts";
import type { Pictures } from "./pictures.ts";
import type { Twilio } from "./ports.ts";
import type { ReportIncident } from "./report-incident.ts";
import { parseSubject } from "./subjects.ts";
import type { Views } from "./views.ts";

export interface AskParts extends HomeParts {
  readonly authority: Authority;
  readonly commands: readonly Command[];
  readonly desk: Desk;
  readonly twilio: Twilio;
  readonly views: Pick<Views, "incident" | "request">;
  readonly history: UsageHistory;
  readonly pictures: Pick<Pictures, "want" | "areTaken" | "whenTaken">;
  readonly lookUp: LookUp;
  readonly reportIncident: ReportIncident;
}

/** What people may ask: commands, their home, and a card as they see it. Only a reported incident changes anything, and nothing throws. */
export function createAsk(parts: AskParts): Pick<ChatHandlers, "command" | "home" | "view"> {
  const { authority, commands, desk, twilio, clock, log } = parts;
  const guarded = createGuard(log);
  const homeView = createHomeView(parts);

  async function report(user: ChatUser, reported: Reported): Promise<ReportAnswer> {
    const attempt: Attempt = { user, attempted: "open-incident", on: onAccount(reported.accountSid), cause: "command" };
    const answered = await guarded("open-incident", async () => {
      const admission = await authority.admit(attempt, "responder");
      if (!admission.admitted) return { text: admission.sentence, incidentId: null };
      const { person, actor } = admission;
      return parts.reportIncident({ attempt, person, actor }, { ...reported, summary: safeLine(reported.summary) });
    });
    return "incidentId" in answered ? answered : { text: answered.text, incidentId: null };
  }

  /** Each look-up is paid for, so being on the roster is not enough. */
  async function lookUp(user: ChatUser, person: Person, number: string): Promise<LookedUp | LookUpRefused> {
    if (person.roles.length > 0) return parts.lookUp(number);
    const attempt: Attempt = { user, attempted: "ask-lookup", on: IN_CHAT, cause: "command" };
    await guarded("command", () => authority.refuse(attempt, person, "without-a-role"));
    return { refused: clickRefusalSentence("without-a-role") };
  }

  async function answer(
    user: ChatUser,
    person: Person,
    name: string,
    words: string,
    showsNumbers: boolean,
  ): Promise<CommandAnswer> {
    const { platform } = user;
    const command = commands.find((candidate) => candidate.name === name);
    if (command === undefined) return unknownCommand(commands, platform, name);
    try {
      return await command.run(words, {
        nowMs: clock.now(),
        platform,
        twilio,
        parentSid: twilio.parentSid,
        desk,
        history: parts.history,
        showsNumbers,
        lookUp: (number) => lookUp(user, person, number),
        report: (reported) => report(user, reported),
      });
    } catch (error) {
      log.warn({ name, err: error }, "a command failed");
      return noAnswer(error);
    }
  }

  /** Null when Twilio does not say in time. It may say a moment later, so the answer can be about an account all the same. */
  async function accountNames(): Promise<readonly string[] | null> {
    try {
      const accounts = await within(NAMES_BUDGET_MS, "what accounts are called", twilio.accounts());
      return accounts.map(({ friendlyName }) => friendlyName);
    } catch {
      return null;
    }
  }

  /** The answer does not wait for its pictures; what was drawn before comes with it. */
  async function followed(
    charts: readonly Chart[],
    platform: PlatformName,
    audience: "asker" | "everybody",
  ): Promise<Pick<CommandReply, "follow">> {
    if (charts.length === 0) return {};
    try {
      await parts.pictures.want(charts, audience);
      if (await parts.pictures.areTaken(charts, platform)) return {};
      return { follow: () => parts.pictures.whenTaken(charts, platform) };
    } catch (error) {
      log.warn({ err: error }, "pictures of an answer cannot be drawn");
      return {};
    }
  }

  async function homeOf(user: ChatUser): Promise<Card> {
    const match = authority.personFor(user);
    // Opening a page is no attempt to do anything: it is not audited.
    if (!match.found) return sentenceCard(HOME, "Nothing to show", strangerSentence(match.refusal));
    try {
      return homeCard(await homeView(match.person));
    } catch (error) {
      log.warn({ err: error }, "a home could not be read");
      const { heading, elements, note } = noAnswer(error);
      const again = { label: "Refresh", press: { action: "refresh-home" }, style: "plain", confirm: null } as const;
      return { ...answerCard(HOME, { heading, elements, note }), subject: HOME, buttons: [again] };
    }
  }

  return {
    async command(user, written, line) {
      const name = commandName(written).slice(0, LONGEST_NAME);
      const match = authority.personFor(user);
      if (!match.found) {
        const isKnown = name === HOME || commands.some((command) => command.name === name);
        // Never their own word: it may be a phone number or a token, and the record keeps it for ever.
        const attempted = isKnown ? `ask-${name}` : "ask-something";
        const admission = await guarded("command", () =>
          authority.admit({ user, attempted, on: IN_CHAT, cause: "command" }, "anybody"),
        );
        // Should the refusal not be stored in time, the answer is the same: nothing is told to strangers.
        const why = "sentence" in admission ? admission.sentence : strangerSentence(match.refusal);
        return alone(sentenceCard(name, "Not for you", why));
      }
      // Slack shows it as a tab and sends no such command.
      if (name === HOME && user.platform === "teams") return alone(await homeOf(user));
      const names = mayShare(line) ? await accountNames() : [];
      const { words, isShared } = cutShare(line, names);
      const showsNumbers = !isShared && match.person.roles.includes("responder");
      const given = await answer(user, match.person, name, words, showsNumbers);
      if (given.isPrivate === true) return alone(answerCard(name, given));
      const follow = await followed(given.charts ?? [], user.platform, isShared ? "everybody" : "asker");
      // Everybody reads it, so it says who asked. Its buttons are for everybody, too: each press is authorised by itself.
      if (isShared)
        return { card: answerCard(name, noted(given, `Asked by ${match.person.name}.`)), isShared, ...follow };
      return { ...alone(answerCard(name, names === null ? noted(given, NOT_SHARED) : given)), ...follow };
    },

    home: homeOf,

    async view(user, subject) {
      const match = authority.personFor(user);
      // A refresh may name any subject, and comes from whoever can see the message.
      if (!match.found) return null;
      try {
        return await latest(subject, user, match.person);
      } catch (error) {
        log.warn({ err: error }, "a card could not be read for one person");
        return null;
      }
    },
  };

  async function latest(text: string, { platform }: ChatUser, person: Person): Promise<Card | null> {
    const subject = parseSubject(text);
    if (subject?.kind === "incident") {
      const view = await parts.views.incident(subject.incidentId, { platform, lagMs: null });
      return view === null ? null : incidentCard(view, clock.now());
    }
    if (subject?.kind === "approval") {
      const view = await parts.views.request(subject.approvalId);
      return view === null ? null : requestCard(view, clock.now(), person.id);
    }
    return null;
  }
}

/** About nothing in particular. */
const IN_CHAT: Target = { stream: "chat", incidentId: null };
/** What is longer is no command of ours, and is not repeated whole. */
const LONGEST_NAME = 80;
/** Of the time that an answer has. */
const NAMES_BUDGET_MS = 400;
const NOT_SHARED =
  "Only you see this: Twilio does not say what accounts are called now, and the name of one may end with share.";

function alone(card: Card): CommandReply {
  return { card, isShared: false };
}

function noted(answer: CommandAnswer, more: string): CommandAnswer {
  return { ...answer, note: [answer.note, more].filter((words) => words !== null && words !== "").join(" ") };
}

function noAnswer(error: unknown): CommandAnswer {
  const why = isFault(error) ? error.message : "Tollgate met an error of its own.";
  return {
    heading: "No answer",
    elements: [{ kind: "text", text: [`This could not be answered: ${sentence(why)} Please try again.`] }],
    note: null,
    isPrivate: true,
  };
}

/** For who only looked. */
function strangerSentence(refusal: PersonRefusal): string {
  switch (refusal) {
    case "not-on-the-roster":
    case "guest":
    case "bot":
    case "other-workspace":
      return "Tollgate answers people on its roster. Its operator can add you to tollgate.yml.";
    case "on-the-roster-twice":
      return "You are on Tollgate's roster twice, so it cannot tell who you are. Its operator must correct tollgate.yml.";
    case "unknown-user":
      return "Tollgate could not find out who you are just now. Try again in a minute.";
    default:
      return unreachable(refusal);
  }
}
