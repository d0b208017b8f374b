import { unreachable } from "../lib/decision.ts";
import type { RemediationId } from "../remediation/contract.ts";

/** The order that works: what needs the subaccount's own credentials comes before suspending it. */
const ORDER: Readonly<Record<RemediationId, number>> = {
  "rotate-auth-token": 0,
  "delete-api-keys": 1,
  "disable-geo-regions": 2,
  "suspend-subaccount": 3,
  "reactivate-subaccount": 4,
  "restore-geo-regions": 5,
};

export function inWorkingOrder<Item extends { readonly remediation: RemediationId }>(
  items: readonly Item[],
): readonly Item[] {
  return items.toSorted((one, other) => ORDER[one.remediation] - ORDER[other.remediation]);
}

/** Begins a sentence about a run: `Subaccount suspended by Ann Ito`. */
export function pastWords(remediation: RemediationId): string {
  switch (remediation) {
    case "suspend-subaccount":
      return "Subaccount suspended";
    case "reactivate-subaccount":
      return "Subaccount reactivated";
    case "rotate-auth-token":
      return "Auth token rotated";
    case "delete-api-keys":
      return "API keys deleted";
    case "disable-geo-regions":
      return "Geo regions disabled";
    case "restore-geo-regions":
      return "Geo regions restored";
    default:
      return unreachable(remediation);
  }
}

/** People choose which keys and which countries. */
export function hasParameters(remediation: RemediationId): boolean {
  switch (remediation) {
    case "delete-api-keys":
    case "disable-geo-regions":
    case "restore-geo-regions":
      return true;
    case "suspend-subaccount":
    case "reactivate-subaccount":
    case "rotate-auth-token":
      return false;
    default:
      return unreachable(remediation);
  }
}
