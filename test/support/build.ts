import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import { z } from "zod";
import { BUILT_MAIN } from "./fresh-build.ts";

const Answer = z.object({ problem: z.string().optional() });

/** Path of the built command line, with all that it needs beside it. Built at most once in a run of the tests, at the first call. */
export async function builtMain(): Promise<string> {
  const { problem } = Answer.parse(JSON.parse(await text(connect(inject("buildDoor")))));
  if (problem !== undefined) throw new Error(problem);
  return BUILT_MAIN;
}
