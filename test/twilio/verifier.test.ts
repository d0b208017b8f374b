import { createHash } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AccountSid } from "../../src/lib/id.ts";
import { createLog } from "../../src/lib/log.ts";
import { Secret } from "../../src/lib/secret.ts";
import { newSid, newToken } from "../../src/sandbox/twilio/sids.ts";
import type { Credentials } from "../../src/twilio/credentials.ts";
import { findTwilioProblems } from "../../src/twilio/self-check.ts";
import { formSignature } from "../../src/twilio/signatures.ts";
import { createWebhookVerifier } from "../../src/twilio/verifier.ts";
import {
  A,
  FORM_PARAMS,
  FORM_PATH,
  FORM_SIGNATURE,
  JSON_BODY,
  JSON_PATH,
  JSON_SIGNATURE,
  PUBLIC_URL,
  TOKEN,
} from "./vectors.ts";
import { accountOf, startWorld, type TwilioWorld } from "./world.ts";

let world: TwilioWorld;

beforeEach(async () => {
  world = await startWorld({ timeoutMs: 1_000 });
});
afterEach(() => world.close());

function verifier(credentials: Credentials = world.credentials, publicUrl = PUBLIC_URL) {
  return createWebhookVerifier({ publicUrl, credentials, parentSid: world.parentSid, log: createLog("silent") });
}

/** A post about `body` to the address of `path`, signed with this token or with the present one of `path`. */
function post(
  path: string,
  options: { readonly body?: string; readonly token?: string; readonly publicUrl?: string } = {},
) {
  const originalUrl = `/twilio/debugger/${path}?x=1`;
  const params = { AccountSid: options.body ?? path, Sid: "NO1", Payload: " {} " };
  const token = options.token ?? world.standIn.state.account(path).authToken;
  const signature = formSignature(new Secret(token), (options.publicUrl ?? PUBLIC_URL) + originalUrl, params);
  return { accountSid: path, originalUrl, signature, params, bodyAccountSid: options.body };
}

const accountReads = (): number => world.newRequests().filter((line) => line.includes("/Accounts/")).length;

test("accepts what Twilio signed with the token of the account in the path", async () => {
  expect(await verifier().verify(post(world.voiceEu, { body: world.voiceEu }))).toBe("valid");
  expect(await verifier().verify(post(world.parentSid))).toBe("valid");
});

test("accepts both vectors of Twilio's SDK, and neither with one character changed", async () => {
  const seeded = world.standIn.state.account(world.voiceEu);
  world.standIn.state.accounts.set(A, { ...seeded, sid: A, authToken: TOKEN });
  const form = {
    accountSid: A,
    originalUrl: FORM_PATH,
    signature: FORM_SIGNATURE,
    params: FORM_PARAMS,
    bodyAccountSid: A,
  };
  expect(await verifier().verify(form)).toBe("valid");
  expect(await verifier().verify({ ...form, params: { ...FORM_PARAMS, CurrentValue: "31.3" } })).toBe("bad-signature");
  const json = { accountSid: A, originalUrl: JSON_PATH, signature: JSON_SIGNATURE, rawBody: JSON_BODY };
  expect(await verifier().verifyJson(json)).toBe("valid");
  expect(await verifier().verifyJson({ ...json, rawBody: Buffer.from(`${JSON_BODY} `) })).toBe("bad-signature");
  const unhashed = { ...json, originalUrl: JSON_PATH.replace(/\?.*/, "") };
  expect(await verifier().verifyJson(unhashed)).toBe("bad-signature");
});

test("JSON without the hash of its body is refused without a look at any token: no token could make it right", async () => {
  const unhashed = { accountSid: world.voiceEu, originalUrl: `/twilio/events/${world.voiceEu}` };
  const signature = formSignature(new Secret(world.standIn.state.account(world.voiceEu).authToken), "x", {});
  expect(await verifier().verifyJson({ ...unhashed, signature, rawBody: JSON_BODY })).toBe("bad-signature");
  expect(accountReads()).toBe(0);
});

