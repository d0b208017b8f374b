import { type DialogCase, dialogCases } from "./dialog-cases.ts";
import { houseOf } from "./house.ts";
import { type CardCase, incidentCases } from "./incident-cases.ts";
import { OUTSIDE, type Outside } from "./outside.ts";
import { pageCases } from "./page-cases.ts";
import { requestCases } from "./request-cases.ts";

/** Every card and dialog that our builders make of what comes from outside. */
export interface World {
  readonly outside: Outside;
  readonly cards: readonly CardCase[];
  readonly dialogs: readonly DialogCase[];
}

export function everyWorld(): Promise<readonly World[]> {
  return Promise.all(OUTSIDE.map(worldOf));
}

async function worldOf(outside: Outside): Promise<World> {
  const house = houseOf(outside);
  return {
    outside,
    cards: [...incidentCases(house), ...requestCases(house), ...(await pageCases(house))],
    dialogs: dialogCases(house, outside),
  };
}
