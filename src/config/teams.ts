import type { z } from "zod";
import { isLoopback } from "../lib/loopback.ts";
import type { Secret } from "../lib/secret.ts";
import { address, isOn, oneOf, optionalUnless, type SetVariables, secret, text } from "./variables.ts";

export interface TeamsEnvironment {
  readonly identity:
    | {
        readonly kind: "app";
        readonly appId: string;
        readonly appPassword: Secret;
        readonly appType: "SingleTenant" | "MultiTenant";
        /** Null for a multi-tenant app. */
        readonly tenantId: string | null;
      }
    /** Anybody may post: for Microsoft's Agents Playground on this machine. */
    | { readonly kind: "anonymous" };
  /** Null: Microsoft's own. */
  readonly openIdMetadataUrl: string | null;
  readonly loginUrl: string | null;
  /** Where the first post goes; with a trailing slash. Later the address that came with each message counts. */
  readonly serviceUrl: string;
  /** Conversation ids, e.g. `19:…@thread.tacv2`. */
  readonly incidentChannel: string;
  readonly auditChannel: string;
}

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/send-proactive-messages */
const DEFAULT_SERVICE_URL = "https://smba.trafficmanager.net/teams/";
/** Of an app, a tenant and a person. */
export const GUID = /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/;
export const TEAMS_CHANNEL = /^\S{3,}$/;

/** One of these turns Teams on. Bot Framework's own names are spelled as its tools write them. */
const TEAMS_NAMES = [
  "MicrosoftAppId",
  "MicrosoftAppPassword",
  "MicrosoftAppType",
  "MicrosoftAppTenantId",
  "TEAMS_INCIDENT_CHANNEL",
  "TEAMS_AUDIT_CHANNEL",
  "TEAMS_ANONYMOUS",
] as const;

export function isTeamsOn(set: SetVariables): boolean {
  return isOn(set, TEAMS_NAMES);
}

export function teamsVariables(set: SetVariables) {
  const isWanted = isTeamsOn(set);
  const isAnonymous = set["TEAMS_ANONYMOUS"] !== undefined;
  const hasTenant = set["MicrosoftAppType"] !== "MultiTenant";
  const base = {
    protocols: ["https:"],
    allowsPlainLoopback: true,
    expected: "an https address (plain http is accepted for loopback only)",
  };
  return {
    MicrosoftAppId: optionalUnless(
      isWanted && !isAnonymous,
      text(
        GUID,
        "an application id such as 00000000-0000-4000-8000-000000000000",
        "Azure portal > your Azure Bot > Configuration > Microsoft App ID. Without it everybody could speak as Teams, so Teams does not start.",
      ),
    ),
    MicrosoftAppPassword: optionalUnless(
      isWanted && !isAnonymous,
      secret(/^\S{8,}$/, "a client secret", "Microsoft Entra > App registrations > your app > Certificates & secrets."),
    ),
    MicrosoftAppType: oneOf("SingleTenant", "MultiTenant").optional(),
    MicrosoftAppTenantId: optionalUnless(
      isWanted && !isAnonymous && hasTenant,
      text(GUID, "a tenant id, which is a GUID", "Microsoft Entra > Overview > Tenant ID."),
    ),
    TEAMS_INCIDENT_CHANNEL: optionalUnless(isWanted, channel("incident cards")),
    TEAMS_AUDIT_CHANNEL: optionalUnless(isWanted, channel("audit lines")),
    TEAMS_SERVICE_URL: address({ ...base, how: `Leave it out to use ${DEFAULT_SERVICE_URL}.` }).optional(),
    TEAMS_OPENID_METADATA_URL: address({ ...base, how: "Leave it out: tests and demo only." }).optional(),
    TEAMS_LOGIN_URL: address({ ...base, how: "Leave it out: tests and demo only." }).optional(),
    TEAMS_ANONYMOUS: oneOf("1")
      .refine(() => isLocal(set), {
        error:
          "refused: HOST and the host of PUBLIC_URL must both be loopback, e.g. HOST=127.0.0.1 and PUBLIC_URL=http://127.0.0.1:3000. It lets anybody who reaches this server act as anybody.",
      })
      .refine(() => set["MicrosoftAppId"] === undefined, {
        error: "refused together with MicrosoftAppId: either messages are authenticated or they are not.",
      })
      .optional(),
  };
}

function isLocal(set: SetVariables): boolean {
  const { HOST: host, PUBLIC_URL: publicUrl } = { HOST: set["HOST"], PUBLIC_URL: set["PUBLIC_URL"] };
  if (host === undefined || publicUrl === undefined || !URL.canParse(publicUrl)) return false;
  return isLoopback(host) && isLoopback(new URL(publicUrl).hostname);
}

function channel(content: string) {
  return text(
    TEAMS_CHANNEL,
    "a conversation id such as 19:0123456789abcdef@thread.tacv2",
    `The channel for ${content}: in Teams, … beside its name > Get link to channel; the id is the part between /channel/ and the next slash, with %3A as : and %40 as @.`,
  );
}

type TeamsValues = z.output<z.ZodObject<ReturnType<typeof teamsVariables>>>;

/** Undefined: off. */
export function teamsEnvironment(values: TeamsValues): TeamsEnvironment | undefined {
  const { TEAMS_INCIDENT_CHANNEL: incidentChannel, TEAMS_AUDIT_CHANNEL: auditChannel } = values;
  const identity = identityOf(values);
  if (identity === undefined || incidentChannel === undefined || auditChannel === undefined) return undefined;
  return {
    identity,
    openIdMetadataUrl: values.TEAMS_OPENID_METADATA_URL ?? null,
    loginUrl: values.TEAMS_LOGIN_URL?.replace(/\/+$/, "") ?? null,
    serviceUrl: `${(values.TEAMS_SERVICE_URL ?? DEFAULT_SERVICE_URL).replace(/\/+$/, "")}/`,
    incidentChannel,
    auditChannel,
  };
}

function identityOf(values: TeamsValues): TeamsEnvironment["identity"] | undefined {
  if (values.TEAMS_ANONYMOUS === "1") return { kind: "anonymous" };
  const { MicrosoftAppId: appId, MicrosoftAppPassword: appPassword } = values;
  if (appId === undefined || appPassword === undefined) return undefined;
  const appType = values.MicrosoftAppType ?? "SingleTenant";
  return { kind: "app", appId, appPassword, appType, tenantId: values.MicrosoftAppTenantId ?? null };
}
