/** What people can ask. A new command is one file and one line. */
import { audit } from "./audit.ts";
import { contain } from "./contain.ts";
import type { Command } from "./contract.ts";
import { createHelp } from "./help.ts";
import { incidents } from "./incidents.ts";
import { lookup } from "./lookup.ts";
import { silence } from "./silence.ts";
import { usage } from "./usage.ts";

const asked: readonly Command[] = [usage, incidents, contain, lookup, audit, silence];

export const commands: readonly Command[] = [...asked, createHelp(asked)];
