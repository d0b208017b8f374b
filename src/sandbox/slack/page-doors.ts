import { existsSync, readFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { z } from "zod";
import { answerJson, answerText, readBody } from "./http.ts";
import { parseJson } from "./json.ts";
import type { SlackMemory } from "./memory.ts";
import { isPageFacts, pageState } from "./page-state.ts";
import type { SlackWorkspace } from "./workspace.ts";

const Values = z.record(z.string(), z.union([z.string(), z.array(z.string()), z.null()]));
const Click = z.object({
  userId: z.string(),
  channelId: z.string(),
  messageTs: z.string(),
  actionId: z.string(),
  value: z.string().optional(),
});
const ViewClick = z.object({
  userId: z.string(),
  viewId: z.string(),
  actionId: z.string(),
  value: z.string().optional(),
  values: Values.optional(),
});
const Submit = z.object({ userId: z.string(), viewId: z.string(), values: Values.default({}) });
const OpenHome = z.object({ userId: z.string() });
const CloseView = z.object({ userId: z.string(), viewId: z.string() });
const Slash = z.object({
  userId: z.string(),
  channelId: z.string(),
  command: z.string(),
  text: z.string().default(""),
});
const Say = z.object({
  userId: z.string(),
  channelId: z.string(),
  text: z.string().min(1),
  threadTs: z.string().optional(),
});

/** Answers for another platform that the same page shows. */
export type PageMount = (request: IncomingMessage, response: ServerResponse, url: URL) => Promise<void>;

/** The page is told which other platforms there are: to find out by asking would leave an error in the browser's console. */
const html = (mounts: readonly string[]) => `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>Tollgate demo</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/main.css">
</head>
<body><div id="root" data-mounts="${mounts.join(" ")}"></div><script src="/main.js"></script></body>
</html>
`;

/** The page is ours from the first byte to the last: nothing comes from another host. Blocks may show pictures from anywhere. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: http: https:; frame-ancestors 'none'";

const FILES: Readonly<Record<string, string>> = {
  "/main.js": "text/javascript; charset=utf-8",
  "/main.css": "text/css; charset=utf-8",
};

/** The demo page and the doors through which it, or a script, acts as people: `/`, `/state`, `/stream`, `/facts`, `/act/…`. */
export class PageDoors {
  readonly #memory: SlackMemory;
  readonly #workspace: SlackWorkspace;
  readonly #folder: string;
  readonly #facts: (() => unknown) | undefined;
  readonly #html: string;
  #postedFacts: unknown;

  constructor(
    memory: SlackMemory,
    workspace: SlackWorkspace,
    folder: string,
    facts: (() => unknown) | undefined,
    mounts: readonly string[],
  ) {
    this.#memory = memory;
    this.#workspace = workspace;
    this.#folder = folder;
    this.#facts = facts;
    this.#html = html(mounts);
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const { pathname } = url;
    const type = FILES[pathname];
    if (pathname === "/") this.#page(response);
    else if (type !== undefined) this.#file(response, pathname, type);
    else if (pathname.startsWith("/files/")) this.#picture(response, pathname.slice("/files/".length));
    else if (pathname === "/state") answerJson(response, 200, pageState(this.#memory));
    else if (pathname === "/stream") this.#stream(request, response);
    else if (pathname === "/facts") await this.#answerFacts(request, response);
    else if (pathname.startsWith("/act/") && request.method === "POST") await this.#act(request, response, pathname);
    else answerText(response, 404, "text/plain", "not found");
  }

  #page(response: ServerResponse): void {
    const headers = { "content-security-policy": POLICY, "cache-control": "no-store" };
    answerText(response, 200, "text/html; charset=utf-8", this.#html, headers);
  }

  #file(response: ServerResponse, name: string, type: string): void {
    const path = join(this.#folder, name);
    if (!existsSync(path)) {
      answerText(response, 404, "text/plain", "the page is not built: run `npm run build`");
      return;
    }
    answerText(response, 200, type, readFileSync(path), { "cache-control": "no-store" });
  }

  /** What a block shows by the id of a file. */
  #picture(response: ServerResponse, id: string): void {
    const picture = this.#memory.files.picture(id);
    if (picture === undefined) answerText(response, 404, "text/plain", "not found");
    else answerText(response, 200, picture.type, picture.bytes, { "cache-control": "no-store" });
  }

  /** Server-sent events that carry the revision only; changes of one turn share one event. */
  #stream(request: IncomingMessage, response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
    const send = () => response.write(`data: ${this.#memory.revision}\n\n`);
    let isScheduled = false;
    const stop = this.#memory.onChange(() => {
      if (isScheduled) return;
      isScheduled = true;
      setImmediate(() => {
        isScheduled = false;
        if (!response.destroyed) send();
      });
    });
    request.on("close", stop);
    send();
  }

  async #answerFacts(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === "POST") {
      this.#postedFacts = parseJson(await readBody(request));
      answerText(response, 204, "text/plain", "");
      return;
    }
    const facts = this.#facts?.() ?? this.#postedFacts;
    answerJson(response, 200, isPageFacts(facts) ? facts : null);
  }

  async #act(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    try {
      answerJson(response, 200, await this.#acted(pathname, parseJson(await readBody(request))));
    } catch (error) {
      // What the caller asked for is not there to be done; the sentence says why.
      const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      answerJson(response, 400, { ok: false, error: message.replace(/^Error: /, "") });
    }
  }

  async #acted(pathname: string, body: unknown): Promise<unknown> {
    const workspace = this.#workspace;
    switch (pathname) {
      case "/act/click": {
        const { userId, actionId, ...click } = z.union([ViewClick, Click]).parse(body);
        const value = click.value === undefined ? {} : { value: click.value };
        if ("messageTs" in click) return workspace.click(userId, click.channelId, click.messageTs, actionId, value);
        const values = click.values === undefined ? {} : { values: click.values };
        return workspace.clickInView(userId, click.viewId, actionId, { ...value, ...values });
      }
      case "/act/submit": {
        const { userId, viewId, values } = Submit.parse(body);
        return workspace.submit(userId, viewId, values);
      }
      case "/act/close-view": {
        const { userId, viewId } = CloseView.parse(body);
        await workspace.closeView(userId, viewId);
        return { ok: true };
      }
      case "/act/open-home": {
        const delivery = await workspace.openHome(OpenHome.parse(body).userId);
        return { ok: delivery?.problem === "none" };
      }
      case "/act/slash": {
        const { userId, channelId, command, text } = Slash.parse(body);
        return workspace.slash(userId, channelId, command, text);
      }
      case "/act/say": {
        const { userId, channelId, text, threadTs } = Say.parse(body);
        return workspace.say(userId, channelId, text, threadTs);
      }
      default:
        throw new Error(`there is no ${pathname}`);
    }
  }
}
