import { z } from "zod";
import type { MessagingPermission, MessagingPermissionResult } from "../remediation/contract.ts";
import type { TwilioClient } from "./sdk.ts";

/** A form field for each row; kept well below any limit on a request's size. */
const ROWS_PER_UPDATE = 100;

/** The SDK leaves these rows untyped. https://www.twilio.com/docs/messaging/api/messaging-geopermission-resource */
const Rows = z.array(z.object({ country_code: z.string(), enabled: z.boolean() }));
const Results = z.array(
  z.object({
    country_code: z.string(),
    enabled: z.boolean(),
    error_code: z.number().nullish(),
    error_messages: z.array(z.string()).nullish(),
  }),
);

export async function readMessagingPermissions(
  client: TwilioClient,
  countries: readonly string[] | "all",
): Promise<readonly MessagingPermission[]> {
  if (countries !== "all" && countries.length === 0) return [];
  const query = countries === "all" ? {} : { countryCode: countries.join(",") };
  const { permissions } = await client.accounts.v1.messagingGeopermissions.fetch(query);
  return Rows.parse(permissions).map((row) => ({ country: row.country_code, enabled: row.enabled }));
}

/** Answers 200 also when rows were refused: each row says for itself. */
export async function writeMessagingPermissions(
  client: TwilioClient,
  rows: readonly MessagingPermission[],
): Promise<readonly MessagingPermissionResult[]> {
  const results: MessagingPermissionResult[] = [];
  for (let start = 0; start < rows.length; start += ROWS_PER_UPDATE) {
    const chunk = rows.slice(start, start + ROWS_PER_UPDATE);
    const { permissions } = await client.accounts.v1.messagingGeopermissions.update({
      permissions: chunk.map((row) => ({ country_code: row.country, type: "country", enabled: row.enabled })),
    });
    for (const row of Results.parse(permissions)) {
      results.push({
        country: row.country_code,
        enabled: row.enabled,
        errorCode: row.error_code ?? 0,
        errorMessage: row.error_messages?.[0] ?? null,
      });
    }
  }
  return results;
}
