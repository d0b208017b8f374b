/** The dialogs as they are when they have opened. */
import { threatTitle } from "../../src/detection/threats.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import type { Dialog } from "../../src/notice/card.ts";
import { filledDialog } from "../../src/notice/dialog.ts";
import { moreOffers } from "../../src/notice/incident-buttons.ts";
import { incidentHeading } from "../../src/notice/incident-words.ts";
import {
  assignDialog,
  mergeDialog,
  moreDialog,
  openIncidentDialog,
  quietDialog,
  resolveDialog,
  silenceDialog,
} from "../../src/notice/life-dialogs.ts";
import type { DialogView } from "../../src/notice/views.ts";
import { deleteApiKeys } from "../../src/remediation/delete-api-keys.ts";
import { suspendSubaccount } from "../../src/remediation/suspend-subaccount.ts";
import * as house from "../../test/notice/house.ts";
import { acknowledged, contained } from "./incident-views.ts";
import { KEYS_SNAPSHOT, SITUATION, SUSPEND_SNAPSHOT } from "./snapshots.ts";
import type { PictureState } from "./state.ts";

const { NOW_MS, account, ann, ben, summary } = house;
const DAY_MS = 86_400_000;

const about = { incidentId: "7" as IncidentId, heading: incidentHeading(acknowledged) };
const past = [2, 9, 23].map((days) => ({ threat: "toll-fraud", openedAtMs: NOW_MS - days * DAY_MS }));
const base = { account, previewId: "preview000000001", readAtMs: NOW_MS };

const suspend: DialogView = {
  ...base,
  title: "Suspend subaccount",
  preview: suspendSubaccount.preview(SUSPEND_SNAPSHOT, SITUATION),
  isReversible: true,
};
const deleteKeys: DialogView = {
  ...base,
  title: "Delete API keys",
  preview: deleteApiKeys.preview(KEYS_SNAPSHOT, SITUATION),
  isReversible: false,
};

const DIALOGS: readonly (readonly [name: string, title: string, dialog: Dialog])[] = [
  ["suspend", "A remediation, before it is asked for", filledDialog(suspend)],
  ["delete-keys", "One that cannot be undone", filledDialog(deleteKeys)],
  [
    "more",
    "More remediations",
    moreDialog({ ...about, heading: incidentHeading(contained), offers: moreOffers(contained) }),
  ],
  ["resolve", "Resolve", resolveDialog(about)],
  [
    "assign",
    "Assign",
    assignDialog({
      ...about,
      people: [
        { id: ann, name: "Ann Ito" },
        { id: ben, name: "Ben Okafor" },
      ],
      assignee: ann,
    }),
  ],
  [
    "quiet",
    "Snooze or silence, with what would have been held back",
    quietDialog({ ...about, threatTitle: threatTitle("toll-fraud"), past, canSilence: true }),
  ],
  [
    "merge",
    "Merge",
    mergeDialog({
      ...about,
      others: [
        summary(),
        summary({
          id: "11" as IncidentId,
          threat: "spend-spike",
          severity: "warning",
          rate: { usd: 18, isAtLeast: false },
        }),
      ],
    }),
  ],
  ["silence", "Silence an account", silenceDialog({ account, past, threats: ["toll-fraud"] })],
  ["open-incident", "Open an incident", openIncidentDialog({ account })],
];

export const dialogStates: readonly PictureState[] = DIALOGS.map(([name, title, dialog]) => ({
  name: `dialog-${name}`,
  chapter: "Dialogs",
  title,
  shown: { kind: "dialog", dialog },
}));
