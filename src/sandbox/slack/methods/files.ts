import { objectsIn, textAt } from "../json.ts";
import { type ApiMethod, refuseWithLines, SlackRefusal } from "./contract.ts";
import { visibleChannel } from "./message.ts";

/** https://docs.slack.dev/messaging/working-with-files#uploading_files */
export const getUploadUrl: ApiMethod = {
  name: "files.getUploadURLExternal",
  rate: 100,
  scopes: ["files:write"],
  run({ args, memory, url }) {
    const name = args.required("filename");
    const length = args.whole("length", 0, Number.MAX_SAFE_INTEGER);
    if (length === 0) throw refuseWithLines("invalid_arguments", ["missing required field: length"]);
    const file = memory.files.begin(name, length);
    return { upload_url: `${url}/upload/v1/${file.ticket}`, file_id: file.id };
  },
};

/** https://docs.slack.dev/reference/methods/files.delete */
export const deleteFile: ApiMethod = {
  name: "files.delete",
  rate: 50,
  scopes: ["files:write"],
  run({ args, memory }) {
    const found = memory.files.remove(args.required("file"));
    if (found === "removed-before") throw new SlackRefusal("file_deleted");
    if (found === "unknown") throw new SlackRefusal("file_not_found");
    return {};
  },
};

export const completeUpload: ApiMethod = {
  name: "files.completeUploadExternal",
  rate: 100,
  scopes: ["files:write"],
  run({ args, memory }) {
    const named = objectsIn(args.nested("files")).map((file) => ({
      id: textAt(file, "id") ?? "",
      title: textAt(file, "title"),
    }));
    if (named.length === 0) throw refuseWithLines("invalid_arguments", ["missing required field: files"]);
    const id = args.text("channel_id");
    const channel = id === undefined ? undefined : visibleChannel(memory, id);
    if (channel?.isArchived === true) throw new SlackRefusal("is_archived");
    if (channel !== undefined && !channel.members.includes(memory.seed.app.botUserId)) {
      throw new SlackRefusal("not_in_channel");
    }
    const files = named.map(({ id: fileId, title }) => {
      const file = memory.files.complete(fileId, title);
      if (file === undefined) throw new SlackRefusal("file_not_found");
      return file;
    });
    const threadTs = args.text("thread_ts");
    if (channel !== undefined) {
      memory.post({
        channelId: channel.id,
        threadTs: threadTs === undefined ? undefined : memory.message(channel.id, threadTs)?.ts,
        userId: memory.seed.app.botUserId,
        text: args.text("initial_comment") ?? "",
        blocks: [],
        metadata: undefined,
        files,
      });
    }
    return { files: files.map((file) => ({ id: file.id, title: file.title })) };
  },
};
