import { benignCampaign } from "./benign-campaign.ts";
import type { Scenario } from "./contract.ts";
import { keyTheft } from "./key-theft.ts";
import { portOut } from "./port-out.ts";
import { sipAttack } from "./sip-attack.ts";
import { smsPumping } from "./sms-pumping.ts";
import { spendSpike } from "./spend-spike.ts";
import { takeover } from "./takeover.ts";
import { tollFraud } from "./toll-fraud.ts";

/** What a demo can play; the first is what it plays when nothing is asked for. A new one is one file and one line. */
export const scenarios: readonly Scenario[] = [
  tollFraud,
  smsPumping,
  takeover,
  sipAttack,
  spendSpike,
  keyTheft,
  portOut,
  benignCampaign,
];
