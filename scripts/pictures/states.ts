import { answerStates } from "./answer-states.ts";
import { dialogStates } from "./dialog-states.ts";
import { incidentStates } from "./incident-states.ts";
import { requestStates } from "./request-states.ts";
import type { PictureState } from "./state.ts";

/** In the order of the index. */
export async function everyState(): Promise<readonly PictureState[]> {
  return [...incidentStates, ...requestStates, ...dialogStates, ...(await answerStates())];
}
