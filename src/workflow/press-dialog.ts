import type { Policy } from "../approval/policy.ts";
import type { ChatUser, DialogAnswer, PressAnswer } from "../chat/platform.ts";
import type { Desk } from "../command/contract.ts";
import { REPORTED_BY_PERSON, threatTitle } from "../detection/threats.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { unreachable } from "../lib/decision.ts";
import type { AccountSid, IncidentId } from "../lib/id.ts";
import type { Dialog, Form } from "../notice/card.ts";
import { moreOffers } from "../notice/incident-buttons.ts";
import { incidentHeading } from "../notice/incident-words.ts";
import {
  assignDialog,
  mergeDialog,
  moreDialog,
  openIncidentDialog,
  quietDialog,
  resolveDialog,
  silenceDialog,
} from "../notice/life-dialogs.ts";
import type { IncidentView } from "../notice/views.ts";
import type { AccountViewOf } from "./account-view.ts";
import { type Authority, onAccount } from "./authority.ts";
import { told } from "./guard.ts";
import type { IncidentClicks } from "./incident-click.ts";
import type { IncidentIndex } from "./ports.ts";
import type { Silences } from "./silences.ts";

export interface DialogParts {
  readonly authority: Authority;
  readonly clicks: IncidentClicks;
  readonly incidents: IncidentIndex;
  readonly silences: Silences;
  readonly desk: Pick<Desk, "incidentsOf">;
  readonly accountView: AccountViewOf;
  /** All that the card shows; null when there is no such incident. */
  readonly incidentView: (id: IncidentId) => Promise<IncidentView | null>;
  readonly policy: () => Policy;
  readonly clock: Clock;
}

/** What a silence would have held back is looked up this far back. */
const LOOK_BACK_MS = 30 * 86_400_000;

export type IncidentForm = Exclude<Form, { readonly form: "request" | "silence" | "open-incident" }>["form"];
export type AccountForm = Extract<Form, { readonly accountSid: AccountSid }>["form"];

export interface DialogPresses {
  onIncident(user: ChatUser, incidentId: IncidentId, form: IncidentForm): Promise<PressAnswer>;
  onAccount(user: ChatUser, accountSid: AccountSid, form: AccountForm): Promise<PressAnswer>;
}

/** The dialogs of an incident's life. They need nothing of Twilio, so they open complete. */
export function createDialogPresses(parts: DialogParts): DialogPresses {
  const { authority, clicks, incidents, silences } = parts;
  /** What a person reported would not have been held back. */
  async function past(accountSid: AccountSid, threat: string | null) {
    const opened = await incidents.openedSince(accountSid, threat, parts.clock.now() - LOOK_BACK_MS);
    return opened.filter((one) => one.threat !== REPORTED_BY_PERSON);
  }

  async function dialogOf(incident: LiveIncident, form: IncidentForm): Promise<Dialog> {
    const { accountSid, threat } = incident.alert;
    const heading = incidentHeading({ incident, account: await parts.accountView(accountSid) });
    const about = { incidentId: incident.id, heading };
    switch (form) {
      case "resolve":
        return resolveDialog(about);
      case "assign": {
        const people = parts.policy().people.filter(({ roles }) => roles.includes("responder"));
        return assignDialog({ ...about, people, assignee: incident.assignee });
      }
      case "quiet": {
        const isReported = threat === REPORTED_BY_PERSON;
        const canSilence = !isReported && (await silences.asWideAs(accountSid, threat)) === null;
        return quietDialog({
          ...about,
          threatTitle: threatTitle(threat),
          past: canSilence ? await past(accountSid, threat) : [],
          canSilence,
          isReported,
        });
      }
      case "merge": {
        const others = (await parts.desk.incidentsOf(accountSid)).filter(({ id }) => id !== incident.id);
        return mergeDialog({ ...about, others });
      }
      case "more": {
        const view = await parts.incidentView(incident.id);
        return moreDialog({ ...about, offers: view === null ? [] : moreOffers(view) });
      }
      default:
        return unreachable(form);
    }
  }

  async function dialogAbout(accountSid: AccountSid, form: AccountForm): Promise<Dialog> {
    const account = await parts.accountView(accountSid);
    if (form === "open-incident") return openIncidentDialog({ account });
    const opened = await past(accountSid, null);
    return silenceDialog({ account, past: opened, threats: [...new Set(opened.map(({ threat }) => threat))] });
  }

  return {
    onIncident: (user, incidentId, form) =>
      clicks.onUnresolved<PressAnswer>({ user, incidentId, attempted: form }, async ({ incident }) =>
        opened(await dialogOf(incident, form)),
      ),

    async onAccount(user, accountSid, form) {
      const admission = await authority.admit(
        { user, attempted: form, on: onAccount(accountSid), cause: "click" },
        "responder",
      );
      return admission.admitted ? opened(await dialogAbout(accountSid, form)) : told(admission.sentence);
    },
  };
}

/** Complete from the start: filled, it is the same. */
function opened(dialog: Dialog): DialogAnswer {
  return { kind: "dialog", opening: dialog, fill: async () => dialog };
}
