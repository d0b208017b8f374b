import { z } from "zod";
import { Fault } from "../lib/fault.ts";
import type { Outcome, Remediation, RunContext, RunStep, TwilioAccount } from "./contract.ts";
import { AccountSnapshot, statusFact, toSnapshot } from "./facts.ts";
import {
  CONSOLE_ONLY_MESSAGING,
  closed,
  GeoCaptured,
  isHighRiskOpen,
  isVoiceOpen,
  MessagingRow,
  messagingCountries,
  readEffectiveVoice,
  toMessagingRow,
  toPermission,
  toVoiceRow,
  VoiceRow,
  voiceCountry,
  whyNotGeo,
} from "./geo.ts";
import { changeMessaging, changeVoice, combined, differing, isAsWanted, orUnreadable } from "./geo-change.ts";
import { refusedOnNo } from "./read-back.ts";
import { clockTime, countryList, countryName } from "./wording.ts";

const COUNTRIES = "countries";
const CLOSING = "closing";
/** A Slack list holds at most 100 options: https://docs.slack.dev/reference/block-kit/composition-objects/option-object */
const MAX_CHOICES = 100;

const Params = z.strictObject({ countries: z.array(z.string().regex(/^[A-Z]{2}$/)).min(1) });
type Params = z.infer<typeof Params>;

const Snapshot = z.object({
  account: AccountSnapshot,
  inherits: z.boolean(),
  /** Every country that is open in any channel: suspects first, then risky ranges, then by name. The first ones are offered. */
  open: z.array(z.object({ country: z.string(), voice: VoiceRow.nullable(), messaging: z.array(MessagingRow) })),
  suspects: z.array(z.string()),
});
type Snapshot = z.infer<typeof Snapshot>;
type Choice = Snapshot["open"][number];

/** Closes countries for calls and messages. Voice: https://www.twilio.com/docs/voice/api/dialingpermissions-bulkcountryupdate-resource */
export const disableGeoRegions: Remediation<Params, Snapshot> = {
  id: "disable-geo-regions",
  title: "Disable geo regions",
  policyId: "disable-geo-regions",
  containsIncident: false,
  isReversible: true,
  undoneBy: "restore-geo-regions",
  params: Params,
  snapshot: Snapshot,

  offer: (account) => whyNotGeo(account.status),

  async read(account, situation) {
    const [facts, inherits, messaging] = await Promise.all([
      account.fetch(),
      account.readVoiceInheritance(),
      account.readMessagingPermissions("all"),
    ]);
    const voice = await readEffectiveVoice(account, inherits);
    const suspects = [...new Set(situation.suspectCountries.map(voiceCountry))];
    const open = openChoices(voice.map(toVoiceRow), messaging.map(toMessagingRow));
    const ordered = [...open].sort(
      (left, right) => rank(left, suspects) - rank(right, suspects) || byName(left, right),
    );
    return {
      account: toSnapshot(facts),
      inherits,
      open: ordered,
      suspects,
    };
  },

  preview({ account, inherits, open, suspects }) {
    const choices = open.slice(0, MAX_CHOICES);
    const initial = choices.map(({ country }) => country).filter((country) => suspects.includes(country));
    return {
      willHappen: [
        "Twilio refuses new calls and messages from this account to the chosen countries, at once.",
        ...(inherits
          ? [
              "This subaccount uses the parent's dialing permissions: it gets its own, equal to the parent's without these countries.",
            ]
          : []),
        "It can be undone: Restore geo regions, a request like this one.",
      ],
      willNotHappen: [
        "It does not end calls that are live.",
        "It does not stop calls and messages that come in.",
        ...(account.isParent ? [] : ["It does not change the parent or other subaccounts."]),
      ],
      facts: [
        statusFact(account),
        { label: "Open countries", value: String(open.length) },
        { label: "Dialing permissions", value: inherits ? "the parent's" : "its own" },
      ],
      warnings: warningsOf(account, choices, open.length, suspects),
      fields:
        choices.length === 0
          ? []
          : [
              {
                kind: "choose-many",
                id: COUNTRIES,
                label: "Countries to close",
                options: choices.map((choice) => ({
                  value: choice.country,
                  label: `${countryName(choice.country)} (${choice.country})`,
                  description: describeChoice(choice),
                })),
                initial,
                isOptional: false,
              },
            ],
      blocked: whyNotGeo(account.status) ?? (open.length === 0 ? "Every country is closed already." : null),
    };
  },

  choose(snapshot, values) {
    const known = new Set(snapshot.open.map(({ country }) => country));
    const countries = [...new Set(values[COUNTRIES] ?? [])].filter((country) => known.has(country)).sort();
    if (countries.length === 0) return { ok: false, problems: { [COUNTRIES]: "Choose at least one country." } };
    return { ok: true, params: { countries } };
  },

  bind: ({ countries }, snapshot) => ({
    status: snapshot.account.status,
    inherits: snapshot.inherits,
    rows: countries.map(
      (country) =>
        snapshot.open.find((choice) => choice.country === country) ?? { country, voice: null, messaging: [] },
    ),
  }),

  describe: ({ countries }) => `Close calls and messages to ${countryList(countries)}`,
  details: () => [],

  run: (context) => refusedOnNo(() => closeCountries(context)),

  check: (context) =>
    orUnreadable(async () => {
      const { account, params } = context;
      const plan = await planVoice(context);
      const wanted = params.countries.flatMap(messagingCountries).map((country) => ({ country, enabled: false }));
      const messaging = await account.readMessagingPermissions(wanted.map((row) => row.country));
      if (plan.wanted.length > 0 || !wanted.every((row) => isAsWanted(row, messaging))) return "not-in-effect";
      const evidence = [
        `Calls and messages to ${countryList(params.countries)} are closed (read back ${clockTime(context.nowMs())})`,
      ];
      return { status: "done", evidence, captured: capturedIn(context.steps) ?? NOTHING };
    }),
};

