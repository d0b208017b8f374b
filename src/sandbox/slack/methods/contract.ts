import { isJson, type Json, parseJson } from "../json.ts";
import type { SlackMemory } from "../memory.ts";

/** Slack said no. `code` is its error word; the rest is what else stands in the answer. */
export class SlackRefusal extends Error {
  readonly code: string;
  readonly more: Json;

  constructor(code: string, more: Json = {}) {
    super(code);
    this.name = "SlackRefusal";
    this.code = code;
    this.more = more;
  }
}

/** `invalid_arguments` and the like, with the lines that say what is wrong. */
export function refuseWithLines(code: string, lines: readonly string[]): SlackRefusal {
  return new SlackRefusal(code, {
    errors: lines,
    response_metadata: { messages: lines.map((line) => `[ERROR] ${line}`) },
  });
}

/** The arguments of a call. A form carries everything as text, nested values as JSON text; a JSON body may carry either. */
export class Arguments {
  readonly #values: Json;

  constructor(values: Json) {
    this.#values = values;
  }

  has(name: string): boolean {
    return this.#values[name] !== undefined && this.#values[name] !== "";
  }

  text(name: string): string | undefined {
    const value = this.#values[name];
    if (typeof value === "number") return String(value);
    return typeof value === "string" && value !== "" ? value : undefined;
  }

  required(name: string): string {
    const value = this.text(name);
    if (value === undefined) throw refuseWithLines("invalid_arguments", [`missing required field: ${name}`]);
    return value;
  }

  flag(name: string): boolean {
    return [true, "true", "1", 1].some((yes) => this.#values[name] === yes);
  }

  whole(name: string, fallback: number, max: number): number {
    const value = this.text(name);
    if (value === undefined) return fallback;
    const number = Number(value);
    if (!Number.isInteger(number) || number < 1) throw new SlackRefusal("invalid_limit");
    return Math.min(number, max);
  }

  /** A nested value, however it came; undefined when absent or no JSON. */
  nested(name: string): unknown {
    const value = this.#values[name];
    return typeof value === "string" ? parseJson(value) : value;
  }

  object(name: string): Json | undefined {
    const value = this.nested(name);
    return isJson(value) ? value : undefined;
  }

  /** What the record of calls keeps: nested values opened, and never the token. */
  forRecord(): Json {
    const opened = Object.entries(this.#values).map(([name, value]) => {
      const isNested = typeof value === "string" && /^[[{]/.test(value);
      return [name, isNested ? (parseJson(value) ?? value) : value] as const;
    });
    return Object.fromEntries(opened.filter(([name]) => name !== "token"));
  }
}

export interface ApiCall {
  readonly args: Arguments;
  readonly memory: SlackMemory;
  /** Where the stand-in is, for addresses that it hands out. */
  readonly url: string;
  readonly issueSocketUrl: () => string;
}

export interface ApiMethod {
  readonly name: string;
  /**
   * Calls per minute that Slack promises, by tier; `posting` is one message a second for each channel.
   * https://docs.slack.dev/apis/web-api/rate-limits
   */
  readonly rate: 20 | 50 | 100 | "posting" | "unlimited";
  /** One of these scopes is needed; none means that any token will do. For a private conversation the second one counts. */
  readonly scopes: readonly string[];
  /** Whose token it wants: the bot's unless told. */
  readonly token?: "app";
  /** The answer beside `ok: true`; throws SlackRefusal. */
  run(call: ApiCall): Json;
}
