import type { AuditBody, AuditRecord, Json } from "./envelope.ts";

/** What a record of ours says. For records whose chain was checked or that come straight from the store. */
export function bodyOf(record: AuditRecord): AuditBody {
  return JSON.parse(record.body);
}

/** Follows names into data; undefined where there is nothing. */
export function at(data: Json | undefined, ...path: readonly string[]): Json | undefined {
  let here = data;
  for (const name of path) {
    if (typeof here !== "object" || here === null || !isNamed(here)) return undefined;
    here = here[name];
  }
  return here;
}

/** The text there, or undefined. */
export function textAt(data: Json, ...path: readonly string[]): string | undefined {
  const found = at(data, ...path);
  return typeof found === "string" ? found : undefined;
}

/** The texts of the list there; empty when there is none. */
export function textsAt(data: Json, ...path: readonly string[]): readonly string[] {
  const found = at(data, ...path);
  return Array.isArray(found) ? found.filter((entry) => typeof entry === "string") : [];
}

function isNamed(json: Json): json is { readonly [name: string]: Json } {
  return typeof json === "object" && json !== null && !Array.isArray(json);
}
