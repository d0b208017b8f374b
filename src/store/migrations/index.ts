import type { Migration } from "kysely";
import { firstTables } from "./0001-first-tables.ts";
import { lifeOfIncidents } from "./0002-life-of-incidents.ts";
import { sourcesAndBaselines } from "./0003-sources-and-baselines.ts";

/**
 * In order of their names, each run once. One that has been released is never edited: add another. Old and new version work side
 * by side during a rolling restart, so a migration only adds what the older version can ignore, and keeps no lock for long: what
 * takes a lock on a table that exists already comes last, and indexes on such a table belong into `indexes.ts`.
 */
export const migrations: Readonly<Record<string, Migration>> = {
  "0001-first-tables": firstTables,
  "0002-life-of-incidents": lifeOfIncidents,
  "0003-sources-and-baselines": sourcesAndBaselines,
};
