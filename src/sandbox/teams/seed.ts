/** Somebody in the tenant, or a person of another tenant who shares a channel with it. */
export interface SeedTeamsUser {
  /** The Entra object id. */
  readonly id: string;
  /** What Teams calls the user towards this bot: `29:…`. */
  readonly mri: string;
  readonly name: string;
  readonly email: string;
  readonly isGuest: boolean;
  /** The home tenant when it is another one. */
  readonly tenantId?: string;
  /** Shown on the demo page beside the name; Teams itself knows nothing of it. */
  readonly role: string;
}

export interface SeedTeamsChannel {
  readonly id: string;
  readonly name: string;
  readonly topic: string;
}

/** What the composer offers, as in the app manifest's command list. */
export interface SeedTeamsCommand {
  readonly title: string;
  readonly description: string;
}

export interface TeamsSeed {
  readonly tenant: { readonly id: string; readonly name: string };
  readonly bot: { readonly appId: string; readonly name: string };
  readonly team: { readonly id: string; readonly name: string; readonly aadGroupId: string };
  readonly users: readonly SeedTeamsUser[];
  readonly channels: readonly SeedTeamsChannel[];
  /** Object ids of those who have the app for themselves, and so a personal chat with the bot. */
  readonly personalApp: readonly string[];
  /** True when the app may read every message of a channel (RSC), not only those that mention it. */
  readonly readsAllMessages: boolean;
  readonly commands: readonly SeedTeamsCommand[];
}

/** The people's object ids, the same in every seed. */
export const ACME_TEAMS = {
  tenantId: "7c0ffee0-0000-4000-8000-00000000acce",
  appId: "b0b0b0b0-0000-4000-8000-000000007011",
  ann: "5f0c2d1e-0000-4000-8000-00000000a001",
  ben: "5f0c2d1e-0000-4000-8000-00000000b001",
  cem: "5f0c2d1e-0000-4000-8000-00000000c001",
  gus: "5f0c2d1e-0000-4000-8000-00000000d001",
  eve: "5f0c2d1e-0000-4000-8000-00000000e001",
  incidentChannel: "19:1ac1de2700000000000000000000a001@thread.tacv2",
  auditChannel: "19:a0d1700000000000000000000000a002@thread.tacv2",
} as const;

const PARTNER_TENANT = "9a37e700-0000-4000-8000-00000000bead";
const TEAM = "19:0be2a71000000000000000000000a000@thread.tacv2";

function user(name: string, id: string, role: string, other: Partial<SeedTeamsUser> = {}): SeedTeamsUser {
  const handle = name.split(" ")[0]?.toLowerCase() ?? "";
  const mri = `29:1${name.replaceAll(" ", "")}-${id.slice(-4)}_Kx3qPz`;
  return { id, mri, name, email: `${handle}@acme.example`, isGuest: false, role, ...other };
}

/** The people of the Slack stand-in's seed, on the other platform. */
const PEOPLE: readonly SeedTeamsUser[] = [
  user("Ann Ito", ACME_TEAMS.ann, "On-call responder"),
  user("Ben Okafor", ACME_TEAMS.ben, "Security lead, approver"),
  user("Cem Demir", ACME_TEAMS.cem, "Engineer, no role"),
  user("Gus Lindqvist", ACME_TEAMS.gus, "Guest", { isGuest: true, email: "gus_visitor.example#EXT#@acme.example" }),
  user("Eve Moreau", ACME_TEAMS.eve, "From Partner Ltd", { tenantId: PARTNER_TENANT, email: "eve@partner.example" }),
];

export interface AcmeTenantOptions {
  readonly commands?: readonly SeedTeamsCommand[];
  readonly readsAllMessages?: boolean;
}

/** The tenant of the demo and the tests: Acme, with the team Operations in which the app is installed. */
export function seedAcmeTenant(options: AcmeTenantOptions = {}): TeamsSeed {
  return {
    tenant: { id: ACME_TEAMS.tenantId, name: "Acme" },
    bot: { appId: ACME_TEAMS.appId, name: "Tollgate" },
    team: { id: TEAM, name: "Operations", aadGroupId: "0be2a710-0000-4000-8000-000000000a00" },
    users: PEOPLE,
    channels: [
      {
        id: ACME_TEAMS.incidentChannel,
        name: "twilio-incidents",
        topic: "One living card for each incident on our Twilio accounts",
      },
      { id: ACME_TEAMS.auditChannel, name: "twilio-audit", topic: "Every step, approval and refusal, in order" },
    ],
    personalApp: [ACME_TEAMS.ann, ACME_TEAMS.ben, ACME_TEAMS.cem],
    readsAllMessages: options.readsAllMessages ?? false,
    commands: options.commands ?? [
      { title: "usage today", description: "What Twilio costs, against what is usual" },
      { title: "help", description: "What Tollgate can do" },
    ],
  };
}
