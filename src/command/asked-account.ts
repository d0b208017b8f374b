import { type Fault, isFault } from "../lib/fault.ts";
import { isAccountSid } from "../lib/id.ts";
import { type AccountView, accountName } from "../notice/views.ts";
import { commandHelp, type Explained } from "./command-help.ts";
import type { CommandAnswer, CommandContext, KnownAccount } from "./contract.ts";
import { findAccount, noSuchAccount } from "./find-account.ts";
import { twilioProblem } from "./problem.ts";

export type AskedAccount =
  | { readonly found: true; readonly account: KnownAccount }
  /** Says why, and what was probably meant. */
  | { readonly found: false; readonly answer: CommandAnswer };

/** The account that somebody means, by its name, a part of it, or its SID. Without Twilio those that are in trouble are known still. */
export async function askedAccount(wanted: string, command: Explained, context: CommandContext): Promise<AskedAccount> {
  const { accounts, fault } = await knownAccounts(context);
  const match = findAccount(wanted, accounts);
  if (match.kind === "one") return { found: true, account: match.account };
  if (match.kind === "several") return notFound(command, context, match.problem);
  // A SID says enough by itself: the account may be closed, and Twilio lists it no more.
  if (isAccountSid(wanted)) {
    return { found: true, account: { sid: wanted, friendlyName: wanted, isParent: wanted === context.parentSid } };
  }
  if (fault !== null) return { found: false, answer: twilioProblem("The accounts could not be read", fault) };
  return notFound(command, context, noSuchAccount(wanted, accounts));
}

function notFound(command: Explained, context: CommandContext, problem: string): AskedAccount {
  return { found: false, answer: commandHelp(command, context.platform, problem) };
}

/** All accounts; those in trouble alone when Twilio cannot say, with why. */
export async function knownAccounts(
  context: CommandContext,
): Promise<{ readonly accounts: readonly KnownAccount[]; readonly fault: Fault | null }> {
  try {
    return { accounts: await context.twilio.accounts(), fault: null };
  } catch (fault) {
    if (!isFault(fault)) throw fault;
    const [incidents, silences] = await Promise.all([context.desk.incidents("open"), context.desk.silences()]);
    const views = [...incidents, ...silences].map(({ account }) => account);
    const bySid = new Map(views.map((view) => [view.sid, known(view, context)]));
    return { accounts: [...bySid.values()], fault };
  }
}

function known(view: AccountView, { parentSid }: CommandContext): KnownAccount {
  return { sid: view.sid, friendlyName: accountName(view), isParent: view.sid === parentSid };
}
