import {
  dormantAbused,
  geoOpened,
  irsfByDial,
  irsfByKey,
  keyTheft,
  longCalls,
  trunkFraud,
  unusedProduct,
  wangiri,
} from "./calls.ts";
import type { AttackKind } from "./contract.ts";
import {
  badCredentials,
  portedOut,
  sipBruteForce,
  strangerInConsole,
  tokenTakeover,
  tripwiresRemoved,
} from "./intrusions.ts";
import { inboundPumping, lookupAbuse, smsPumping, verifyPumping } from "./messages.ts";

/** Every kind of attack that is measured. */
export const attacks: readonly AttackKind[] = [
  irsfByKey,
  irsfByDial,
  trunkFraud,
  longCalls,
  wangiri,
  keyTheft,
  geoOpened,
  dormantAbused,
  unusedProduct,
  smsPumping,
  verifyPumping,
  lookupAbuse,
  inboundPumping,
  tokenTakeover,
  tripwiresRemoved,
  strangerInConsole,
  sipBruteForce,
  badCredentials,
  portedOut,
];
