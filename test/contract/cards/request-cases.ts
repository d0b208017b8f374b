/** Every card about a request for approval: as everybody sees it, as each person sees it, and how its requester hears of the end. */
import type { PersonId } from "../../../src/lib/id.ts";
import { outcomeCard } from "../../../src/notice/outcome-card.ts";
import { requestCard } from "../../../src/notice/request-card.ts";
import type { RequestView, RunView } from "../../../src/notice/views.ts";
import { ann, approvals, ben, dia, MINUTE_MS, NOW_MS } from "../../notice/house.ts";
import type { House } from "./house.ts";
import type { CardCase } from "./incident-cases.ts";

const VIEWERS: Readonly<Record<string, PersonId | undefined>> = {
  everybody: undefined,
  "its requester": ann,
  "an approver": ben,
  "another approver": dia,
  "somebody else": "eve" as PersonId,
};
const OUTCOMES: readonly (RunView["status"] | null)[] = [
  null,
  "started",
  "done",
  "partly-done",
  "refused",
  "unknown",
  "reverted",
];

export function requestCases({ requestView, request, run }: House): readonly CardCase[] {
  const pending = { status: "pending", request, approvedBy: [] } as const;
  const open: Readonly<Record<string, Partial<RequestView>>> = {
    "a request": {},
    "a request with one approval of two": {
      approval: { ...pending, request: { ...request, policy: { ...request.policy, approvals: 2 } }, approvedBy: [ben] },
    },
    "a request that cannot be undone": { isReversible: false, willHappen: [] },
    "a request that nobody could approve": { possibleApprovers: [] },
    "a request that its requester may approve": { possibleApprovers: [ann, ben] },
  };
  const ended: Readonly<Record<string, Partial<RequestView>>> = {
    "a denied request": { approval: { ...approvals.denied, request } },
    "a withdrawn request": { approval: { ...approvals.withdrawn, request } },
    "a request withdrawn with its incident": { approval: { ...approvals.withdrawn, request, by: null } },
    "an expired request": { approval: { ...approvals.expired, request } },
    "a request whose time is over": {
      approval: { ...pending, request: { ...request, expiresAtMs: NOW_MS - MINUTE_MS } },
    },
    ...Object.fromEntries(
      OUTCOMES.map((status) => [
        `a granted request, ${status ?? "not begun"}`,
        { approval: { ...approvals.granted, request }, run: status === null ? null : run(status) },
      ]),
    ),
  };
  return [
    ...Object.entries(open).flatMap(([name, change]) =>
      Object.entries(VIEWERS).map(([viewer, person]) => ({
        name: `${name}, for ${viewer}`,
        card: requestCard({ ...requestView, ...change }, NOW_MS, person),
        isSettled: false,
      })),
    ),
    ...Object.entries(ended).flatMap(([name, change]) => endedCases(name, { ...requestView, ...change })),
  ];
}

function endedCases(name: string, view: RequestView): readonly CardCase[] {
  const outcome = outcomeCard(view);
  return [
    ...Object.entries(VIEWERS).map(([viewer, person]) => ({
      name: `${name}, for ${viewer}`,
      card: requestCard(view, NOW_MS, person),
      isSettled: true,
    })),
    ...(outcome === null ? [] : [{ name: `the outcome of ${name}`, card: outcome, isSettled: true }]),
  ];
}
