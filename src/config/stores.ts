import { z } from "zod";
import { Secret } from "../lib/secret.ts";
import { address, oneOf, type SetVariables, secret } from "./variables.ts";

export interface StoreEnvironment {
  /** Absent: the embedded PostgreSQL in `dataDir`. A secret, since it usually holds a password. */
  readonly databaseUrl?: Secret;
  /** Absent: the queue is kept in PostgreSQL too. */
  readonly redisUrl?: Secret;
  readonly dataDir: string;
  /** Absent only with the embedded store, which makes its own. */
  readonly auditKey?: Secret;
  /** Refusals of unsafe store settings become warnings. */
  readonly allowUnsafeStores: boolean;
}

const DEFAULT_DATA_DIR = "./data";
const MIN_AUDIT_KEY_CHARACTERS = 32;

const auditKey = secret(
  new RegExp(`^\\S{${MIN_AUDIT_KEY_CHARACTERS},}$`),
  `at least ${MIN_AUDIT_KEY_CHARACTERS} characters without spaces`,
  "It signs the audit record and must stay the same for the life of the database. Make one with: openssl rand -hex 32",
);

/** Which of them are required depends on what else is set. */
export function storeVariables(set: SetVariables) {
  return {
    DATABASE_URL: address({
      protocols: ["postgres:", "postgresql:"],
      allowsPlainLoopback: false,
      allowsNoHost: true,
      expected: "postgres://user:password@host:5432/database",
      how: "Leave it out to use the embedded PostgreSQL.",
    })
      .transform((value) => new Secret(value))
      .optional(),
    REDIS_URL: address({
      protocols: ["redis:", "rediss:"],
      allowsPlainLoopback: false,
      expected: "redis://host:6379 or rediss://host:6379",
      how: "Leave it out to keep the queue in PostgreSQL.",
    })
      .transform((value) => new Secret(value))
      .optional(),
    DATA_DIR: z.string().optional(),
    AUDIT_KEY: set["DATABASE_URL"] === undefined ? auditKey.optional() : auditKey,
    ALLOW_UNSAFE_STORES: oneOf("0", "1").optional(),
  };
}

type StoreValues = z.output<z.ZodObject<ReturnType<typeof storeVariables>>>;

export function storeEnvironment(values: StoreValues): StoreEnvironment {
  return {
    ...(values.DATABASE_URL && { databaseUrl: values.DATABASE_URL }),
    ...(values.REDIS_URL && { redisUrl: values.REDIS_URL }),
    dataDir: values.DATA_DIR ?? DEFAULT_DATA_DIR,
    ...(values.AUDIT_KEY && { auditKey: values.AUDIT_KEY }),
    allowUnsafeStores: values.ALLOW_UNSAFE_STORES === "1",
  };
}
