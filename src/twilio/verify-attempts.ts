import type { TimeRange } from "../workflow/ports.ts";
import type { TwilioClient } from "./sdk.ts";

/** One page: enough to say which countries it goes to. */
const PAGE_SIZE = 1_000;

/** Verify's attempts of the account whose credentials the client has. https://www.twilio.com/docs/verify/api/list-verification-attempts */
export async function readAttempts(
  client: TwilioClient,
  { fromMs, toMs }: TimeRange,
): Promise<{ readonly summary: unknown; readonly attempts: readonly unknown[] }> {
  const range = { dateCreatedAfter: new Date(fromMs), dateCreatedBefore: new Date(toMs) };
  const { verificationAttempts, verificationAttemptsSummary } = client.verify.v2;
  const summary = await verificationAttemptsSummary().fetch(range);
  const attempts =
    summary.totalAttempts === 0
      ? []
      : await verificationAttempts.list({ ...range, pageSize: PAGE_SIZE, limit: PAGE_SIZE });
  return { summary: summary.toJSON(), attempts: attempts.map((attempt) => attempt.toJSON()) };
}
