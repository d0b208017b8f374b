import { expect, onTestFinished, test } from "vitest";
import { startWorld, type TwilioWorld } from "./world.ts";

async function world(): Promise<TwilioWorld> {
  const one = await startWorld();
  onTestFinished(() => one.close());
  return one;
}

test("a token that was changed without us is told once", async () => {
  const { credentials, standIn, tokenChanges, voiceEu } = await world();
  await credentials.tokenOf(voiceEu);
  standIn.state.account(voiceEu).authToken = "e".repeat(32);
  await credentials.renew(voiceEu);
  await credentials.renew(voiceEu);
  expect(tokenChanges).toEqual([voiceEu]);
});

test("a burst of bad signatures causes one look, which tells nothing when nothing changed", async () => {
  const { credentials, newRequests, tokenChanges, voiceEu } = await world();
  await credentials.tokenOf(voiceEu);
  newRequests();
  await Promise.all(Array.from({ length: 50 }, () => credentials.refetch(voiceEu)));
  expect(newRequests()).toHaveLength(1);
  expect(tokenChanges).toEqual([]);
});

test("a token that we adopt after our own rotation is no news", async () => {
  const { clock, credentials, lostCopies, standIn, tokenChanges, voiceEu } = await world();
  const before = await credentials.tokenOf(voiceEu);
  const client = await credentials.clientOf(voiceEu);
  await client.accounts.v1.secondaryAuthToken().create();
  await client.accounts.v1.authTokenPromotion().update();
  const promoted = await credentials.readThroughParent(voiceEu);
  expect(promoted.equals(before)).toBe(false);
  credentials.adopt(voiceEu, promoted);
  await credentials.renew(voiceEu);
  expect(tokenChanges).toEqual([]);
  expect(standIn.state.account(voiceEu).secondaryToken).toBeNull();

  // Somebody replaces it: what was lost is the token that we made, known until it was last read.
  const madeAtMs = clock.now();
  clock.pass(60_000);
  await credentials.renew(voiceEu);
  const knownAtMs = clock.now();
  clock.pass(60_000);
  standIn.state.account(voiceEu).authToken = "f".repeat(32);
  await credentials.renew(voiceEu);
  expect(lostCopies).toEqual([{ madeAtMs, knownAtMs }]);
});

test("a copy that is read again behind a request was known when it was read, not when that began", async () => {
  const { clock, credentials, lostCopies, standIn, voiceEu } = await world();
  await credentials.tokenOf(voiceEu);
  const knownAtMs = clock.now();
  clock.pass(10 * 60_000);
  standIn.state.account(voiceEu).authToken = "e".repeat(32);
  await credentials.tokenOf(voiceEu);
  await expect.poll(() => lostCopies).toEqual([{ madeAtMs: null, knownAtMs }]);
});

test("what Twilio answers was known when it was asked: the token may change while the answer is on its way", async () => {
  const { clock, credentials, lostCopies, standIn, voiceEu } = await world();
  await credentials.tokenOf(voiceEu);
  const knownAtMs = clock.now();
  const asked = credentials.renew(voiceEu);
  clock.pass(3_000);
  await asked;
  standIn.state.account(voiceEu).authToken = "e".repeat(32);
  await credentials.renew(voiceEu);
  expect(lostCopies).toEqual([{ madeAtMs: null, knownAtMs }]);
});

test("the parent's planned rotation is no change by strangers: the configured token may be the secondary one", async () => {
  const { parentSid, standIn, replica, tokenChanges } = await world();
  const parent = standIn.state.account(parentSid);
  parent.secondaryToken = "d".repeat(32);
  const { credentials } = replica("d".repeat(32));
  // Learns the primary one, and later that ours was promoted.
  await credentials.renew(parentSid);
  parent.authToken = "d".repeat(32);
  await credentials.renew(parentSid);
  expect(tokenChanges).toEqual([]);
});
