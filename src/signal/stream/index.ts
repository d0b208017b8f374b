import { blockedAddresses } from "./blocked-addresses.ts";
import { callRequests, callStatuses } from "./calls.ts";
import { errors } from "./errors.ts";
import type { StreamReader } from "./event.ts";
import { messages } from "./messages.ts";
import { verifications } from "./verifications.ts";

/** Every kind of event that we understand. A new one is a file beside these and a line here. */
export const streamReaders: readonly StreamReader[] = [
  callRequests,
  callStatuses,
  messages,
  verifications,
  errors,
  blockedAddresses,
];
