import type { VoicePermission } from "../remediation/contract.ts";
import type { TwilioClient } from "./sdk.ts";

/** Their list has some 240 countries. https://www.twilio.com/docs/voice/api/dialingpermissions-country-resource */
const PAGE_SIZE = 1_000;
/** Up to here single reads; above, one read of the whole list is cheaper. */
const FEW = 5;
/** The longest array that a bulk update takes is not documented. */
const ROWS_PER_UPDATE = 100;

interface CountryRow {
  readonly isoCode: string;
  readonly name: string;
  readonly lowRiskNumbersEnabled: boolean;
  readonly highRiskSpecialNumbersEnabled: boolean;
  readonly highRiskTollfraudNumbersEnabled: boolean;
}

/** The table of the account whose credentials the client has. */
export async function readVoicePermissions(
  client: TwilioClient,
  countries: readonly string[] | "all",
): Promise<readonly VoicePermission[]> {
  const resource = client.voice.v1.dialingPermissions.countries;
  if (countries !== "all" && countries.length <= FEW) {
    return (await Promise.all(countries.map((country) => resource(country).fetch()))).map(toPermission);
  }
  const rows = (await resource.list({ pageSize: PAGE_SIZE, limit: PAGE_SIZE })).map(toPermission);
  return countries === "all" ? rows : rows.filter((row) => countries.includes(row.country));
}

/** All three flags of each row are sent, as the strings that Twilio's examples use; an omitted flag's meaning is not documented. */
export async function writeVoicePermissions(client: TwilioClient, rows: readonly VoicePermission[]): Promise<void> {
  for (let start = 0; start < rows.length; start += ROWS_PER_UPDATE) {
    const chunk = rows.slice(start, start + ROWS_PER_UPDATE).map((row) => ({
      iso_code: row.country,
      low_risk_numbers_enabled: String(row.lowRisk),
      high_risk_special_numbers_enabled: String(row.highRiskSpecial),
      high_risk_tollfraud_numbers_enabled: String(row.highRiskTollfraud),
    }));
    await client.voice.v1.dialingPermissions.bulkCountryUpdates.create({ updateRequest: JSON.stringify(chunk) });
  }
}

export async function readVoiceInheritance(client: TwilioClient): Promise<boolean> {
  return (await client.voice.v1.dialingPermissions.settings().fetch()).dialingPermissionsInheritance;
}

export async function writeVoiceInheritance(client: TwilioClient, inherits: boolean): Promise<void> {
  await client.voice.v1.dialingPermissions.settings().update({ dialingPermissionsInheritance: inherits });
}

function toPermission(row: CountryRow): VoicePermission {
  return {
    country: row.isoCode,
    name: row.name,
    lowRisk: row.lowRiskNumbersEnabled,
    highRiskSpecial: row.highRiskSpecialNumbersEnabled,
    highRiskTollfraud: row.highRiskTollfraudNumbersEnabled,
  };
}
