/** Who plays, and where. */
import { CAST } from "../../src/sandbox/story/headless.ts";
import { ACME_TEAMS } from "../../src/sandbox/teams/seed.ts";

export const INCIDENTS = "C0INCIDENTS";
export const AUDIT = "C0AUDIT";
/** A channel that only a policy leads to. */
export const FRAUD = "C0FRAUD";
export const FRAUD_IN_TEAMS = "19:f4a0d000000000000000000000000a003@thread.tacv2";
export const { responder: ANN, approver: BEN, outsider: CEM } = CAST;

/** Ann asks, Ben approves, Cem has no role. */
export const POLICY = `people:
  - { id: ann, name: Ann Ito, teams: ${ACME_TEAMS.ann}, slack: U0ANN, roles: [responder] }
  - { id: ben, name: Ben Okafor, teams: ${ACME_TEAMS.ben}, slack: U0BEN, roles: [responder, approver] }
detection: { allowedCountries: [US, CA, GB, DE, FR] }
`;
