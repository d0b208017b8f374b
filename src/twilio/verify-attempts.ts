import type { TwilioClient } from "./sdk.ts";

/** One page: enough to say which countries it goes to. */
const PAGE_SIZE = 1_000;
/** Fewer attempts are not looked at one by one. */
const FEWEST_TO_LIST = 10;

/** Verify's attempts of the account whose credentials the client has. https://www.twilio.com/docs/verify/api/list-verification-attempts */
export async function readAttempts(
  client: TwilioClient,
  sinceMs: number,
): Promise<{ readonly summary: unknown; readonly attempts: readonly unknown[] }> {
  const dateCreatedAfter = new Date(sinceMs);
  const { verificationAttempts, verificationAttemptsSummary } = client.verify.v2;
  const summary = await verificationAttemptsSummary().fetch({ dateCreatedAfter });
  const attempts =
    summary.totalAttempts < FEWEST_TO_LIST
      ? []
      : await verificationAttempts.list({ dateCreatedAfter, pageSize: PAGE_SIZE, limit: PAGE_SIZE });
  return { summary: summary.toJSON(), attempts: attempts.map((attempt) => attempt.toJSON()) };
}
