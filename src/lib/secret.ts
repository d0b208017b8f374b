import { createHmac } from "node:crypto";
import { inspect } from "node:util";

const MASK = "[secret]";

/** A credential that prints as `[secret]` wherever it ends up by accident. Call `reveal()` only at the one call that needs it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  /** True when both hold the same text, without giving either away. */
  equals(other: Secret): boolean {
    return this.#value === other.#value;
  }

  /** HMAC of `text` under this secret. */
  sign(algorithm: "sha1" | "sha256", text: string | Buffer): Buffer {
    return createHmac(algorithm, this.#value).update(text).digest();
  }

  toString(): string {
    return MASK;
  }

  toJSON(): string {
    return MASK;
  }

  [inspect.custom](): string {
    return MASK;
  }
}
