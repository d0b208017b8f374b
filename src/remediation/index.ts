import { type AnyRemediation, entry } from "./contract.ts";
import { deleteApiKeys } from "./delete-api-keys.ts";
import { disableGeoRegions } from "./disable-geo-regions.ts";
import { reactivateSubaccount } from "./reactivate-subaccount.ts";
import { restoreGeoRegions } from "./restore-geo-regions.ts";
import { rotateAuthToken } from "./rotate-auth-token.ts";
import { suspendSubaccount } from "./suspend-subaccount.ts";

/** All remediations, in the order that works: what needs the subaccount's own credentials comes before suspending it. */
export const remediations: readonly AnyRemediation[] = [
  entry(rotateAuthToken),
  entry(deleteApiKeys),
  entry(disableGeoRegions),
  entry(restoreGeoRegions),
  entry(suspendSubaccount),
  entry(reactivateSubaccount),
];

export function findRemediation(id: string): AnyRemediation | undefined {
  return remediations.find((remediation) => remediation.id === id);
}
