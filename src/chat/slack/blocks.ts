import type { types } from "@slack/bolt";

export type Block = types.KnownBlock;
