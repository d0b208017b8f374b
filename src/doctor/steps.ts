/** What the doctor looks at, in the order of the README. */
import { type Config, platformNames } from "../config.ts";
import { systemClock } from "../lib/clock.ts";
import { createAddressLook } from "./address.ts";
import { lookAtPlatform } from "./chat.ts";
import { type Finding, ok, type Step, warning } from "./contract.ts";
import { lookAtPeople } from "./people.ts";
import { lookAtSink } from "./sink.ts";
import { lookAtStores } from "./stores.ts";
import { lookAtTripwires } from "./tripwires.ts";
import { createTwilioLook } from "./twilio.ts";
import { lookAtSlackAddress, lookAtTeamsAddress, lookAtTwilioWebhook } from "./webhooks.ts";

const BUDGET_MS = 30_000;
/** Many calls, at the pace that a platform allows. */
const REHEARSAL_BUDGET_MS = 90_000;
/** A PostgreSQL that was killed under load reads its log again before it answers. */
const STORE_BUDGET_MS = 150_000;

export function stepsOf(config: Config): readonly Step[] {
  const { environment, policy } = config;
  const { slack, teams, server, store } = environment;
  const twilio = createTwilioLook(environment);
  const address = createAddressLook(server);

  async function* configuration(): AsyncGenerator<Finding> {
    yield ok("Every variable and tollgate.yml can be read.");
    yield* environment.warnings.map(warning);
  }

  async function* wayIn(): AsyncGenerator<Finding> {
    yield* address.look();
    if (!address.isThere()) return;
    yield* lookAtTwilioWebhook(server.publicUrl, environment.twilio.accountSid, twilio.signer);
    if (slack?.transport.kind === "http") {
      yield await lookAtSlackAddress(server.publicUrl, slack.transport.signingSecret, systemClock.now());
    }
    if (teams?.identity.kind === "app") yield await lookAtTeamsAddress(server.publicUrl);
    if (teams?.identity.kind === "anonymous")
      yield warning("/api/messages takes what nobody signed: for the Agents Playground on this machine only.");
  }

  const steps: readonly (Step | undefined)[] = [
    { title: "Configuration", readme: "Configuration", budgetMs: BUDGET_MS, look: configuration },
    slack && {
      title: "Slack",
      readme: "Set up Slack",
      budgetMs: REHEARSAL_BUDGET_MS,
      look: () => lookAtPlatform("slack", config),
    },
    teams && {
      title: "Teams",
      readme: "Set up Teams",
      budgetMs: REHEARSAL_BUDGET_MS,
      look: () => lookAtPlatform("teams", config),
    },
    { title: "Twilio", readme: "Twilio", budgetMs: BUDGET_MS, look: twilio.look },
    {
      title: "People",
      readme: "People",
      budgetMs: BUDGET_MS,
      look: () => lookAtPeople(policy, platformNames(environment)),
    },
    { title: "Stores", readme: "Run it", budgetMs: STORE_BUDGET_MS, look: () => lookAtStores(store) },
    { title: "Tripwires", readme: "Twilio", budgetMs: REHEARSAL_BUDGET_MS, look: () => lookAtTripwires(config) },
    { title: "Secret sink", readme: "Configuration", budgetMs: BUDGET_MS, look: () => lookAtSink(policy) },
    { title: "The way in", readme: "Run it", budgetMs: BUDGET_MS, look: wayIn },
  ];
  return steps.filter((step) => step !== undefined);
}
