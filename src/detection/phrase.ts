/** `a`, `a and b`, `a, b and c`. */
export function listed(items: readonly string[]): string {
  const last = items.at(-1);
  if (last === undefined) return "";
  return items.length === 1 ? last : `${items.slice(0, -1).join(", ")} and ${last}`;
}

/** Begins a sentence. */
export function capitalised(text: string): string {
  return `${text.slice(0, 1).toUpperCase()}${text.slice(1)}`;
}

/** `Latvia`; the code itself when nobody knows it. */
export function countryName(code: string): string {
  if (!/^[A-Z]{2}$/.test(code)) return code;
  return new Intl.DisplayNames(["en"], { type: "region" }).of(code) ?? code;
}

/** `2026-11-21 12:04 GMT`. */
export function gmt(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} GMT`;
}

/** `1 key`, `3 keys`. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

/** Before a count of a log that had more than was read of it. */
export function atLeast(isCut: boolean): string {
  return isCut ? "at least " : "";
}

/** `34%`. */
export function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
