import type { Intensity } from "./attacks/contract.ts";
import { attacks } from "./attacks/index.ts";
import type { Planned } from "./suspect.ts";

/** Every kind at every intensity, each once: which of its shapes it meets goes round with the seed. */
export function planAttacks(seed: number, isWanted: (planned: Planned) => boolean = () => true): readonly Planned[] {
  return attacks
    .flatMap((kind, index) =>
      kind.intensities.map((intensity, turn): Planned => {
        const shapeId = kind.shapes[(seed + index + turn) % kind.shapes.length] ?? "";
        return { kind, intensity, shapeId };
      }),
    )
    .filter(isWanted);
}

const LOUDEST_FIRST: readonly Intensity[] = ["flood", "heavy", "strong", "once", "double", "drip"];

/** Attacks that can be played at the same time: of one intensity, and each on an account of its own. */
export function inGroups(planned: readonly Planned[]): readonly (readonly Planned[])[] {
  return LOUDEST_FIRST.flatMap((intensity) => {
    const groups: Planned[][] = [];
    for (const one of planned.filter((candidate) => candidate.intensity === intensity)) {
      const group = groups.find((candidate) => !candidate.some(({ shapeId }) => shapeId === one.shapeId));
      if (group === undefined) groups.push([one]);
      else group.push(one);
    }
    return groups;
  });
}
