import { createPlatform } from "../../src/chat/teams/deliver.ts";
import { isJsonObject } from "../../src/chat/teams/transport.ts";

/** The report as Teams gets it: text, since bots may not put files into channels. Throws when it takes more than one message. */
export async function teamsReport(title: string, text: string): Promise<string> {
  const sent: unknown[] = [];
  const no = () => Promise.reject(new Error("a report is only sent"));
  const channels = { incident: "19:c@thread.tacv2", audit: "19:a@thread.tacv2" };
  const platform = createPlatform({
    cards: {
      handle: no,
      createConversation: no,
      send: async (_, activity) => String(sent.push(activity)),
      update: no,
      delete: no,
      member: no,
      members: no,
      signIn: no,
      readKeys: no,
    },
    channels,
    conversations: { heard: no, channel: async () => null, user: async () => null, keepChat: no },
    teller: { toPerson: no, tell: no },
    render: no,
    tenantId: null,
    serviceUrl: "https://smba.example/",
    pace: { turn: async () => undefined },
  });
  const thread = { channelId: channels.incident, messageId: "1" };
  await platform.postFile({ subject: "report-7-1", name: "incident-7.md", title, text, thread });
  const [activity, second] = sent;
  if (!isJsonObject(activity) || second !== undefined) throw new Error(`${sent.length} messages for one report`);
  return String(activity["text"]);
}