const NOTHING: GeoCaptured = { inherited: false, voice: [], messaging: [] };

async function closeCountries(context: RunContext<Params>): Promise<Outcome> {
  const { account, params } = context;
  const plan = await planVoice(context);
  const messagingNow = await account.readMessagingPermissions(params.countries.flatMap(messagingCountries));
  const openMessaging = messagingNow.filter((row) => row.enabled).map(toMessagingRow);
  const earlier = capturedIn(context.steps);
  const captured = earlier ?? { inherited: plan.endsInheritance, voice: plan.open, messaging: openMessaging };
  if (earlier === undefined && plan.wanted.length + openMessaging.length > 0) {
    await context.recordStep(CLOSING, captured);
  }
  const voice = await changeVoice(context, {
    wanted: plan.wanted,
    write: () => (plan.endsInheritance ? giveOwnTable(account, plan.wanted) : writeRows(account, plan.wanted)),
    done: `Calls to ${countryList(params.countries)} are closed`,
  });
  const messaging = await changeMessaging(
    context,
    openMessaging.map(({ country }) => ({ country, enabled: false })),
    "closed",
  );
  return combined(
    [voice, messaging],
    captured,
    `Calls and messages to ${countryList(params.countries)} were closed already (read ${clockTime(context.nowMs())})`,
    earlier !== undefined,
  );
}

function writeRows(account: TwilioAccount, rows: readonly VoiceRow[]): Promise<void> {
  return account.writeVoicePermissions(rows.map(toPermission));
}

/** Both or neither: a subaccount with a table that nobody wrote may call everywhere, or nowhere. */
async function giveOwnTable(account: TwilioAccount, rows: readonly VoiceRow[]): Promise<void> {
  await account.writeVoiceInheritance(false);
  try {
    await writeRows(account, rows);
  } catch (error) {
    // A lost answer is settled by reading back and writing again; after a clear no the parent's table has to apply again.
    if (error instanceof Fault && !error.leavesOutcomeUnknown) await inheritAgain(account, error);
    throw error;
  }
}

async function inheritAgain(account: TwilioAccount, why: Fault): Promise<void> {
  try {
    await account.writeVoiceInheritance(true);
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    // Not "refused, nothing was changed": the job must come again and finish.
    throw new Fault("unavailable", `the subaccount is between two dialing tables: ${why.message}`);
  }
}

