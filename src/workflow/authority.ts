import type { Person } from "../approval/contract.ts";
import { type PersonMatch, personOf } from "../approval/people.ts";
import type { Policy } from "../approval/policy.ts";
import type { Actor } from "../audit/envelope.ts";
import type { ChatUser } from "../chat/platform.ts";
import type { AccountSid, IncidentId } from "../lib/id.ts";
import { clickRefusalSentence, personRefusalSentence } from "../notice/refusals.ts";
import type { Executor } from "./execute.ts";
import type { Machines } from "./machines.ts";

interface Parts {
  readonly executor: Executor;
  readonly machines: Machines;
  readonly policy: () => Policy;
}

/** Somebody tried something: whoever it turns out to be, this is what a refusal is filed under. */
export interface Attempt {
  readonly user: ChatUser;
  /** In the words of the press or form, e.g. `acknowledge`; the command's name for a command. */
  readonly attempted: string;
  readonly on: Target;
  readonly cause: "click" | "command";
}

export interface Target {
  readonly stream: string;
  readonly incidentId: IncidentId | null;
  /** Null: the incident's, if there is one. */
  readonly accountSid?: AccountSid | null;
  readonly what?: string | null;
}

export type Admission =
  | { readonly admitted: true; readonly person: Person; readonly actor: Actor }
  /** Refused and audited; the sentence is for them alone. */
  | { readonly admitted: false; readonly sentence: string };

export interface Authority {
  /** Who this is now, by the roster of this moment. Audits nothing. */
  personFor(user: ChatUser): PersonMatch;
  /** Who acts, if they are on the roster and, where it is asked for, a responder now. Else the refusal is audited. */
  admit(attempt: Attempt, needs: "responder" | "anybody"): Promise<Admission>;
  /** Remembers a refusal. `person` null: a stranger. */
  refuse(attempt: Attempt, person: Person | null, refusal: string): Promise<void>;
}

/** Authority is decided here, on the server, at the moment of the click: the person and their roles now. Every refusal is audited. */
export function createAuthority({ executor, machines, policy }: Parts): Authority {
  const personFor = (user: ChatUser) => personOf(policy().people, user);

  async function refuse(attempt: Attempt, person: Person | null, refusal: string): Promise<void> {
    const { user, on, attempted, cause } = attempt;
    await executor.note({
      stream: on.stream,
      type: "refused",
      accountSid: on.accountSid ?? (await accountOf(on.incidentId)),
      incidentId: on.incidentId,
      what: on.what ?? null,
      data: { attempted, refusal },
      actor: person === null ? strangerOf(user) : actorOf(person, user),
      cause,
    });
  }

  async function accountOf(id: IncidentId | null): Promise<AccountSid | null> {
    const incident = id === null ? null : await executor.read(machines.incident, id);
    return incident === null || incident.status === "none" ? null : incident.alert.accountSid;
  }

  return {
    personFor,
    refuse,
    async admit(attempt, needs) {
      const match = personFor(attempt.user);
      if (!match.found) {
        await refuse(attempt, null, match.refusal);
        return { admitted: false, sentence: personRefusalSentence(match.refusal) };
      }
      const { person } = match;
      if (needs === "responder" && !person.roles.includes("responder")) {
        await refuse(attempt, person, "not-a-responder");
        return { admitted: false, sentence: clickRefusalSentence("not-a-responder") };
      }
      return { admitted: true, person, actor: actorOf(person, attempt.user) };
    },
  };
}

function actorOf(person: Person, user: ChatUser): Actor {
  return { kind: "person", personId: person.id, name: person.name, platform: user.platform, userId: user.userId };
}

function strangerOf(user: ChatUser): Actor {
  return { kind: "stranger", platform: user.platform, userId: user.userId };
}

/** What is about an account and no incident yet. */
export function onAccount(accountSid: AccountSid): Target {
  return { stream: `account-${accountSid}`, incidentId: null, accountSid };
}
