import type { TurnContext } from "botbuilder";
import type { Clock } from "../../lib/clock.ts";
import { Fault, isFault } from "../../lib/fault.ts";
import type { Log } from "../../lib/log.ts";
import { createConnectorHttp } from "./connector-http.ts";
import { createDoor } from "./door.ts";
import { type AppIdentity, createTokenSource } from "./login.ts";
import { withRetry } from "./retry.ts";
import { createSigningKeys, METADATA_URL } from "./signing-keys.ts";
import type { Conversation, JsonObject, OnActivity, TeamsTransport } from "./transport.ts";

export type TeamsIdentity = AppIdentity | { readonly kind: "anonymous" };

/** What we call of botbuilder's `ConnectorClient`. */
interface Connector {
  readonly conversations: {
    createConversation(parameters: JsonObject): Promise<{ readonly id?: string; readonly activityId?: string }>;
    sendToConversation(conversationId: string, activity: JsonObject): Promise<{ readonly id?: string }>;
    updateActivity(conversationId: string, activityId: string, activity: JsonObject): Promise<unknown>;
    deleteActivity(conversationId: string, activityId: string): Promise<unknown>;
    getConversationPagedMembers(conversationId: string, page: { readonly pageSize: number }): Promise<unknown>;
    getConversationMember(conversationId: string, memberId: string): Promise<unknown>;
  };
}

const TEAMS_CHANNEL_ID = "msteams";
const NO_SUCH_APP = "";
/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context#fetch-the-roster-or-user-profile */
const SMALLEST_PAGE = 50;
/** botbuilder wants to go on with a conversation before it lends out its connector. */
const NOWHERE = { id: "proactive", name: "", isGroup: false, conversationType: "" };

/**
 * `TeamsTransport` by botbuilder's CloudAdapter, which serves for all that leaves us: its connector knows the REST calls, their
 * addresses and their shapes, and is lent out by its proactive API. What comes in passes our own door (`door.ts`), and nothing of
 * botbuilder's: the adapter would add a second check of the token, with keys of its own, and a context that nobody reads.
 */
export async function createBotbuilderTransport(options: {
  readonly identity: TeamsIdentity;
  /** Null: Microsoft's own. */
  readonly openIdMetadataUrl: string | null;
  readonly loginUrl: string | null;
  /** Addresses that we were told of by who runs us. */
  readonly serviceUrl: string | null;
  readonly timeoutMs: number;
  readonly onActivity: OnActivity;
  readonly clock: Clock;
  readonly log: Log;
}): Promise<TeamsTransport> {
  const { identity, clock, log } = options;
  // These two files instead of the package's index: 15 MB less stay in memory.
  const { CloudAdapter } = await import("botbuilder/lib/cloudAdapter.js");
  const { ConfigurationBotFrameworkAuthentication } = await import("botbuilder-core");
  const tokenOf = identity.kind === "app" ? await createTokenSource(identity, options.loginUrl) : null;
  const appId = identity.kind === "app" ? identity.appId : NO_SUCH_APP;
  const authentication = new ConfigurationBotFrameworkAuthentication(
    {},
    {
      isValidAppId: async (id) => id === appId,
      isAuthenticationDisabled: async () => tokenOf === null,
      createCredentials: async () => ({
        signRequest: async (request) => {
          if (tokenOf !== null) request.headers.set("authorization", `Bearer ${await tokenOf("kept-or-new")}`);
          return request;
        },
      }),
    },
    undefined,
    undefined,
    { httpClient: createConnectorHttp(options.timeoutMs) },
  );
  const adapter = new CloudAdapter(authentication);
  const keys = createSigningKeys({ metadataUrl: options.openIdMetadataUrl ?? METADATA_URL, clock, log });
  const door = await createDoor({ ...options, keys });

  async function call<Answer>(
    serviceUrl: string,
    effect: "repeatable" | "creates",
    use: (connector: Connector) => Promise<Answer>,
  ): Promise<Answer> {
    const reference = { channelId: TEAMS_CHANNEL_ID, serviceUrl, conversation: NOWHERE };
    return withRetry(effect, async () => {
      let answer: { readonly value: Answer } | undefined;
      try {
        await adapter.continueConversationAsync(appId, reference, async (context: TurnContext) => {
          const connector = context.turnState.get<Connector>(adapter.ConnectorClientKey);
          answer = { value: await use(connector) };
        });
      } catch (cause) {
        if (isFault(cause)) throw cause;
        throw new Fault("unavailable", "teams: the connector answered in a form that is not known", { cause });
      }
      if (answer === undefined) throw new Fault("unavailable", "teams: the connector was not asked");
      return answer.value;
    });
  }

  return {
    handle: (request) => door(request),
    async createConversation(serviceUrl, parameters) {
      const made = await call(serviceUrl, "creates", ({ conversations }) =>
        conversations.createConversation(parameters),
      );
      if (made.id === undefined) throw new Fault("unavailable", "teams: a new conversation came without its id");
      return { conversationId: made.id, activityId: made.activityId ?? null };
    },
    async send(to: Conversation, activity) {
      const sent = await call(to.serviceUrl, "creates", ({ conversations }) =>
        conversations.sendToConversation(to.id, activity),
      );
      return sent.id ?? "";
    },
    async update(to, activityId, activity) {
      await call(to.serviceUrl, "repeatable", ({ conversations }) =>
        conversations.updateActivity(to.id, activityId, { ...activity, id: activityId }),
      );
    },
    async delete(to, activityId) {
      await call(to.serviceUrl, "repeatable", ({ conversations }) => conversations.deleteActivity(to.id, activityId));
    },
    member: (of, userId) =>
      call(of.serviceUrl, "repeatable", ({ conversations }) => conversations.getConversationMember(of.id, userId)),
    members: (of) =>
      call(of.serviceUrl, "repeatable", ({ conversations }) =>
        conversations.getConversationPagedMembers(of.id, { pageSize: SMALLEST_PAGE }),
      ),
    async readKeys() {
      if (identity.kind === "app") await keys.read();
    },
    async signIn() {
      if (tokenOf !== null) await tokenOf("new");
    },
  };
}
