import { randomBytes } from "node:crypto";
import type { SlackFile } from "./model.ts";

/** Files on their way: asked for, then sent, then shared. */
export class FileStore {
  readonly #begun = new Map<string, { readonly id: string; readonly name: string; readonly length: number }>();
  readonly #sent = new Map<string, SlackFile>();

  begin(name: string, length: number): { readonly id: string; readonly ticket: string } {
    const id = `F0${randomBytes(5).toString("hex").toUpperCase()}`;
    const ticket = randomBytes(18).toString("base64url");
    this.#begun.set(ticket, { id, name, length });
    return { id, ticket };
  }

  /** Takes the bytes of a file, once. False when they are not as many as were announced. */
  receive(ticket: string, bytes: string): boolean {
    const file = this.#begun.get(ticket);
    if (file === undefined || Buffer.byteLength(bytes) !== file.length) return false;
    this.#begun.delete(ticket);
    this.#sent.set(file.id, { id: file.id, name: file.name, title: file.name, text: bytes });
    return true;
  }

  /** The file, once; undefined when its bytes never came. */
  complete(id: string, title: string | undefined): SlackFile | undefined {
    const file = this.#sent.get(id);
    this.#sent.delete(id);
    return file === undefined ? undefined : { ...file, title: title ?? file.name };
  }
}
