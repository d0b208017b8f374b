import type { SignalSource } from "../signal/contract.ts";

/** Checking costs time that grows with size, and is done before we know who asks. */
export const LIMITS = { formBytes: 64 * 1024, formFields: 200, jsonBytes: 1024 * 1024 } as const;

export const FORM = "application/x-www-form-urlencoded";

/** Event Streams says `application/json`; the others are what the CloudEvents standard calls the same. */
export const JSON_TYPES = [
  "application/json",
  "application/cloudevents+json",
  "application/cloudevents-batch+json",
] as const;

/** Undefined when the sender does not say what it sends, or something else. */
export function bodyKind(contentType: string | undefined): "form" | "json" | undefined {
  const type = contentType?.split(";", 1)[0]?.trim().toLowerCase();
  if (type === FORM) return "form";
  return JSON_TYPES.some((json) => json === type) ? "json" : undefined;
}

/** False for what says that it is something else; who says nothing is looked at. */
export function reads({ bodies = "form" }: SignalSource, contentType: string | undefined): boolean {
  if (contentType === undefined) return true;
  const kind = bodyKind(contentType);
  return kind !== undefined && (bodies === "either" || bodies === kind);
}

/** What a source reads, for its senders. */
export function expectedBody({ bodies = "form" }: SignalSource): string {
  return { form: FORM, json: JSON_TYPES[0], either: `${FORM} or ${JSON_TYPES[0]}` }[bodies];
}

/** Undefined when it is no JSON; JSON itself is never undefined. */
export function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("utf8"));
  } catch {
    return undefined;
  }
}
