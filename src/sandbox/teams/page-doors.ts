import type { IncomingMessage, ServerResponse } from "node:http";
import { z } from "zod";
import { answerJson, answerText, readBody } from "../slack/http.ts";
import { parseJson } from "../slack/json.ts";
import type { Interactions } from "./interactions.ts";
import type { TeamsMemory } from "./memory.ts";
import { teamsPageState } from "./page-state.ts";

const Data = z.record(z.string(), z.unknown());
const Say = z
  .object({
    userId: z.string(),
    conversationId: z.string(),
    text: z.string(),
    mentionsBot: z.boolean().default(false),
    threadId: z.string().optional(),
  })
  .refine(({ text, mentionsBot }) => text !== "" || mentionsBot, "there is nothing to say");
const Execute = z.object({ userId: z.string(), messageId: z.string(), verb: z.string(), data: Data.optional() });
const Submit = z.object({ userId: z.string(), messageId: z.string(), data: Data.optional() });
const SubmitDialog = z.object({ userId: z.string(), dialogId: z.string(), data: Data.default({}) });
const CloseDialog = z.object({ userId: z.string(), dialogId: z.string() });
const Refresh = z.object({ userId: z.string(), messageId: z.string() });
const DismissNote = z.object({ noteId: z.string() });

/** The doors through which the demo page, or a script, acts as people: `/teams/state`, `/teams/stream`, `/teams/act/…`. */
export class TeamsPageDoors {
  readonly #memory: TeamsMemory;
  readonly #interactions: Interactions;

  constructor(memory: TeamsMemory, interactions: Interactions) {
    this.#memory = memory;
    this.#interactions = interactions;
  }

  async handle(request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
    const path = url.pathname.replace(/^\/teams/, "");
    if (path === "/state") answerJson(response, 200, teamsPageState(this.#memory));
    else if (path === "/stream") this.#stream(request, response);
    else if (path.startsWith("/act/") && request.method === "POST") await this.#act(request, response, path);
    else answerText(response, 404, "text/plain", "not found");
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

  async #act(request: IncomingMessage, response: ServerResponse, path: string): Promise<void> {
    try {
      answerJson(response, 200, await this.#acted(path, parseJson(await readBody(request))));
    } catch (error) {
      // What the caller asked for is not there to be done; the sentence says why.
      const message = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
      answerJson(response, 400, { ok: false, error: message.replace(/^Error: /, "") });
    }
  }

  async #acted(path: string, body: unknown): Promise<unknown> {
    const interactions = this.#interactions;
    switch (path) {
      case "/act/say": {
        const { userId, conversationId, text, mentionsBot, threadId } = Say.parse(body);
        const options = threadId === undefined ? { mentionsBot } : { mentionsBot, threadId };
        return interactions.say(userId, conversationId, text, options);
      }
      case "/act/execute": {
        const { userId, messageId, verb, data } = Execute.parse(body);
        return interactions.execute(userId, messageId, verb, data);
      }
      case "/act/submit": {
        const { userId, messageId, data } = Submit.parse(body);
        return interactions.submit(userId, messageId, data);
      }
      case "/act/dialog": {
        const { userId, dialogId, data } = SubmitDialog.parse(body);
        return interactions.submitDialog(userId, dialogId, data);
      }
      case "/act/close-dialog": {
        const { userId, dialogId } = CloseDialog.parse(body);
        interactions.closeDialog(userId, dialogId);
        return { ok: true };
      }
      case "/act/refresh": {
        const { userId, messageId } = Refresh.parse(body);
        return interactions.refresh(userId, messageId);
      }
      case "/act/dismiss-note": {
        this.#memory.removeNote(DismissNote.parse(body).noteId);
        return { ok: true };
      }
      default:
        throw new Error(`there is no ${path}`);
    }
  }
}
