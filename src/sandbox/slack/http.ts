import type { IncomingMessage, ServerResponse } from "node:http";
import { isJson, type Json, parseJson } from "./json.ts";

const BODY_LIMIT = 2_000_000;

export async function readBody(request: IncomingMessage): Promise<string> {
  return (await readBytes(request)).toString("utf8");
}

export async function readBytes(request: IncomingMessage): Promise<Buffer<ArrayBuffer>> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes = Buffer.from(chunk);
    size += bytes.length;
    if (size > BODY_LIMIT) throw new Error("body too large");
    chunks.push(bytes);
  }
  return Buffer.concat(chunks);
}

/** The fields of a form or of a JSON object, together with those in the address. */
export function fields(request: IncomingMessage, query: URLSearchParams, body: string): Json {
  const isJsonBody = (request.headers["content-type"] ?? "").startsWith("application/json");
  const parsed = isJsonBody ? parseJson(body) : Object.fromEntries(new URLSearchParams(body));
  return { ...Object.fromEntries(query), ...(isJson(parsed) ? parsed : {}) };
}

export function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  answerText(response, status, "application/json; charset=utf-8", JSON.stringify(body), headers);
}

export function answerText(
  response: ServerResponse,
  status: number,
  type: string,
  body: string | Buffer,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { "content-type": type, "content-length": Buffer.byteLength(body), ...headers });
  response.end(body);
}
