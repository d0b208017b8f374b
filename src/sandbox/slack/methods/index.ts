import { deleteMessage, getPermalink, postEphemeral, postMessage, updateMessage } from "./chat.ts";
import type { ApiMethod } from "./contract.ts";
import { history, info, listChannels, members, open, replies } from "./conversations.ts";
import { completeUpload, deleteFile, getUploadUrl } from "./files.ts";
import { openConnection } from "./sockets.ts";
import { apiTest, authTest } from "./tests.ts";
import { listGroups, listGroupUsers, listUsers, userInfo } from "./users.ts";
import { openView, publishView, pushView, updateView } from "./views.ts";

/** The Web API methods that the stand-in knows; any other one is `unknown_method`. */
export const apiMethods: readonly ApiMethod[] = [
  apiTest,
  authTest,
  postMessage,
  postEphemeral,
  updateMessage,
  deleteMessage,
  getPermalink,
  history,
  replies,
  info,
  listChannels,
  members,
  open,
  userInfo,
  listUsers,
  listGroups,
  listGroupUsers,
  openView,
  pushView,
  updateView,
  publishView,
  getUploadUrl,
  deleteFile,
  completeUpload,
  openConnection,
];
