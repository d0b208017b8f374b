import { accountTakeover } from "./account-takeover.ts";
import { blockedDestinations } from "./blocked-destinations.ts";
import { consoleAlarm } from "./console-alarm.ts";
import type { Rule } from "./contract.ts";
import { dormantAccount } from "./dormant-account.ts";
import { errorBurst } from "./error-burst.ts";
import { failingWebhooks } from "./failing-webhooks.ts";
import { inboundPumping } from "./inbound-pumping.ts";
import { ingestFailing } from "./ingest-failing.ts";
import { messagingPumping } from "./messaging-pumping.ts";
import { permissionThenTraffic } from "./permission-then-traffic.ts";
import { portedOut } from "./ported-out.ts";
import { quietSource } from "./quiet-source.ts";
import { refusedCredentials } from "./refused-credentials.ts";
import { rush } from "./rush.ts";
import { sipAttack } from "./sip-attack.ts";
import { spendSpike } from "./spend-spike.ts";
import { tollFraud } from "./toll-fraud.ts";
import { unusedProduct } from "./unused-product.ts";
import { usageThreshold } from "./usage-threshold.ts";
import { verifyPumping } from "./verify-pumping.ts";

/** Every rule. A new one is a file beside these and a line here; two may see one threat from two sides: `conclude` makes one alert of it. */
export const rules: readonly Rule[] = [
  usageThreshold,
  permissionThenTraffic,
  tollFraud,
  rush,
  spendSpike,
  unusedProduct,
  dormantAccount,
  accountTakeover,
  messagingPumping,
  verifyPumping,
  inboundPumping,
  sipAttack,
  refusedCredentials,
  blockedDestinations,
  failingWebhooks,
  ingestFailing,
  errorBurst,
  consoleAlarm,
  portedOut,
  quietSource,
];
