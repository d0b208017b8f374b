/** A request for approval in every state, and how its requester hears of the end. */
import { outcomeCard } from "../../src/notice/outcome-card.ts";
import { requestCard } from "../../src/notice/request-card.ts";
import type { RequestView } from "../../src/notice/views.ts";
import { suspendSubaccount } from "../../src/remediation/suspend-subaccount.ts";
import * as house from "../../test/notice/house.ts";
import { keysDeleted, suspended } from "./incident-views.ts";
import { SITUATION, SUSPEND_SNAPSHOT } from "./snapshots.ts";
import { message, type PictureState } from "./state.ts";

const { NOW_MS, approvals, ann, ben } = house;
const CHAPTER = "A request for approval";

const pending: RequestView = {
  ...house.requestView,
  willHappen: suspendSubaccount.preview(SUSPEND_SNAPSHOT, SITUATION).willHappen,
  possibleApprovers: [ben],
};
const keys = { ...house.request, remediation: "delete-api-keys", description: "Delete 1 API key" } as const;
const noUndo: RequestView = {
  ...pending,
  approval: { ...approvals.pending, request: keys },
  isReversible: false,
  willHappen: ["The chosen keys stop working at once, for good."],
  chosen: ["voice-dialer-2 (…4f0c2d, created today 02:58)"],
};
const done: RequestView = { ...pending, approval: approvals.granted, run: suspended };

function settled(name: string, title: string, view: RequestView): PictureState {
  return message(CHAPTER, `request-${name}`, title, requestCard(view, NOW_MS));
}

function forOne(person: "ann" | "ben", title: string): PictureState {
  const [id, name] = person === "ann" ? [ann, "requester"] : [ben, "approver"];
  const ownView = { person, card: requestCard(pending, NOW_MS, id) };
  const shown = { kind: "message", card: () => requestCard(pending, NOW_MS), ownView } as const;
  return { name: `request-for-${name}`, chapter: CHAPTER, title, shown };
}

const outcome = outcomeCard({ ...noUndo, approval: { ...approvals.granted, request: keys }, run: keysDeleted });

export const requestStates: readonly PictureState[] = [
  settled("pending", "As everybody sees it", pending),
  forOne("ben", "As an approver sees it (Teams)"),
  forOne("ann", "As its requester sees it (Teams)"),
  settled("no-undo", "Of something that cannot be undone", noUndo),
  settled("approved", "Approved and done", done),
  settled("denied", "Denied", { ...pending, approval: approvals.denied }),
  settled("expired", "Expired", { ...pending, approval: approvals.expired }),
  ...(outcome === null ? [] : [message(CHAPTER, "outcome", "Its requester is told the end", outcome)]),
];
