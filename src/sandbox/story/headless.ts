import { ACME_TEAMS } from "../teams/seed.ts";
import type { Running } from "../twilio/scenarios/contract.ts";
import type { Acme } from "../twilio/seed.ts";
import type { TwilioStandIn } from "../twilio/start.ts";
import { REMEDIATIONS, type Story } from "./story.ts";
import type { Transcript } from "./transcript.ts";

/** The story on one platform, or across two: who asks is on the first and who approves on the second. */
export interface HeadlessParts<Asked, AskedPrivate, Approved, ApprovedPrivate> {
  readonly asking: Story<Asked, AskedPrivate>;
  readonly approving: Story<Approved, ApprovedPrivate>;
  readonly twilio: TwilioStandIn;
  readonly acme: Acme;
  readonly transcript: Transcript;
  readonly begin: () => Running;
}

export const CAST = {
  responder: { userId: "U0ANN", teamsId: ACME_TEAMS.ann, name: "Ann Ito" },
  approver: { userId: "U0BEN", teamsId: ACME_TEAMS.ben, name: "Ben Okafor" },
  outsider: { userId: "U0CEM", teamsId: ACME_TEAMS.cem, name: "Cem Demir" },
} as const;

export interface Played {
  /** What does not agree; empty when all is as it should be. */
  readonly problems: readonly string[];
  readonly newestAuditLine: string;
}

/** Plays the whole story and checks that Twilio, the cards and the audit channels agree. */
export async function playHeadless<Asked, AskedPrivate, Approved, ApprovedPrivate>(
  parts: HeadlessParts<Asked, AskedPrivate, Approved, ApprovedPrivate>,
): Promise<Played> {
  const { asking, approving, twilio, acme, transcript } = parts;
  const { responder, approver, outsider } = CAST;
  const account = twilio.state.account(acme.voiceEuSid);

  const attack = parts.begin();
  const card = await asking.cardAppears({ threat: "Toll fraud suspected", account: account.friendlyName });
  const subject = new RegExp(`^${await asking.subjectOf(card)}$`);
  await asking.cardSays(card, /Confirmed/, "confirmed by Twilio's usage records");
  await asking.acknowledge(responder, card);
  await asking.command(responder, "usage", "today");

  for (const title of REMEDIATIONS) {
    const reason = "Toll fraud to Latvia, nobody here calls Latvia";
    const asked = await asking.ask(responder, card, title, reason, account.friendlyName);
    const where = new RegExp(`^${await asking.subjectOf(asked)}$`);
    const request = await approving.appears(where, `the request for ${title} where it is approved`);
    if (title === REMEDIATIONS[0]) {
      await asking.isRefused(responder, asked);
      await approving.isRefused(outsider, request);
    }
    await approving.approve(approver, request);
  }
  const suspended = /Subaccount suspended/;
  const contained = await asking.cardSays(card, suspended, "suspended by Ann Ito, approved by Ben Okafor");
  const other = await approving.appears(subject, "the incident card where it was approved");
  await approving.cardSays(other, suspended, "the same where it was approved");
  transcript.step(`Contained after ${(transcript.elapsedMs() / 1000).toFixed(1)} s`);

  const problems = [...attack.problems()];
  const expect = (holds: boolean, what: string): void => {
    if (!holds) problems.push(what);
  };
  expect(
    (await asking.labels(contained)).some((label) => label.startsWith("Undo")),
    "the card offers no Undo",
  );

  const lines = await asking.auditLines(/as contained by run/);
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
