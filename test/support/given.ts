import { expect } from "vitest";
import type { Decision } from "../../src/lib/decision.ts";

interface Rules<State, Command, Event, Refusal extends string> {
  readonly initial: State;
  decide(state: State, command: Command, nowMs: number): Decision<Event, Refusal>;
  evolve(state: State, event: Event): State;
}

/** given(what happened).when(a command, at a time).yields(events) or .refuses(why). */
export function scenario<State, Command, Event, Refusal extends string>(rules: Rules<State, Command, Event, Refusal>) {
  return (...events: readonly Event[]) => {
    const state = events.reduce((before, event) => rules.evolve(before, event), rules.initial);
    return {
      state,
      when(command: Command, nowMs: number) {
        const decision = rules.decide(state, command, nowMs);
        return {
          yields(...expected: readonly Event[]) {
            expect(decision).toEqual({ accepted: true, events: expected });
          },
          becomes(partial: Partial<Record<string, unknown>>) {
            if (!decision.accepted) throw new Error(`refused: ${decision.refusal}`);
            expect(decision.events.reduce((before, event) => rules.evolve(before, event), state)).toMatchObject(
              partial,
            );
          },
          refuses(refusal: Refusal) {
            expect(decision).toEqual({ accepted: false, refusal });
          },
        };
      },
    };
  };
}
