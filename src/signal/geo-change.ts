import { country } from "./record.ts";

/** What a change of geo permissions says of itself. */
interface ChangedCountries {
  /** ISO 3166, each once, in order. */
  readonly countries: readonly string[];
  /** Null when it does not say. */
  readonly isOpening: boolean | null;
}

/** Names under which a country's code stands, in one or several words. */
const COUNTRY_KEY = /^(iso_?code|countr(y|ies)|country_?codes?|iso_?country)$/i;
const DEEPEST = 6;
const MOST_COUNTRIES = 250;

/**
 * `event_data` of geo permissions. Its shape is not documented, so that every likely one is read: a list or a name of countries
 * beside the flags, rows by country, values as they are or as `{previous, updated}`, all of it in `resource_properties` or not. A
 * flag that became true opens; one that became false closes; when both happened, it opens.
 */
export function changedCountries(eventData: unknown): ChangedCountries {
  const found = new Set<string>();
  const turned: boolean[] = [];

  function see(name: string, value: unknown, depth: number): void {
    if (depth > DEEPEST || found.size >= MOST_COUNTRIES) return;
    // Rows by country: `{"LV": {...}}`.
    if (/^[A-Z]{2}$/.test(name)) found.add(name);
    // Whether it takes over its parent's table says nothing of any country.
    if (/inherit/i.test(name)) return;
    const turnedTo = flag(value);
    if (turnedTo !== undefined) {
      turned.push(turnedTo);
    } else if (typeof value === "string") {
      if (COUNTRY_KEY.test(name)) add(value);
    } else if (Array.isArray(value)) {
      for (const one of value) see(name, one, depth + 1);
    } else if (typeof value === "object" && value !== null) {
      const fields = new Map<string, unknown>(Object.entries(value));
      if (fields.has("updated")) seeChange(name, fields.get("previous"), fields.get("updated"), depth);
      else for (const [key, inner] of fields) see(key, inner, depth + 1);
    }
  }

  /** `{previous, updated}`: of lists of countries, only those that differ. */
  function seeChange(name: string, previous: unknown, updated: unknown, depth: number): void {
    const [before, after] = [flag(previous), flag(updated)];
    if (after !== undefined) {
      if (before !== after) turned.push(after);
    } else if (Array.isArray(previous) && Array.isArray(updated)) {
      const added = updated.filter((one) => !previous.includes(one));
      const removed = previous.filter((one) => !updated.includes(one));
      for (const one of [...added, ...removed]) see(name, one, depth + 1);
      if (added.length > 0) turned.push(true);
      if (removed.length > 0) turned.push(false);
    } else {
      see(name, updated, depth + 1);
    }
  }

  function add(text: string): void {
    const code = country.safeParse(text);
    if (code.success) found.add(code.data);
  }

  see("", eventData, 0);
  return { countries: [...found].sort(), isOpening: turned.length === 0 ? null : turned.includes(true) };
}

function flag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  return value === "true" || value === "enabled" ? true : value === "false" || value === "disabled" ? false : undefined;
}
