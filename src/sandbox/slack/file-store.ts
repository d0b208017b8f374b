import { randomBytes } from "node:crypto";
import { objectsIn, textAt } from "./json.ts";
import type { SlackFile } from "./model.ts";

/** Files on their way: asked for, then sent, then shared. */
export class FileStore {
  readonly #begun = new Map<string, { readonly id: string; readonly name: string; readonly length: number }>();
  readonly #sent = new Map<string, { readonly name: string; readonly bytes: Buffer }>();
  readonly #kept = new Map<string, Buffer>();
  readonly #removed = new Set<string>();
  /** Slack looks at an upload for a while before blocks may show it. */
  isLooking = false;

  begin(name: string, length: number): { readonly id: string; readonly ticket: string } {
    const id = `F0${randomBytes(5).toString("hex").toUpperCase()}`;
    const ticket = randomBytes(18).toString("base64url");
    this.#begun.set(ticket, { id, name, length });
    return { id, ticket };
  }

  /** Takes the bytes of a file, once. False when they are not as many as were announced. */
  receive(ticket: string, bytes: Buffer): boolean {
    const file = this.#begun.get(ticket);
    if (file === undefined || bytes.length !== file.length) return false;
    this.#begun.delete(ticket);
    this.#sent.set(file.id, { name: file.name, bytes });
    return true;
  }

  /** The file, once; undefined when its bytes never came. */
  complete(id: string, title: string | undefined): SlackFile | undefined {
    const file = this.#sent.get(id);
    if (file === undefined) return undefined;
    this.#sent.delete(id);
    this.#kept.set(id, file.bytes);
    const { name, bytes } = file;
    const text = pictureType(bytes) === undefined ? bytes.toString("utf8") : "";
    return { id, name, title: title ?? name, text, bytes: bytes.length };
  }

  /** Where blocks show it, Slack says then that it was deleted. */
  remove(id: string): "removed" | "removed-before" | "unknown" {
    if (this.#removed.has(id)) return "removed-before";
    if (!this.#kept.delete(id)) return "unknown";
    this.#removed.add(id);
    return "removed";
  }

  /** A picture that was uploaded and not deleted since: the bytes and their type. */
  picture(id: string): { readonly bytes: Buffer; readonly type: string } | undefined {
    const bytes = this.#kept.get(id);
    const type = bytes && pictureType(bytes);
    return bytes === undefined || type === undefined ? undefined : { bytes, type };
  }

  /** Why Slack would not show the files that these blocks name, with a JSON pointer: they must be uploaded pictures. https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object */
  problems(blocks: unknown, pointer = "/blocks"): readonly string[] {
    return objectsIn(blocks).flatMap((block, index) => {
      const accessory = block["accessory"];
      const images = [
        { image: block, at: "" },
        ...objectsIn([accessory]).map((image) => ({ image, at: "/accessory" })),
      ];
      return images.flatMap(({ image, at }) => {
        const id = textAt(image, "slack_file", "id");
        if (id === undefined || (!this.isLooking && this.picture(id) !== undefined)) return [];
        return [`invalid slack file [json-pointer:${pointer}/${index}${at}/slack_file]`];
      });
    });
  }
}

/** By its first bytes: Slack shows these kinds. */
function pictureType(bytes: Buffer): string | undefined {
  if (bytes.subarray(0, 8).equals(Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]))) return "image/png";
  if (bytes.subarray(0, 3).equals(Buffer.from([0xff, 0xd8, 0xff]))) return "image/jpeg";
  return bytes.subarray(0, 4).toString("latin1") === "GIF8" ? "image/gif" : undefined;
}
