import type { Route } from "../route.ts";
import { accountRoutes } from "./accounts.ts";
import { authTokenRoutes } from "./auth-tokens.ts";
import { callRoutes } from "./calls.ts";
import { dialingPermissionRoutes } from "./dialing-permissions.ts";
import { keyRoutes } from "./keys.ts";
import { messageRoutes } from "./messages.ts";
import { messagingPermissionRoutes } from "./messaging-permissions.ts";
import { monitorRoutes } from "./monitor.ts";
import { phoneNumberRoutes } from "./phone-numbers.ts";
import { usageRecordRoutes } from "./usage-records.ts";
import { usageTriggerRoutes } from "./usage-triggers.ts";

/** All that the stand-in can be asked. A new resource is one file and one line. */
export const routes: readonly Route[] = [
  ...accountRoutes,
  ...authTokenRoutes,
  ...callRoutes,
  ...dialingPermissionRoutes,
  ...keyRoutes,
  ...messageRoutes,
  ...messagingPermissionRoutes,
  ...monitorRoutes,
  ...phoneNumberRoutes,
  ...usageRecordRoutes,
  ...usageTriggerRoutes,
];
