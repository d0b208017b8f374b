import { z } from "zod";
import { Fault, isFault } from "../../lib/fault.ts";
import type { MessageRef, NewFile, Picture } from "../platform.ts";
import type { SlackApi } from "./api.ts";
import { BUDGET_MS } from "./limits.ts";

const Place = z.looseObject({ upload_url: z.url(), file_id: z.string() });
const Completed = z.looseObject({});
const GONE: readonly string[] = ["file_not_found", "file_deleted"];

/**
 * A text file in a thread, in the three steps of https://docs.slack.dev/messaging/working-with-files#uploading_files. Until the
 * last one nobody sees anything; `onBegun` learns the file's id before it. Slack tells the message's own id to nobody, so the
 * file's stands for it.
 */
export async function postFile(api: SlackApi, file: NewFile, onBegun: (fileId: string) => void): Promise<MessageRef> {
  const bytes = Buffer.from(file.text, "utf8");
  const fileId = await send(api, file.name, bytes);
  onBegun(fileId);
  const { channelId, messageId } = file.thread;
  const files = [{ id: fileId, title: file.title }];
  const where = { channel_id: channelId, thread_ts: messageId };
  await api.call("files.completeUploadExternal", { files, ...where }, Completed);
  return { channelId, messageId: fileId };
}

/**
 * In no channel: only blocks of ours show it, and to whoever sees them. Answers the file's id.
 * https://docs.slack.dev/reference/block-kit/composition-objects/slack-file-object
 */
export async function uploadPicture(api: SlackApi, { digest, png }: Picture): Promise<string> {
  const fileId = await send(api, `${digest}.png`, Buffer.from(png));
  await api.call("files.completeUploadExternal", { files: [{ id: fileId, title: "Tollgate" }] }, Completed);
  return fileId;
}

/** Messages that still show it would say that it was deleted. https://docs.slack.dev/reference/methods/files.delete */
export async function deleteFile(api: SlackApi, fileId: string): Promise<void> {
  try {
    await api.call("files.delete", { file: fileId }, Completed);
  } catch (error) {
    if (!isFault(error) || !GONE.includes(error.code ?? "")) throw error;
  }
}

async function send(api: SlackApi, name: string, bytes: Buffer<ArrayBuffer>): Promise<string> {
  const asked = { filename: name, length: bytes.length };
  const place = await api.call("files.getUploadURLExternal", asked, Place);
  await upload(place.upload_url, bytes);
  return place.file_id;
}

async function upload(url: string, bytes: Buffer<ArrayBuffer>): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/octet-stream" },
    body: bytes,
    signal: AbortSignal.timeout(BUDGET_MS.webApi),
  }).catch((cause: unknown) => {
    throw new Fault("unavailable", "slack: the bytes of a file could not be sent", { cause });
  });
  if (response.ok) return;
  const kind = response.status >= 500 || response.status === 429 ? "unavailable" : "rejected";
  throw new Fault(kind, `slack: the upload of a file answered HTTP ${response.status}`, {
    code: String(response.status),
  });
}
