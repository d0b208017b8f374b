import { z } from "zod";
import { isLoopback } from "../lib/loopback.ts";
import { Secret } from "../lib/secret.ts";
import { oneOf } from "./variables.ts";

export interface ServerEnvironment {
  /** 0: any free port. */
  readonly port: number;
  readonly host: string;
  /** What Twilio and Slack call. No trailing slash; may have a path. */
  readonly publicUrl: string;
  /** Absent: `/metrics` answers loopback only. */
  readonly metricsToken?: Secret;
}

const MAX_PORT = 65_535;
const DEFAULT_PORT = 3000;
const DEFAULT_HOST = "0.0.0.0";
const PORT_EXPECTED = { error: `expected a whole number from 0 to ${MAX_PORT}. Leave it out to use ${DEFAULT_PORT}.` };

const LOG_LEVELS = ["silent", "fatal", "error", "warn", "info", "debug", "trace"] as const;

export const serverVariables = {
  PORT: z
    .string()
    .regex(/^\d{1,5}$/, PORT_EXPECTED)
    .transform(Number)
    .refine((port) => port <= MAX_PORT, PORT_EXPECTED)
    .optional(),
  HOST: z.string().regex(/^\S+$/, { error: "expected an address to listen on, e.g. 127.0.0.1." }).optional(),
  PUBLIC_URL: z
    .string({
      error:
        "missing. The https address under which Twilio, Slack and Teams reach this server, e.g. https://tollgate.example.com.",
    })
    .refine(isPublicAddress, {
      error:
        "expected an https address without user, query or fragment, e.g. https://tollgate.example.com (plain http is accepted for loopback only). It is part of every webhook signature: write it exactly as Twilio calls it.",
    })
    .transform((value) => value.replace(/\/+$/, "")),
  METRICS_TOKEN: z
    .string()
    .regex(/^\S{8,}$/, { error: "expected at least 8 characters without spaces. Make one with: openssl rand -hex 16." })
    .transform((value) => new Secret(value))
    .optional(),
  LOG_LEVEL: oneOf(...LOG_LEVELS).optional(),
};

function isPublicAddress(value: string): boolean {
  if (!URL.canParse(value)) return false;
  const url = new URL(value);
  const isSafe = url.protocol === "https:" || (url.protocol === "http:" && isLoopback(url.hostname));
  return isSafe && url.username === "" && url.password === "" && !/[?#]/.test(value);
}

type ServerValues = z.output<z.ZodObject<typeof serverVariables>>;

export function serverEnvironment(values: ServerValues): ServerEnvironment {
  return {
    port: values.PORT ?? DEFAULT_PORT,
    host: values.HOST ?? DEFAULT_HOST,
    publicUrl: values.PUBLIC_URL,
    ...(values.METRICS_TOKEN && { metricsToken: values.METRICS_TOKEN }),
  };
}
