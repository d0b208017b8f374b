import { z } from "zod";
import type { Line, LookupPackage, NumberReading, PumpingRisk, Untold } from "../detection/number.ts";
import { isFault } from "../lib/fault.ts";
import { asFaults } from "./errors.ts";
import type { TwilioClient } from "./sdk.ts";

const FIELDS: Readonly<Record<LookupPackage, string>> = { line: "line_type_intelligence", risk: "sms_pumping_risk" };

/** The SDK types them as always there; Twilio leaves out what was not asked for, and puts errors of a package inside it. */
const ErrorCode = z
  .union([z.number(), z.string()])
  .nullish()
  .transform((code) => (code === null || code === undefined || code === "" ? null : String(code)));

const LineType = z
  .object({ type: z.string().nullish(), carrierName: z.string().nullish(), errorCode: ErrorCode })
  .transform(({ type, carrierName, errorCode }): Line | Untold =>
    errorCode === null
      ? { isTold: true, type: type ?? "unknown", carrier: carrierName ?? null }
      : { isTold: false, code: errorCode },
  );

const Risk = z
  .object({
    smsPumpingRiskScore: z.number().nullish(),
    carrierRiskCategory: z.string().nullish(),
    numberBlockedLast3Months: z.boolean().nullish(),
    errorCode: ErrorCode,
  })
  .transform((risk): PumpingRisk | Untold => {
    const score = risk.smsPumpingRiskScore ?? null;
    if (risk.errorCode !== null || score === null) return { isTold: false, code: risk.errorCode ?? "no score" };
    return {
      isTold: true,
      score,
      carrierRisk: risk.carrierRiskCategory ?? null,
      wasBlocked: risk.numberBlockedLast3Months ?? null,
    };
  });

const Answer = z.object({
  phoneNumber: z.string().nullish(),
  countryCode: z.string().nullish(),
  valid: z.boolean(),
  validationErrors: z.array(z.string()).nullish(),
  lineTypeIntelligence: LineType.nullish(),
  smsPumpingRisk: Risk.nullish(),
});

/** Without packages it costs nothing. */
export function readNumber(
  client: TwilioClient,
  number: string,
  packages: readonly LookupPackage[],
): Promise<NumberReading> {
  return asFaults("a look-up", async () => {
    const wanted = client.lookups.v2.phoneNumbers(number);
    try {
      const fields = packages.map((name) => FIELDS[name]).join(",");
      const answer = Answer.parse(await (fields === "" ? wanted.fetch() : wanted.fetch({ fields })));
      return {
        number: answer.phoneNumber ?? null,
        isValid: answer.valid,
        country: answer.countryCode ?? null,
        problems: answer.validationErrors ?? [],
        line: answer.lineTypeIntelligence ?? null,
        risk: answer.smsPumpingRisk ?? null,
      };
    } catch (error) {
      // What looks like no number at all may not even be answered with `valid: false`.
      if (!isFault(error, "not-found")) throw error;
      return { number: null, isValid: false, country: null, problems: ["NOT_A_NUMBER"], line: null, risk: null };
    }
  });
}
