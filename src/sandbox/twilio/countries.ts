import { type CountryCode, getCountries, getCountryCallingCode } from "libphonenumber-js/max";

export interface Country {
  readonly isoCode: string;
  readonly name: string;
  readonly continent: string;
  /** `+371` */
  readonly callingCode: string;
  /** Ranges of premium and shared-cost numbers that the "high risk special" switch is about. */
  readonly specialPrefixes: readonly string[];
}

const CONTINENTS: Readonly<Record<string, string>> = {
  AFRICA:
    "DZ AO BJ BW BF BI CV CM CF TD KM CG CD CI DJ EG GQ ER SZ ET GA GM GH GN GW KE LS LR LY MG MW ML MR MU MA MZ NA NE NG RW RE SH AC TA ST SN SC SL SO ZA SS SD TZ TG TN UG EH YT ZM ZW",
  ASIA: "AF AM AZ BH BD BT BN KH CN CY GE HK IN ID IR IQ IL JP JO KZ KW KG LA LB MO MY MV MN MM NP KP OM PK PS PH QA SA SG KR LK SY TW TJ TH TL TR TM AE UZ VN YE IO CC CX",
  EUROPE:
    "AX AL AD AT BY BE BA BG HR CZ DK EE FO FI FR DE GI GR GG HU IS IE IM IT JE XK LV LI LT LU MT MD MC ME NL MK NO PL PT RO RU SM RS SK SI ES SJ SE CH UA GB VA",
  NORTH_AMERICA:
    "AI AG AW BS BB BZ BM BQ VG CA KY CR CU CW DM DO SV GL GD GP GT HT HN JM MQ MX MS NI PA PR BL KN LC MF PM VC SX TT TC US VI",
  OCEANIA: "AS AU CK FJ PF GU KI MH FM NR NC NZ NU NF MP PW PG WS SB TK TO TV VU WF",
  SOUTH_AMERICA: "AR BO BR CL CO EC FK GF GY PY PE SR UY VE",
};

const CONTINENT_OF = new Map(
  Object.entries(CONTINENTS).flatMap(([continent, codes]) =>
    codes.split(" ").map((code) => [code, continent] as const),
  ),
);

/** From Twilio's own example of the resource; other countries get one made-up premium range. */
const LATVIA_SPECIAL = ["+37181", "+3719000"];

function describe(isoCode: CountryCode, names: Intl.DisplayNames): Country {
  const callingCode = `+${getCountryCallingCode(isoCode)}`;
  return {
    isoCode,
    name: isoCode === "US" ? "United States/Canada" : (names.of(isoCode) ?? isoCode),
    continent: CONTINENT_OF.get(isoCode) ?? "EUROPE",
    callingCode,
    specialPrefixes: isoCode === "LV" ? LATVIA_SPECIAL : callingCode === "+1" ? [] : [`${callingCode}90`],
  };
}

function listCountries(): readonly Country[] {
  const names = new Intl.DisplayNames(["en"], { type: "region" });
  return getCountries()
    .filter((isoCode) => isoCode !== "CA")
    .map((isoCode) => describe(isoCode, names))
    .sort((a, b) => (a.isoCode < b.isoCode ? -1 : 1));
}

/** Every country that can be dialled, by ISO code. The United States and Canada are one entry, `US`, as on Twilio. */
export const countries: ReadonlyMap<string, Country> = new Map(
  listCountries().map((country) => [country.isoCode, country]),
);

/**
 * Countries whose messaging permission can be changed only in the Console; the API answers error 30649 in the row.
 * https://help.twilio.com/articles/223181108
 */
export const highRiskMessaging: ReadonlySet<string> = new Set("BD IL NG PK PS LK AZ TJ OM TN DZ".split(" "));

/** Countries that the messaging permissions do not know; rows about them are ignored. */
export const unsupportedMessaging: ReadonlySet<string> = new Set(["IR", "SY", "CU"]);
