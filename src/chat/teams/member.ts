import { z } from "zod";
import { isFault } from "../../lib/fault.ts";
import type { ChatUser } from "../platform.ts";
import type { Conversation, TeamsTransport } from "./transport.ts";

type Barred = ChatUser["barred"];

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context#fetch-the-roster-or-user-profile */
const Member = z.looseObject({
  aadObjectId: z.string().nullish(),
  objectId: z.string().nullish(),
  tenantId: z.string().nullish(),
  userRole: z.string().nullish(),
  userPrincipalName: z.string().nullish(),
});

/** Asked of Teams anew. Throws `Fault` when it does not answer. */
export async function lookUpMember(
  at: {
    readonly transport: Pick<TeamsTransport, "member">;
    /** Null: of a multi-tenant app, or without any authentication. */
    readonly tenantId: string | null;
  },
  conversation: Conversation,
  /** `accountId`: `29:…`, or the object id again: Teams finds its members by either. */
  { userId, accountId }: { readonly userId: string; readonly accountId: string },
): Promise<Barred> {
  try {
    const member = Member.safeParse(await at.transport.member(conversation, accountId));
    return member.success ? whyBarred(userId, member.data, at.tenantId?.toLowerCase() ?? null) : "unknown-user";
  } catch (error) {
    if (isFault(error, "not-found")) return "unknown-user";
    throw error;
  }
}

function whyBarred(userId: string, member: z.infer<typeof Member>, tenantId: string | null): Barred {
  const id = member.aadObjectId ?? member.objectId;
  if (id?.toLowerCase() !== userId) return "unknown-user";
  const home = member.tenantId?.toLowerCase();
  if (tenantId !== null && home !== undefined && home !== tenantId) return "other-workspace";
  const isGuest =
    member.userRole?.toLowerCase() === "guest" || member.userPrincipalName?.toUpperCase().includes("#EXT#") === true;
  if (isGuest) return "guest";
  return member.userRole?.toLowerCase() === "anonymous" ? "unknown-user" : null;
}
