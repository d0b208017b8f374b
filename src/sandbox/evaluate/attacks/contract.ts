import type { Signal } from "../../../signal/contract.ts";
import type { Luck } from "../luck.ts";
import type { Player } from "../player.ts";
import type { Shape } from "../shapes.ts";

/**
 * How much there is of it, beside the account's ordinary traffic. `flood`: 25 times as much, by number, and no less than twenty a
 * minute, as bots do it; `heavy`: 25 times, by number; `strong`: 5 times, by number; `double`: 2.2 times, by money alone; `drip`: 1.3
 * times, by money alone. `once`: a single act, or a few.
 */
export const INTENSITIES = ["flood", "heavy", "strong", "double", "drip", "once"] as const;
export type Intensity = (typeof INTENSITIES)[number];

/** Something that happens at a moment. */
export interface Act {
  readonly atMs: number;
  run(): void;
}

/** One attack on one account. */
export interface Crime {
  readonly player: Player;
  readonly shape: Shape;
  readonly luck: Luck;
  readonly intensity: Intensity;
  readonly startMs: number;
  readonly endMs: number;
}

/** A kind of attack. */
export interface AttackKind {
  readonly id: string;
  readonly title: string;
  /** Shapes whose accounts it is played on. */
  readonly shapes: readonly string[];
  readonly intensities: readonly Intensity[];
  /** Threats, or beginnings of them, that name it truly. Any other incident does not count as detection. */
  readonly threats: readonly string[];
  /** Minutes from its first act until its traffic begins, where there is such a pause. */
  readonly quietMinutes?: number;
  /** Whether a signal tells something of the attack: the first such one is what "within 60 s" is counted from. */
  isSign(signal: Signal): boolean;
  /** Earliest first. */
  acts(crime: Crime): Iterable<Act>;
}
