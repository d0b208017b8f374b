import { createServer, type IncomingHttpHeaders } from "node:http";
import { z } from "zod";
import { readBody } from "../../../src/sandbox/slack/http.ts";
import { isJson, type Json, parseJson } from "../../../src/sandbox/slack/json.ts";
import { startTeamsStandIn, type TeamsStandIn, type TeamsStandInOptions } from "../../../src/sandbox/teams/stand-in.ts";
import { connectorKeys } from "../../support/connector-keys.ts";

/** What the bot answers to one activity. Nothing: it never answers. */
export type BotAnswer = { readonly status: number; readonly body?: unknown } | "never";

export interface ConnectorAnswer {
  readonly status: number;
  readonly body: Json;
  readonly headers: Headers;
}

export interface TinyBot {
  readonly teams: TeamsStandIn;
  /** Everything that came, oldest first. */
  readonly heard: readonly { readonly headers: IncomingHttpHeaders; readonly activity: Json }[];
  /** How the next activities are answered; with 200 and nothing unless told. */
  answer: (activity: Json) => BotAnswer | Promise<BotAnswer>;
  /** Asks the connector, with a token of ours unless told. `path` without the service address, e.g. `v3/conversations`. */
  ask(method: string, path: string, body?: object, token?: string): Promise<ConnectorAnswer>;
  /** Posts a card in a channel and answers its id. */
  postCard(channelId: string, card: object): Promise<string>;
  close(): Promise<void>;
}

const Token = z.object({ access_token: z.string() });

export function tokenRequest(teams: TeamsStandIn, change: Readonly<Record<string, string>> = {}): Promise<Response> {
  const form = {
    grant_type: "client_credentials",
    client_id: teams.appId,
    client_secret: teams.appPassword,
    scope: "https://api.botframework.com/.default",
    ...change,
  };
  const url = `${teams.loginUrl}/${teams.tenantId}/oauth2/v2.0/token`;
  return fetch(url, { method: "POST", body: new URLSearchParams(form) });
}

/** A bot with no SDK, so that what goes over the wire is seen as it is. */
export async function startTinyBot(options: TeamsStandInOptions = {}): Promise<TinyBot> {
  const teams = await startTeamsStandIn({ keys: connectorKeys, ...options });
  const heard: { readonly headers: IncomingHttpHeaders; readonly activity: Json }[] = [];
  let token: string | undefined;
  const server = createServer((request, response) => {
    void readBody(request).then(async (text) => {
      const parsed = parseJson(text);
      const activity = isJson(parsed) ? parsed : {};
      heard.push({ headers: request.headers, activity });
      const answer = await bot.answer(activity);
      if (answer === "never") return;
      response.writeHead(answer.status, { "content-type": "application/json" });
      response.end(answer.body === undefined ? "" : JSON.stringify(answer.body));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the bot has no port");
  teams.connectBot(`http://127.0.0.1:${address.port}/api/messages`);

  async function ownToken(): Promise<string> {
    token ??= Token.parse(await (await tokenRequest(teams)).json()).access_token;
    return token;
  }

  const bot: TinyBot = {
    teams,
    heard,
    answer: () => ({ status: 200 }),
    async ask(method, path, body, other) {
      const response = await fetch(`${teams.serviceUrl}${path}`, {
        method,
        headers: { authorization: `Bearer ${other ?? (await ownToken())}`, "content-type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const parsed = parseJson(await response.text());
      return { status: response.status, body: isJson(parsed) ? parsed : { list: parsed }, headers: response.headers };
    },
    async postCard(channelId, card) {
      const { body } = await bot.ask("POST", "v3/conversations", inChannel(channelId, cardActivity(card)));
      return z.object({ activityId: z.string() }).parse(body).activityId;
    },
    async close() {
      await teams.close();
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
  return bot;
}

/** What begins a thread in a channel. */
export function inChannel(channelId: string, activity: object): object {
  return { isGroup: true, channelData: { channel: { id: channelId } }, activity };
}

export function cardActivity(card: object, more: object = {}): object {
  const contentType = "application/vnd.microsoft.card.adaptive";
  return { type: "message", attachments: [{ contentType, content: card }], ...more };
}

export function card(body: readonly object[], actions: readonly object[] = [], more: object = {}): object {
  return { type: "AdaptiveCard", version: "1.5", body, actions, ...more };
}

export function words(text: string): object {
  return { type: "TextBlock", text, wrap: true };
}
