import type { Route } from "../route.ts";
import { accountRoutes } from "./accounts.ts";
import { authTokenRoutes } from "./auth-tokens.ts";
import { callRoutes } from "./calls.ts";
import { dialingPermissionRoutes } from "./dialing-permissions.ts";
import { eventTypeRoutes } from "./event-types.ts";
import { keyRoutes } from "./keys.ts";
import { lookupRoutes } from "./lookups.ts";
import { messageRoutes } from "./messages.ts";
import { messagingPermissionRoutes } from "./messaging-permissions.ts";
import { monitorRoutes } from "./monitor.ts";
import { phoneNumberRoutes } from "./phone-numbers.ts";
import { portingRoutes } from "./porting.ts";
import { sinkRoutes } from "./sinks.ts";
import { subscriptionRoutes } from "./subscriptions.ts";
import { usageRecordRoutes } from "./usage-records.ts";
import { usageTriggerRoutes } from "./usage-triggers.ts";
import { verifyAttemptRoutes } from "./verify-attempts.ts";

/** All that the stand-in can be asked. A new resource is one file and one line. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...authTokenRoutes,
  ...callRoutes,
  ...dialingPermissionRoutes,
  ...eventTypeRoutes,
  ...keyRoutes,
  ...lookupRoutes,
  ...messageRoutes,
  ...messagingPermissionRoutes,
  ...monitorRoutes,
  ...phoneNumberRoutes,
  ...portingRoutes,
  ...sinkRoutes,
  ...subscriptionRoutes,
  ...usageRecordRoutes,
  ...usageTriggerRoutes,
  ...verifyAttemptRoutes,
];
