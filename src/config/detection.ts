/** The section `detection` of `tollgate.yml`: for every account, and what is different on single ones. */
import { isSupportedCountry } from "libphonenumber-js";
import { z } from "zod";
import type { DetectionPolicy, DetectionSettings } from "../detection/contract.ts";
import { DEFAULT_DETECTION, SIMPLE_SPIKE_FACTOR } from "../detection/settings.ts";
import { isThreat, KNOWN_THREATS } from "../detection/threats.ts";
import { accountSid, between, listOf, section, whole } from "./forms.ts";

const MAX_FACTOR = 100;
const MAX_FLOOR_USD = 1_000_000;
const MAX_LONG_CALL_MINUTES = 24 * 60;

const countryExpected = { error: "a country as two capital letters of ISO 3166, e.g. LV" };
const country = z.string(countryExpected).refine((code) => isSupportedCountry(code), countryExpected);

const threat = z.string({ error: "a threat such as quiet-source" }).check((context) => {
  if (isThreat(context.value)) return;
  // Of this kind, so that the message names the nearest that there is.
  context.issues.push({
    code: "invalid_value",
    input: context.value,
    values: [...KNOWN_THREATS],
    message: "a threat such as quiet-source, errors-30007 or usage-spike-recordings",
  });
});

const settingFields = {
  allowedCountries: listOf(country, "a list of countries, e.g. [US, CA, GB]").optional(),
  baseline: z.enum(["seasonal", "simple"], { error: "seasonal or simple" }).optional(),
  spikeFactor: between(1.05, MAX_FACTOR).optional(),
  spikeFloorUsd: between(0, MAX_FLOOR_USD).optional(),
  longCallMinutes: whole(1, MAX_LONG_CALL_MINUTES).optional(),
  ignore: listOf(threat, "a list of threats, e.g. [quiet-source]").optional(),
};

const settings = z.strictObject(settingFields, {
  error: "a mapping such as { allowedCountries: [US, LV], spikeFactor: 3 }",
});
type Settings = z.output<typeof settings>;

const detectionFields = {
  ...settingFields,
  accounts: z
    .record(accountSid, settings.nullable(), { error: "a mapping from account SIDs to their settings" })
    .nullish(),
};

const detection = z.strictObject(detectionFields, section);

export const detectionSection = detection.nullish();

/** Names that may stand at a place within the section. */
export function detectionNames([, second, third]: readonly PropertyKey[]): readonly string[] {
  if (second !== "accounts") return Object.keys(detectionFields);
  return third === undefined ? [] : Object.keys(settingFields);
}

export function detectionPolicy({ accounts, ...general }: z.output<typeof detection>): DetectionPolicy {
  const ofAll = { ...DEFAULT_DETECTION, ...given(general) };
  return {
    ...ofAll,
    spikeFactor: factorOf(general, {}),
    accounts: Object.fromEntries(
      Object.entries(accounts ?? {}).map(([sid, own]) => {
        const isOther = own?.baseline !== undefined || own?.spikeFactor !== undefined;
        return [sid, { ...given(own ?? {}), ...(isOther && { spikeFactor: factorOf(own ?? {}, general) }) }];
      }),
    ),
  };
}

/** What the section says, in our words; what it leaves out is left out. */
function given({
  ignore,
  allowedCountries,
  baseline,
  spikeFloorUsd,
  longCallMinutes,
}: Settings): Partial<DetectionSettings> {
  return {
    ...(allowedCountries && { allowedCountries: [...new Set(allowedCountries)] }),
    ...(baseline && { baseline }),
    ...(spikeFloorUsd !== undefined && { spikeFloorUsd }),
    ...(longCallMinutes !== undefined && { longCallMinutes }),
    ...(ignore && { ignoredThreats: [...new Set(ignore)] }),
  };
}

/** A factor that nobody set follows the way of reckoning: a mean of seven days needs less room than a rhythm. */
function factorOf(own: Settings, general: Settings): number {
  const baseline = own.baseline ?? general.baseline ?? DEFAULT_DETECTION.baseline;
  return (
    own.spikeFactor ??
    general.spikeFactor ??
    (baseline === "simple" ? SIMPLE_SPIKE_FACTOR : DEFAULT_DETECTION.spikeFactor)
  );
}
