import { z } from "zod";
import type { ApiAnswer } from "../route.ts";

/** Something that is done again and again until it is stopped. */
export interface Ticker {
  readonly beats: readonly number[];
  readonly refused: Readonly<Record<string, number>>;
  stop(): void;
}

/** What one turn did: an answer of the API (a refusal is counted by its code), or nothing to count by. */
type Act = (turn: number) => ApiAnswer | undefined;

const Failed = z.object({ code: z.number() });

/** The first turn is at once. `turns`: so many at most. */
export function ticker(everyMs: number, act: Act, turns = Number.POSITIVE_INFINITY): Ticker {
  const beats: number[] = [];
  const refused: Record<string, number> = {};
  let turn = 0;
  function go(): void {
    if (turn >= turns) {
      clearInterval(timer);
      return;
    }
    const answer = act(turn);
    turn += 1;
    beats.push(Date.now());
    if (answer === undefined || answer.status < 400) return;
    const code = String(Failed.safeParse(answer.body).data?.code ?? answer.status);
    refused[code] = (refused[code] ?? 0) + 1;
  }
  const timer = setInterval(go, everyMs);
  go();
  return { beats, refused, stop: () => clearInterval(timer) };
}
