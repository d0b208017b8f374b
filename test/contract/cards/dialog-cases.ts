/** Every dialog: opening, filled, not possible and failed. */
import type { IncidentId } from "../../../src/lib/id.ts";
import type { Dialog } from "../../../src/notice/card.ts";
import { failedDialog, filledDialog, openingDialog } from "../../../src/notice/dialog.ts";
import {
  assignDialog,
  mergeDialog,
  moreDialog,
  openIncidentDialog,
  quietDialog,
  resolveDialog,
  silenceDialog,
} from "../../../src/notice/life-dialogs.ts";
import type { DialogView } from "../../../src/notice/views.ts";
import type { Field } from "../../../src/remediation/contract.ts";
import { ann, ben, MINUTE_MS, NOW_MS } from "../../notice/house.ts";
import { type House, SPIKE } from "./house.ts";
import { countryCodes, keySids, type Outside } from "./outside.ts";

export interface DialogCase {
  readonly name: string;
  readonly dialog: Dialog;
}

export function dialogCases(house: House, outside: Outside): readonly DialogCase[] {
  const dialogs = { ...remediationDialogs(house, outside), ...lifeDialogs(house, outside) };
  return Object.entries(dialogs).map(([name, dialog]) => ({ name, dialog }));
}

function remediationDialogs({ account, preview }: House, outside: Outside): Readonly<Record<string, Dialog>> {
  const { text } = outside;
  const view: DialogView = {
    title: "Delete API keys",
    account,
    preview,
    previewId: "preview000000001",
    readAtMs: NOW_MS,
    isReversible: false,
  };
  const keys: Field = {
    kind: "choose-many",
    id: "keys",
    label: "Keys to delete",
    options: keySids(outside.keys).map((sid) => ({ value: sid, label: `${text} (${sid})`, description: text })),
    initial: keySids(outside.keys),
    isOptional: false,
  };
  const countries: Field = {
    kind: "choose-many",
    id: "countries",
    label: "Countries to close",
    options: countryCodes(outside.countries).map((code) => ({ value: code, label: `${code}: ${text}` })),
    initial: countryCodes(2),
    isOptional: true,
  };
  const typed: Field = {
    kind: "typed-confirmation",
    id: "confirmation",
    label: "Type the last 4 characters",
    expected: text,
  };
  return {
    "a remediation, opening": openingDialog("Suspend subaccount", account),
    "a remediation, failed": failedDialog("Suspend subaccount", account, text),
    "a remediation with nothing to choose": filledDialog({ ...view, isReversible: true }),
    "keys to delete": filledDialog({ ...view, preview: { ...preview, fields: [keys, typed] } }),
    "countries to close": filledDialog({ ...view, preview: { ...preview, fields: [countries] } }),
    "a remediation that is not possible": filledDialog({ ...view, preview: { ...preview, blocked: text } }),
    "an account that Twilio does not name": openingDialog("Suspend subaccount", { sid: account.sid }),
  };
}

function lifeDialogs({ account, alert, summary }: House, outside: Outside): Readonly<Record<string, Dialog>> {
  const { text } = outside;
  const about = { incidentId: "7" as IncidentId, heading: `CRITICAL · Toll fraud suspected · ${text}` };
  const past = Array.from({ length: 40 }, (_, index) => ({
    threat: SPIKE,
    openedAtMs: NOW_MS - index * 60 * MINUTE_MS,
  }));
  const people = [
    { id: ann, name: text },
    { id: ben, name: "Ben Okafor" },
  ];
  const offers = Array.from({ length: 12 }, (_, index) => ({
    value: `undo.run${index}`,
    label: `Undo: ${text} ${index}`,
  }));
  const others = Array.from({ length: 40 }, (_, index) => summary(String(index + 8)));
  return {
    resolve: resolveDialog(about),
    assign: assignDialog({ ...about, people, assignee: ann }),
    "assign, nobody there": assignDialog({ ...about, people: [], assignee: null }),
    quiet: quietDialog({ ...about, threatTitle: text, past, canSilence: true }),
    "quiet, nothing before": quietDialog({ ...about, threatTitle: text, past: [], canSilence: true }),
    "quiet, silenced already": quietDialog({ ...about, threatTitle: text, past, canSilence: false }),
    merge: mergeDialog({ ...about, others }),
    "merge, no other": mergeDialog({ ...about, others: [] }),
    more: moreDialog({ ...about, offers }),
    "more, nothing": moreDialog({ ...about, offers: [] }),
    silence: silenceDialog({ account, past, threats: [alert.threat, SPIKE] }),
    "open an incident": openIncidentDialog({ account }),
  };
}