test("the parent's address may tell of its subaccounts, a subaccount's of itself alone", async () => {
  const { covers } = verifier();
  expect(await covers(world.voiceEu, world.voiceEu)).toBe(true);
  expect(await covers(world.parentSid, world.voiceEu)).toBe(true);
  expect(await covers(world.voiceEu, world.parentSid)).toBe(false);
  expect(await covers(world.voiceEu, world.notifications)).toBe(false);
  expect(await covers(world.parentSid, newSid("AC") as AccountSid)).toBe(false);
});

test("accepts below a public address with a path", async () => {
  const publicUrl = "https://example.com/tollgate/";
  const signed = post(world.voiceEu, { publicUrl: "https://example.com/tollgate" });
  expect(await verifier(world.credentials, publicUrl).verify(signed)).toBe("valid");
  expect(await verifier().verify(signed)).toBe("bad-signature");
});

test("refuses an absent signature, one of another account and one that cannot be any, without asking for a token", async () => {
  const good = post(world.voiceEu);
  await verifier().verify(good);
  world.newRequests();
  expect(await verifier().verify({ ...good, signature: undefined })).toBe("bad-signature");
  expect(await verifier().verify({ ...good, signature: "short" })).toBe("bad-signature");
  expect(world.newRequests()).toEqual([]);
  const foreign = post(world.voiceEu, { token: world.standIn.state.account(world.notifications).authToken });
  expect(await verifier().verify(foreign)).toBe("bad-signature");
});

describe("an account that nobody knows", () => {
  test("costs one look at the list in a minute, however many are named", async () => {
    const token = newToken();
    world.newRequests();
    for (let count = 0; count < 20; count += 1) {
      expect(await verifier().verify(post(newSid("AC"), { token }))).toBe("unknown-account");
    }
    expect(world.newRequests()).toHaveLength(1);
    world.clock.pass(61_000);
    expect(await verifier().verify(post(newSid("AC"), { token }))).toBe("unknown-account");
    expect(world.newRequests()).toHaveLength(1);
  });

  test("is found once it was made", async () => {
    const seeded = world.standIn.state.account(world.voiceEu);
    const sid = newSid("AC");
    expect(await verifier().verify(post(sid, { token: seeded.authToken }))).toBe("unknown-account");
    world.standIn.state.accounts.set(sid, { ...seeded, sid });
    world.clock.pass(61_000);
    expect(await verifier().verify(post(sid))).toBe("valid");
  });

  test("is not even looked up when it is no SID", async () => {
    world.newRequests();
    expect(await verifier().verify(post("AC1", { token: newToken() }))).toBe("unknown-account");
    expect(world.newRequests()).toEqual([]);
  });
});

describe("the account in the body", () => {
  test("may be a subaccount when the path is the parent, and either may have signed", async () => {
    const body = world.voiceEu;
    expect(await verifier().verify(post(world.parentSid, { body }))).toBe("valid");
    const token = world.standIn.state.account(body).authToken;
    expect(await verifier().verify(post(world.parentSid, { body, token }))).toBe("valid");
  });

  test("is a mismatch when it is another one, and only the owner of a token is told so", async () => {
    const mismatch = { body: world.notifications };
    expect(await verifier().verify(post(world.voiceEu, mismatch))).toBe("account-mismatch");
    expect(await verifier().verify(post(world.voiceEu, { ...mismatch, token: newToken() }))).toBe("bad-signature");
    expect(await verifier().verify(post(world.voiceEu, { body: world.parentSid }))).toBe("account-mismatch");
    expect(await verifier().verify(post(world.parentSid, { body: newSid("AC") }))).toBe("account-mismatch");
  });
});

