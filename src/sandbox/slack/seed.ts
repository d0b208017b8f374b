/** Somebody with an account in the workspace, or a person of another workspace who shares a channel with it. */
export interface SeedUser {
  readonly id: string;
  /** The handle, as in `@ann`. */
  readonly name: string;
  readonly realName: string;
  readonly kind: "member" | "guest" | "single-channel-guest" | "bot";
  /** The home workspace when it is another one. */
  readonly teamId?: string;
  readonly isDeleted?: boolean;
  /** Shown on the demo page beside the name; Slack itself knows nothing of it. */
  readonly role?: string;
}

export interface SeedChannel {
  readonly id: string;
  readonly name: string;
  readonly topic?: string;
  readonly isPrivate?: boolean;
  readonly isArchived?: boolean;
  readonly members: readonly string[];
}

export interface SeedGroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly users: readonly string[];
}

export interface SeedCommand {
  readonly command: string;
  readonly description: string;
  readonly usageHint: string;
}

interface SeedApp {
  readonly appId: string;
  readonly name: string;
  readonly botId: string;
  readonly botUserId: string;
  readonly scopes: readonly string[];
  readonly commands: readonly SeedCommand[];
  /** Event types that the app subscribed to, e.g. `app_mention`. */
  readonly events: readonly string[];
}

export interface SlackSeed {
  readonly team: { readonly id: string; readonly name: string; readonly domain: string };
  readonly app: SeedApp;
  readonly users: readonly SeedUser[];
  readonly channels: readonly SeedChannel[];
  readonly groups: readonly SeedGroup[];
}

const PEOPLE: readonly SeedUser[] = [
  { id: "U0ANN", name: "ann", realName: "Ann Ito", kind: "member", role: "On-call responder" },
  { id: "U0BEN", name: "ben", realName: "Ben Okafor", kind: "member", role: "Security lead, approver" },
  { id: "U0CEM", name: "cem", realName: "Cem Demir", kind: "member", role: "Engineer, no role" },
  { id: "U0GUS", name: "gus", realName: "Gus Lindqvist", kind: "guest", role: "Guest" },
  { id: "U0EVE", name: "eve", realName: "Eve Moreau", kind: "member", teamId: "T0PARTNER", role: "From Partner Ltd" },
  { id: "U0DEPLOY", name: "deploybot", realName: "Deploybot", kind: "bot" },
];

const SCOPES = [
  "channels:history",
  "channels:read",
  "chat:write",
  "commands",
  "files:write",
  "groups:history",
  "groups:read",
  "im:history",
  "im:write",
  "usergroups:read",
  "users:read",
];

export interface AcmeOptions {
  readonly commands?: readonly SeedCommand[];
}

/** The workspace of the demo and the tests: Acme, with a responder, an approver, and people who may do nothing. */
export function seedAcmeWorkspace(options: AcmeOptions = {}): SlackSeed {
  const everybody = [...PEOPLE.map((user) => user.id), "U0TOLLGATE"];
  return {
    team: { id: "T0ACME", name: "Acme", domain: "acme" },
    app: {
      appId: "A0TOLLGATE",
      name: "Tollgate",
      botId: "B0TOLLGATE",
      botUserId: "U0TOLLGATE",
      scopes: SCOPES,
      commands: options.commands ?? [
        {
          command: "/twilio-usage",
          description: "What Twilio costs, and against what is usual",
          usageHint: "today | yesterday | this-month | last-month | last 14 days | monthly 3 [category] [subaccount]",
        },
        { command: "/twilio-help", description: "What Tollgate can do", usageHint: "" },
      ],
      events: ["app_mention", "app_home_opened"],
    },
    users: [...PEOPLE, { id: "U0TOLLGATE", name: "tollgate", realName: "Tollgate", kind: "bot" }],
    channels: [
      {
        id: "C0INCIDENTS",
        name: "twilio-incidents",
        topic: "One living card for each incident on our Twilio accounts",
        members: everybody,
      },
      { id: "C0AUDIT", name: "twilio-audit", topic: "Every step, approval and refusal, in order", members: everybody },
    ],
    groups: [{ id: "S0ONCALL", handle: "oncall", name: "On call", users: ["U0ANN", "U0BEN"] }],
  };
}
