import type { AttackKind } from "../attacks/contract.ts";
import { shapes } from "../shapes.ts";

/** No attack: who was away for an ordinary hour must raise nothing about it. */
export const nothing: AttackKind = {
  id: "nothing",
  title: "Ordinary time",
  shapes: shapes.map(({ id }) => id),
  intensities: ["once"],
  threats: [],
  isSign: () => false,
  acts: () => [],
};