describe("a token that was rotated", () => {
  test("by somebody else is found after one bad signature, and the old one is refused", async () => {
    const before = post(world.voiceEu);
    expect(await verifier().verify(before)).toBe("valid");
    world.standIn.state.account(world.voiceEu).authToken = newToken();
    expect(await verifier().verify(post(world.voiceEu))).toBe("valid");
    expect(await verifier().verify(before)).toBe("bad-signature");
    expect(world.logged()).toContain("changed without us");
  });

  test("by us is accepted at once, and the old one never again", async () => {
    const before = post(world.voiceEu);
    expect(await verifier().verify(before)).toBe("valid");
    const account = await accountOf(world.twilio, world.voiceEu);
    await account.createSecondaryToken();
    account.adoptToken(await account.promoteSecondaryToken());
    world.newRequests();
    expect(await verifier().verify(post(world.voiceEu))).toBe("valid");
    expect(accountReads()).toBe(0);
    expect(await verifier().verify(before)).toBe("bad-signature");
    expect(world.logged()).not.toContain("changed without us");
  });

  test("by another replica is found by the next webhook", async () => {
    const replica = world.replica();
    expect(await verifier(replica.credentials).verify(post(world.voiceEu))).toBe("valid");
    const account = await accountOf(world.twilio, world.voiceEu);
    await account.createSecondaryToken();
    account.adoptToken(await account.promoteSecondaryToken());
    expect(await verifier(replica.credentials).verify(post(world.voiceEu))).toBe("valid");
  });

  test("by another replica is dropped within minutes also when no webhook comes", async () => {
    const old = post(world.voiceEu);
    expect(await verifier().verify(old)).toBe("valid");
    world.standIn.state.account(world.voiceEu).authToken = newToken();
    world.clock.pass(6 * 60_000);
    await verifier().verify(old);
    await expect.poll(() => verifier().verify(old)).toBe("bad-signature");
  });

  test("is looked for once in ten seconds, however many bad signatures come", async () => {
    await verifier().verify(post(world.voiceEu));
    world.newRequests();
    const forged = post(world.voiceEu, { token: newToken() });
    const verdicts = await Promise.all(Array.from({ length: 30 }, () => verifier().verify(forged)));
    expect(new Set(verdicts)).toEqual(new Set(["bad-signature"]));
    expect(accountReads()).toBe(1);
    world.clock.pass(11_000);
    await verifier().verify(forged);
    expect(accountReads()).toBe(1);
  });

  test("while it is being read, an adopted one wins over the older answer", async () => {
    await world.credentials.tokenOf(world.voiceEu);
    world.standIn.inject({ on: "request", path: new RegExp(world.voiceEu), fault: { kind: "delay", ms: 200 } });
    const reading = world.credentials.renew(world.voiceEu);
    const adopted = new Secret(newToken());
    world.credentials.adopt(world.voiceEu, adopted);
    expect((await reading).equals(adopted)).toBe(true);
    expect((await world.credentials.tokenOf(world.voiceEu)).equals(adopted)).toBe(true);
  });
});

