import { isUtf8 } from "node:buffer";

/** A form or query as it came. `values` keeps repeated names, which the signature covers; `fields` has the last of each. */
export interface Form {
  readonly values: Readonly<Record<string, string | readonly string[]>>;
  readonly fields: Readonly<Record<string, string>>;
}

export type ReadForm =
  | { readonly ok: true; readonly form: Form }
  | { readonly ok: false; readonly problem: "too-many-fields" | "not-a-form" };

/**
 * Reads `application/x-www-form-urlencoded`. Unlike `URLSearchParams` it refuses what is no valid percent-encoded UTF-8 instead of
 * putting replacement characters there, under which the signature could not match anyway.
 */
export function readForm(encoded: Buffer | string, maxFields: number): ReadForm {
  if (typeof encoded !== "string" && !isUtf8(encoded)) return { ok: false, problem: "not-a-form" };
  const text = encoded.toString();
  // No prototype: a field may be called `__proto__`, and the signature covers it too.
  const values: Record<string, string | string[]> = Object.create(null);
  const fields: Record<string, string> = Object.create(null);
  let count = 0;
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf("&", start);
    const end = found === -1 ? text.length : found;
    if (end > start) {
      count += 1;
      if (count > maxFields) return { ok: false, problem: "too-many-fields" };
      const pair = decodePair(text.slice(start, end));
      if (pair === undefined) return { ok: false, problem: "not-a-form" };
      const [name, value] = pair;
      const known = values[name];
      if (known === undefined) values[name] = value;
      else if (typeof known === "string") values[name] = [known, value];
      else known.push(value);
      fields[name] = value;
    }
    start = end + 1;
  }
  return { ok: true, form: { values, fields } };
}

function decodePair(pair: string): readonly [name: string, value: string] | undefined {
  const equals = pair.indexOf("=");
  try {
    return equals === -1 ? [decode(pair), ""] : [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  } catch {
    return undefined; // decodeURIComponent found no valid UTF-8
  }
}

function decode(text: string): string {
  const spaced = text.includes("+") ? text.replaceAll("+", " ") : text;
  return spaced.includes("%") ? decodeURIComponent(spaced) : spaced;
}
