import type { Signal } from "../../../signal/contract.ts";

/** Whether a signal speaks of traffic to or from these countries. */
export function speaksOf(countries: readonly string[], signal: Signal): boolean {
  switch (signal.kind) {
    case "call":
    case "message":
    case "verification":
    case "conversion-reading":
      return signal.country !== null && countries.includes(signal.country);
    case "traffic-reading":
      return signal.destinations.some(({ country }) => countries.includes(country));
    default:
      return false;
  }
}

export function isThreshold(signal: Signal): boolean {
  return signal.kind === "usage-threshold";
}

/** Somebody changed something of these types. */
export function isChange(beginnings: readonly string[], signal: Signal): boolean {
  return signal.kind === "change" && beginnings.some((beginning) => signal.type.startsWith(beginning));
}

export function isError(codes: readonly string[], signal: Signal): boolean {
  return signal.kind === "error" && codes.includes(signal.code);
}

/** A reading of a category in which the attack spends. */
export function isReadingOf(categories: readonly string[], signal: Signal): boolean {
  return (
    signal.kind === "usage-reading" &&
    categories.some((category) => signal.category.startsWith(category)) &&
    signal.count > 0
  );
}
