/**
 * What we need of a Bot Framework SDK, in plain JSON: the one in use is retired upstream, and the next one must fit the same port.
 * https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-api-reference
 */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Where something is said: a conversation at the address that Teams named for it. */
export interface Conversation {
  readonly serviceUrl: string;
  /** `19:…@thread.tacv2`, with `;messageid=…` for a thread of it, or `a:…` of a personal chat. */
  readonly id: string;
}

/** The answer to an activity; `body` undefined: an empty one. */
export interface HttpAnswer {
  readonly status: number;
  readonly body?: JsonObject;
}

/** Methods throw `Fault`; what is known not to have happened has been repeated within a small budget. */
export interface TeamsTransport {
  /** Checks that Teams sent this, and answers it. Never rejects; nothing of what went wrong is in the answer. */
  handle(request: { readonly authorization: string | undefined; readonly body: Buffer }): Promise<HttpAnswer>;
  /** A thread of a channel, or a personal chat. The activity's id is null when none was sent with it. */
  createConversation(
    serviceUrl: string,
    parameters: JsonObject,
  ): Promise<{ readonly conversationId: string; readonly activityId: string | null }>;
  /** Answers the new activity's id. */
  send(to: Conversation, activity: JsonObject): Promise<string>;
  update(to: Conversation, activityId: string, activity: JsonObject): Promise<void>;
  delete(to: Conversation, activityId: string): Promise<void>;
  member(of: Conversation, userId: string): Promise<unknown>;
  /** Some of them: who can read this is in that conversation. */
  members(of: Conversation): Promise<unknown>;
  /** Reads Microsoft's signing keys when it is time. Throws a `Fault` when that fails: its code is `none`, or the age of those that still count. */
  readKeys(): Promise<void>;
  /** Asks Microsoft for a new token. Throws a `Fault` of kind `unauthorised` when the app's id or password is refused. */
  signIn(): Promise<void>;
}

/** What we do with an activity that Teams vouches for. `spentMs` of Teams' patience went on finding that out. */
export type OnActivity = (activity: JsonObject, spentMs: number) => Promise<HttpAnswer>;

export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
