import { z } from "zod";
import { createLog, type Log } from "../lib/log.ts";
import { type Finding, warning } from "./contract.ts";

const Line = z.object({ msg: z.string(), reason: z.string().optional() });

/** A log whose warnings become findings: what a part only warns of at the start is told here as well. */
export function createHeard(): { readonly log: Log; findings(): readonly Finding[] } {
  const lines: string[] = [];
  return {
    log: createLog("warn", { write: (line) => void lines.push(line) }),
    findings: () => {
      const heard = lines.splice(0).map((line) => Line.parse(JSON.parse(line)));
      return heard.map(({ msg, reason }) => warning(reason === undefined ? `${msg}.` : `${msg} (${reason}).`));
    },
  };
}
