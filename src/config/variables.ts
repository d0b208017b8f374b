/** Building blocks for environment variables. A message says what is expected and how to get it, never the value. */
import { z } from "zod";
import { isLoopback } from "../lib/loopback.ts";
import { Secret } from "../lib/secret.ts";

/** Variables that say something: an empty one counts as not set, as compose files pass `NAME=` for what is absent. */
export type SetVariables = Readonly<Record<string, string>>;

export function setVariables(env: Readonly<Record<string, string | undefined>>): SetVariables {
  const set: Record<string, string> = {};
  for (const [name, value] of Object.entries(env)) {
    const trimmed = value?.trim() ?? "";
    if (trimmed !== "") set[name] = trimmed;
  }
  return set;
}

/** `how` tells where a person finds it. */
export function text(pattern: RegExp, expected: string, how: string) {
  return z.string({ error: `missing. ${how}` }).regex(pattern, { error: `expected ${expected}. ${how}` });
}

export function secret(pattern: RegExp, expected: string, how: string) {
  return text(pattern, expected, how).transform((value) => new Secret(value));
}

export function oneOf<const Word extends string>(...words: readonly Word[]) {
  return z.enum(words, { error: `expected one of ${words.join(", ")}.` });
}

interface AddressRules {
  readonly protocols: readonly string[];
  /** Plain http is for stand-ins on this machine: elsewhere it would carry tokens in the clear. */
  readonly allowsPlainLoopback: boolean;
  /** PostgreSQL's form for a socket: `postgres://user@/database?host=/folder`. */
  readonly allowsNoHost?: boolean;
  readonly expected: string;
  readonly how: string;
}

/** An absolute address, kept as it was written: printing a parsed one could change an escaped password. */
export function address(rules: AddressRules) {
  return z
    .string({ error: `missing. ${rules.how}` })
    .refine((value) => isAcceptable(value, rules), { error: `expected ${rules.expected}. ${rules.how}` });
}

function isAcceptable(given: string, rules: AddressRules): boolean {
  const value = rules.allowsNoHost === true ? given.replace("@/", "@localhost/") : given;
  if (!URL.canParse(value)) return false;
  const { protocol, hostname } = new URL(value);
  return (
    rules.protocols.includes(protocol) || (rules.allowsPlainLoopback && protocol === "http:" && isLoopback(hostname))
  );
}

/** One line for each problem, beginning with the variable's name. */
export function problemLines(error: z.ZodError): readonly string[] {
  return error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`);
}

/** One of these names turns on what they belong to. */
export function isOn(set: SetVariables, names: readonly string[]): boolean {
  return names.some((name) => set[name] !== undefined);
}

/** What is there is checked in any case; that it is there only when it is needed. */
export function optionalUnless<Shape extends z.ZodType>(isNeeded: boolean, shape: Shape): Shape | z.ZodOptional<Shape> {
  return isNeeded ? shape : shape.optional();
}
