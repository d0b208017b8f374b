import { randomBytes } from "node:crypto";
import { link, mkdir, open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { Fault } from "../lib/fault.ts";
import { Secret } from "../lib/secret.ts";

const FILE_NAME = "audit-key";
const KEY_BYTES = 32;
const KEY = /^[0-9a-f]{64}$/;

/** The key of the embedded store's audit record: made once in `dataDir`, 0600, and the same ever after. */
export async function loadOrMakeAuditKey(dataDir: string): Promise<Secret> {
  const file = join(dataDir, FILE_NAME);
  return (await readKey(file)) ?? (await makeKey(dataDir, file));
}

/** For `audit verify`: undefined when this folder has no key. */
export function loadAuditKey(dataDir: string): Promise<Secret | undefined> {
  return readKey(join(dataDir, FILE_NAME));
}

async function readKey(file: string): Promise<Secret | undefined> {
  let text: string;
  try {
    text = (await readFile(file, "utf8")).trim();
  } catch (error) {
    if (isCode(error, "ENOENT")) return undefined;
    throw error;
  }
  // A new key would make every record so far look edited.
  if (!KEY.test(text))
    throw new Fault("rejected", `${file} holds no audit key (64 hex digits): restore it from a backup of the folder`);
  return new Secret(text);
}

/** Complete or not there at all, whoever else makes one at this moment or whatever kills us. */
async function makeKey(dataDir: string, file: string): Promise<Secret> {
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomBytes(6).toString("hex")}`;
  const handle = await open(draft, "wx", 0o600);
  try {
    await handle.writeFile(`${randomBytes(KEY_BYTES).toString("hex")}\n`);
    await handle.sync();
    await link(draft, file);
  } catch (error) {
    if (!isCode(error, "EEXIST")) throw error;
  } finally {
    await handle.close();
    await rm(draft, { force: true });
  }
  const key = await readKey(file);
  if (key === undefined) throw new Fault("not-found", `${file} was removed while it was made`);
  return key;
}

function isCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
