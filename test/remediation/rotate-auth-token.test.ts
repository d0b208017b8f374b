import { afterEach, beforeEach, expect, test } from "vitest";
import { Fault } from "../../src/lib/fault.ts";
import { createLog } from "../../src/lib/log.ts";
import { Secret } from "../../src/lib/secret.ts";
import { newToken } from "../../src/sandbox/twilio/sids.ts";
import { formSignature } from "../../src/twilio/signatures.ts";
import { createWebhookVerifier } from "../../src/twilio/verifier.ts";
import { accountOf } from "../twilio/world.ts";
import { expectDone, remediation, type Stage, startStage } from "./stage.ts";

const rotate = remediation("rotate-auth-token");
let stage: Stage;

beforeEach(async () => {
  stage = await startStage({ timeoutMs: 800 });
});
afterEach(() => stage.close());

const account = () => stage.standIn.state.account(stage.voiceEu);

test("puts the new token into the sink, proves it, and kills the old one", async () => {
  const old = new Secret(account().authToken);
  const context = stage.context(rotate, {});
  const outcome = expectDone(await rotate.run(context));
  expect(context.steps.map(({ name }) => name)).toEqual([
    "secondary-deleted",
    "secondary-created",
    "secondary-stored",
    "promoting",
  ]);
  expect(await stage.storedToken()).toBe(account().authToken);
  expect(account().secondaryToken).toBeNull();
  expect(await stage.account.tokenWorks(old)).toBe(false);
  expect(outcome.evidence).toEqual([
    expect.stringMatching(/^Twilio accepts the new token \(tried .+ UTC\)$/),
    expect.stringMatching(/^Twilio refuses the old token/),
    expect.stringContaining(`${stage.voiceEu}.json`),
  ]);
});

test("stores the new token before the old one dies", async () => {
  let storedBefore: string | undefined;
  let promotions = 0;
  const sink = {
    ...stage.sink,
    store: async (token: Parameters<typeof stage.sink.store>[0]) => {
      if (promotions === 0) storedBefore = token.authToken.reveal();
      await stage.sink.store(token);
    },
  };
  stage.standIn.onRequest(({ path }) => {
    if (path.endsWith("/Promote")) promotions += 1;
  });
  await rotate.run(stage.context(rotate, {}, { sink }));
  expect(promotions).toBe(1);
  expect(storedBefore).toBe(account().authToken);
});

test("the intake accepts the new token at once and the old one never again", async () => {
  const publicUrl = "https://bot.example.com";
  const verifier = createWebhookVerifier({
    publicUrl,
    credentials: stage.credentials,
    parentSid: stage.parentSid,
    log: createLog("silent"),
  });
  const post = () => {
    const originalUrl = `/twilio/debugger/${stage.voiceEu}`;
    const params = { AccountSid: stage.voiceEu };
    const signature = formSignature(new Secret(account().authToken), publicUrl + originalUrl, params);
    return { accountSid: stage.voiceEu, originalUrl, params, signature, bodyAccountSid: stage.voiceEu };
  };
  const old = post();
  expect(await verifier.verify(old)).toBe("valid");
  await rotate.run(stage.context(rotate, {}));
  stage.newRequests();
  expect(await verifier.verify(post())).toBe("valid");
  expect(stage.newRequests()).toEqual([]);
  expect(await verifier.verify(old)).toBe("bad-signature");
});

test("a pending secondary that somebody else made is gone afterwards", async () => {
  const planted = newToken();
  account().secondaryToken = planted;
  expectDone(await rotate.run(stage.context(rotate, {})));
  expect(account().authToken).not.toBe(planted);
  expect(await stage.account.tokenWorks(new Secret(planted))).toBe(false);
});

test("when somebody swaps the pending token, the run says so and asks to rotate again", async () => {
  const context = stage.context(rotate, {});
  const record = context.recordStep;
  const outcome = await rotate.run({
    ...context,
    recordStep: async (name, data) => {
      await record(name, data);
      if (name === "promoting") account().secondaryToken = newToken();
    },
  });
  expect(outcome).toMatchObject({
    status: "partly-done",
    remaining: [expect.stringMatching(/^Rotate again: .+Somebody else/)],
  });
  expect(await stage.storedToken()).toBe(account().authToken);
});

test("a sink that does not take the token ends the rotation before anything is lost", async () => {
  const before = account().authToken;
  const sink = {
    describe: () => "nowhere",
    store: () => Promise.reject(new Fault("unavailable", "the secret sink could not write to x (ENOSPC)")),
  };
  const outcome = await rotate.run(stage.context(rotate, {}, { sink }));
  expect(outcome).toMatchObject({ status: "refused", reason: expect.stringContaining("ENOSPC") });
  expect(account()).toMatchObject({ authToken: before, secondaryToken: null });
});

test("on the parent it explains what to do and changes nothing", async () => {
  const parent = await accountOf(stage.twilio, stage.parentSid);
  const situation = stage.situation();
  const preview = rotate.preview(await rotate.read(parent, situation), situation);
  expect(rotate.offer(await parent.fetch())).toBeNull();
  expect(preview.blocked).toContain("In the Console");
  expect(preview.fields).toEqual([]);
  stage.newRequests();
  expect((await rotate.run(stage.context(rotate, {}, { account: parent }))).status).toBe("refused");
  expect(stage.newRequests()).toEqual([]);
});

test("on a suspended subaccount it is refused before anything is tried", async () => {
  await stage.account.setStatus("suspended");
  const outcome = await rotate.run(stage.context(rotate, {}));
  expect(outcome).toMatchObject({ status: "refused", reason: expect.stringContaining("reactivate it first") });
});

test("has to be confirmed with the end of the account SID, capital letters or not", async () => {
  const situation = stage.situation();
  const snapshot = await rotate.read(stage.account, situation);
  const end = stage.voiceEu.slice(-4);
  for (const typed of [end, end.toUpperCase(), ` ${end} `]) {
    expect(rotate.choose(snapshot, { confirmation: [typed] })).toEqual({ ok: true, params: {} });
  }
  for (const typed of ["", "yes", `${end}0`]) {
    expect(rotate.choose(snapshot, { confirmation: [typed] })).toMatchObject({ ok: false });
  }
  expect(rotate.choose(snapshot, {})).toMatchObject({
    ok: false,
    problems: { confirmation: expect.stringContaining(end) },
  });
});
