import type { SlackStandIn } from "../slack/stand-in.ts";
import type { Acme } from "../twilio/seed.ts";
import type { TwilioStandIn } from "../twilio/start.ts";
import { REMEDIATIONS, Story } from "./story.ts";
import type { Transcript } from "./transcript.ts";

export interface HeadlessParts {
  readonly slack: SlackStandIn;
  readonly twilio: TwilioStandIn;
  readonly acme: Acme;
  readonly transcript: Transcript;
  readonly begin: () => void;
}

export const CAST = {
  responder: { userId: "U0ANN", name: "Ann Ito" },
  approver: { userId: "U0BEN", name: "Ben Okafor" },
  outsider: { userId: "U0CEM", name: "Cem Demir" },
} as const;

export interface Played {
  /** What does not agree; empty when all is as it should be. */
  readonly problems: readonly string[];
  readonly newestAuditLine: string;
}

/** Plays the whole story and checks that Twilio, the card and the audit channel agree. */
export async function playHeadless({ slack, twilio, acme, transcript, begin }: HeadlessParts): Promise<Played> {
  const story = new Story({
    slackUrl: slack.url,
    incidentChannelId: "C0INCIDENTS",
    auditChannelId: "C0AUDIT",
    cast: CAST,
    transcript,
  });
  const { responder, approver, outsider } = CAST;
  const tokenBefore = twilio.state.account(acme.voiceEuSid).authToken;

  begin();
  const card = await story.cardAppears();
  await story.cardSays(card, /Confirmed/, "confirmed by Twilio's usage records");
  await story.press(responder, card, "Acknowledge");
  await story.cardSays(card, /Ann Ito/, "Ann Ito has it");
  await story.command(responder, "/twilio-usage", "today");

  for (const title of REMEDIATIONS) {
    const request = await story.ask(responder, card, title, "Toll fraud to Latvia, nobody here calls Latvia");
    if (title === REMEDIATIONS[0]) {
      await story.isRefused(responder, request);
      await story.isRefused(outsider, request);
    }
    await story.approve(approver, request);
  }
  const contained = await story.cardSays(card, /Subaccount suspended/, "suspended by Ann Ito, approved by Ben Okafor");
  transcript.step(`Contained after ${(transcript.elapsedMs() / 1000).toFixed(1)} s`);

  const problems: string[] = [];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) problems.push(what);
  };
  const account = twilio.state.account(acme.voiceEuSid);
  expect(account.status === "suspended", `Twilio says that the account is ${account.status}`);
  expect(account.authToken !== tokenBefore, "the auth token is the one that was stolen");
  expect(twilio.state.keysOf(acme.voiceEuSid).length === 0, "there are API keys left");
  expect(!twilio.state.dialingPermission(account, "LV").lowRisk, "calls to Latvia are still allowed");
  expect(!twilio.state.mayMessage(account, "LV"), "messages to Latvia are still allowed");
  expect(
    story.labels(contained).some((label) => label.startsWith("Undo")),
    "the card offers no Undo",
  );

  const lines = await story.auditLines(/as contained by run/);
  transcript.step("The audit channel has a line for every step:");
  for (const line of lines) transcript.quote(line);
  const numbers = lines.flatMap((line) => /#(\d+) [0-9a-f]{12}$/.exec(line)?.[1] ?? []).map(Number);
  expect(
    numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0)),
    "audit lines are out of order",
  );
  const said = lines.join("\n");
  for (const word of [
    "own request",
    "not on the roster",
    "Rotate the auth token",
    "API keys",
    "Latvia",
    "Suspend the subaccount",
  ])
    expect(said.includes(word), `the audit channel does not say "${word}"`);
  return { problems, newestAuditLine: lines.at(-1) ?? "" };
}