interface VoicePlan {
  readonly endsInheritance: boolean;
  /** The chosen rows that are open, as they are. */
  readonly open: VoiceRow[];
  /** What has to be written; empty when nothing has. */
  readonly wanted: readonly VoiceRow[];
}

/**
 * A subaccount that inherits gets a table of its own. What that holds when the inheritance ends is not documented, so every
 * row is written: the parent's present value, or closed. An earlier try may have ended the inheritance and died before it
 * wrote: the parent's table is still the model then.
 */
async function planVoice({ account, params, steps }: RunContext<Params>): Promise<VoicePlan> {
  const inherits = await account.readVoiceInheritance();
  const isModelledOnParent = inherits || capturedIn(steps)?.inherited === true;
  const table = (await readEffectiveVoice(account, isModelledOnParent)).map(toVoiceRow);
  const isChosen = (row: VoiceRow): boolean => params.countries.includes(row.country);
  const open = table.filter((row) => isChosen(row) && isVoiceOpen(row));
  if (!isModelledOnParent || open.length === 0) return { endsInheritance: false, open, wanted: open.map(closed) };
  const wanted = table.map((row) => (isChosen(row) ? closed(row) : row));
  if (inherits) return { endsInheritance: true, open, wanted };
  const own = await account.readVoicePermissions("all");
  return { endsInheritance: true, open, wanted: differing(wanted, own).length === 0 ? [] : wanted };
}

function capturedIn(steps: readonly RunStep[]): GeoCaptured | undefined {
  const step = steps.find(({ name }) => name === CLOSING);
  return step === undefined ? undefined : GeoCaptured.parse(step.data);
}

function openChoices(voice: readonly VoiceRow[], messaging: readonly MessagingRow[]): readonly Choice[] {
  const choices = new Map<string, { country: string; voice: VoiceRow | null; messaging: MessagingRow[] }>();
  const choiceOf = (country: string) => {
    const known = choices.get(country) ?? { country, voice: null, messaging: [] };
    choices.set(country, known);
    return known;
  };
  for (const row of voice) if (isVoiceOpen(row)) choiceOf(row.country).voice = row;
  for (const row of messaging) if (row.enabled) choiceOf(voiceCountry(row.country)).messaging.push(row);
  return [...choices.values()];
}

function rank(choice: Choice, suspects: readonly string[]): number {
  const suspected = suspects.indexOf(choice.country);
  if (suspected >= 0) return suspected - suspects.length;
  return choice.voice !== null && isHighRiskOpen(choice.voice) ? 0 : 1;
}

function byName(left: Choice, right: Choice): number {
  return countryName(left.country).localeCompare(countryName(right.country), "en");
}

function describeChoice({ voice, messaging }: Choice): string {
  const open = [
    ...(voice === null ? [] : [isHighRiskOpen(voice) ? "calls, premium ranges too" : "calls"]),
    ...(messaging.length > 0 ? ["messages"] : []),
  ];
  return `Open: ${open.join(", ")}`;
}

function warningsOf(
  account: AccountSnapshot,
  choices: readonly Choice[],
  openInAll: number,
  suspects: readonly string[],
): readonly string[] {
  const warnings: string[] = [];
  const shown = choices.map(({ country }) => country);
  const shut = suspects.filter((country) => !shown.includes(country));
  if (shut.length > 0) warnings.push(`Closed already: ${countryList(shut)}.`);
  const byHand = choices.filter(
    ({ country, messaging }) =>
      suspects.includes(country) && messaging.length > 0 && CONSOLE_ONLY_MESSAGING.includes(country),
  );
  if (byHand.length > 0) {
    warnings.push(
      `Messages to ${countryList(byHand.map(({ country }) => country))} can be closed in the Console only.`,
    );
  }
  if (openInAll > choices.length) {
    warnings.push(
      `Only ${choices.length} of ${openInAll} open countries are listed: the suspect ones, then those with risky ranges.`,
    );
  }
  if (account.isParent)
    warnings.push("This is the parent account: every subaccount that uses its permissions is changed with it.");
  return warnings;
}