describe("the parent's token", () => {
  /** As the card of a rotation tells the operator: the secondary token is in the configuration, Promote comes later. */
  function rotating() {
    const parent = world.standIn.state.account(world.parentSid);
    const old = parent.authToken;
    const secondary = newToken();
    parent.secondaryToken = secondary;
    const { credentials, twilio } = world.replica(secondary);
    return {
      ...verifier(credentials),
      credentials,
      twilio,
      old,
      secondary,
      junk: () => verifier(credentials).verify(post(world.parentSid, { token: newToken() })),
      promote() {
        parent.authToken = secondary;
        parent.secondaryToken = null;
      },
    };
  }

  test("signs with the primary one while the secondary one is configured", async () => {
    const { verify, junk, secondary } = rotating();
    expect(await verify(post(world.parentSid))).toBe("valid");
    expect(await junk()).toBe("bad-signature");
    expect(await verify(post(world.parentSid, { token: secondary }))).toBe("bad-signature");
    expect(await verify(post(world.voiceEu))).toBe("valid");
  });

  test("goes on working through Promote without a restart, whatever strangers posted before", async () => {
    const { verify, junk, promote, twilio, credentials, old } = rotating();
    for (let count = 0; count < 3; count += 1) {
      expect(await junk()).toBe("bad-signature");
      world.clock.pass(11_000);
    }
    expect(await verify(post(world.parentSid))).toBe("valid");
    promote();
    expect(await junk()).toBe("bad-signature");
    world.clock.pass(61_000);
    expect(await junk()).toBe("bad-signature");
    expect((await (await accountOf(twilio, world.voiceEu)).fetch()).status).toBe("active");
    expect(await twilio.accounts()).toHaveLength(5);
    expect((await credentials.tokenOf(world.voiceEu)).reveal()).toBe(
      world.standIn.state.account(world.voiceEu).authToken,
    );
    expect(await verify(post(world.parentSid))).toBe("valid");
    expect(await verify(post(world.parentSid, { token: old }))).toBe("bad-signature");
  });

  test("is accepted at once after Promote also when strangers have just used up the look at Twilio", async () => {
    const { verify, junk, promote, old } = rotating();
    expect(await verify(post(world.parentSid))).toBe("valid");
    world.clock.pass(11_000);
    expect(await junk()).toBe("bad-signature");
    promote();
    expect(await junk()).toBe("bad-signature");
    expect(await verify(post(world.parentSid))).toBe("valid");
    expect(await verify(post(world.parentSid, { token: old }))).toBe("bad-signature");
  });

  test("that was replaced by Promote is refused after the next look, without any webhook", async () => {
    const { verify, credentials, promote, old } = rotating();
    expect(await verify(post(world.parentSid))).toBe("valid");
    promote();
    expect(await findTwilioProblems(credentials)).toEqual([]);
    expect(await verify(post(world.parentSid, { token: old }))).toBe("bad-signature");
  });

  test("proves nothing any more once Twilio refuses it: unavailable, and few questions to Twilio", async () => {
    const stolen = post(world.parentSid);
    expect(await verifier().verify(stolen)).toBe("valid");
    const parent = world.standIn.state.account(world.parentSid);
    const configured = parent.authToken;
    parent.authToken = newToken();
    expect(await findTwilioProblems(world.credentials)).toEqual([
      expect.stringMatching(/^TWILIO_AUTH_TOKEN: Twilio refuses it \(20003\); .*restart Tollgate/),
    ]);
    world.newRequests();
    for (let count = 0; count < 10; count += 1) expect(await verifier().verify(stolen)).toBe("unavailable");
    expect(await verifier().verify(post(world.parentSid))).toBe("unavailable");
    expect(world.newRequests()).toEqual([]);
    parent.authToken = configured;
    world.clock.pass(6_000);
    expect(await verifier().verify(stolen)).toBe("valid");
    expect(await findTwilioProblems(world.credentials)).toEqual([]);
  });

  test("that was replaced by another makes the sender come again, from the first webhook on", async () => {
    world.standIn.state.account(world.parentSid).authToken = newToken();
    expect(await verifier().verify(post(world.parentSid))).toBe("unavailable");
  });

  test("that nobody could check is said to be unchecked, and goes on deciding", async () => {
    world.standIn.inject({ on: "request", path: /./, times: 99, fault: { kind: "status", status: 503 } });
    expect(await findTwilioProblems(world.credentials)).toEqual([expect.stringMatching(/could not be asked/)]);
    expect(await verifier().verify(post(world.parentSid))).toBe("valid");
  });
});

describe("when Twilio cannot be asked", () => {
  const down = (): void =>
    world.standIn.inject({ on: "request", path: /./, times: 99, fault: { kind: "status", status: 503 } });

  test("an account without a known token is unavailable, so that the sender comes again", async () => {
    down();
    expect(await verifier().verify(post(world.voiceEu))).toBe("unavailable");
    world.standIn.clearFaults();
    world.clock.pass(6_000);
    expect(await verifier().verify(post(world.voiceEu))).toBe("valid");
  });

  test("known tokens go on deciding", async () => {
    const good = post(world.voiceEu);
    await verifier().verify(good);
    down();
    expect(await verifier().verify(good)).toBe("valid");
    expect(await verifier().verify(post(world.voiceEu, { token: newToken() }))).toBe("bad-signature");
  });
});

test("the hash of the JSON vector is that of its body", () => {
  expect(JSON_PATH).toContain(createHash("sha256").update(JSON_BODY).digest("hex"));
});
