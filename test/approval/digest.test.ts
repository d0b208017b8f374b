import fc from "fast-check";
import { expect, test } from "vitest";
import type { Role } from "../../src/approval/contract.ts";
import { type Approvable, approvalDigest } from "../../src/approval/digest.ts";
import type { Json } from "../../src/audit/envelope.ts";
import type { AccountSid } from "../../src/lib/id.ts";
import type { RemediationId } from "../../src/remediation/contract.ts";

/** Without minus zero, which JSON does not know. */
const json = fc.jsonValue({ noUnicodeString: false }).map((value): Json => JSON.parse(JSON.stringify(value)));

const parts = {
  remediation: fc.constantFrom<RemediationId>("suspend-subaccount", "rotate-auth-token", "delete-api-keys"),
  accountSid: fc.stringMatching(/^AC[0-9a-f]{32}$/).map((sid) => sid as AccountSid),
  params: json,
  binding: json,
  policy: fc.record({
    approvals: fc.integer({ min: 1, max: 10 }),
    who: fc.subarray<Role>(["responder", "approver"]),
    expiresMs: fc.integer({ min: 1_000, max: 900_000 }),
    selfApproval: fc.boolean(),
  }),
};
const approvable: fc.Arbitrary<Approvable> = fc.record(parts);

test.each(Object.keys(parts) as (keyof Approvable)[])("another %s is another digest", (part) => {
  fc.assert(
    fc.property(approvable, approvable, (one, other) => {
      fc.pre(!same(one[part], other[part]));
      expect(approvalDigest({ ...one, [part]: other[part] })).not.toBe(approvalDigest(one));
    }),
  );
});

test.each(["approvals", "who", "expiresMs", "selfApproval"] as const)(
  "a policy with another %s is another digest",
  (part) => {
    fc.assert(
      fc.property(approvable, parts.policy, (one, policy) => {
        fc.pre(!same(one.policy[part], policy[part]));
        const other = { ...one, policy: { ...one.policy, [part]: policy[part] } };
        expect(approvalDigest(other)).not.toBe(approvalDigest(one));
      }),
    );
  },
);

test("the order in which something was written down does not matter, nor a trip through the store", () => {
  fc.assert(
    fc.property(approvable, (one) => {
      const stored: Approvable = JSON.parse(JSON.stringify(Object.fromEntries(Object.entries(one).toReversed())));
      expect(approvalDigest(stored)).toBe(approvalDigest(one));
    }),
  );
});

function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other);
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1));
  return `{${entries.map(([name, held]) => `${JSON.stringify(name)}:${canonical(held)}`).join()}}`;
}
