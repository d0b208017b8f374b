import { expect, test } from "vitest";
import { newToken } from "../../src/sandbox/twilio/sids.ts";
import { prepareStage, triggerForm } from "./stage.ts";

test("a main token that Twilio refuses does not keep Tollgate from starting, and is told with the way out", async ({
  onTestFinished,
}) => {
  const stage = await prepareStage();
  onTestFinished(() => stage.close());
  stage.twilio.state.account(stage.acme.parent.sid).authToken = newToken();
  await stage.tollgate.start();
  const subaccount = stage.newSubaccount();
  expect(await stage.deliver("usage-trigger", subaccount, triggerForm(subaccount, "90.00"))).toBe(503);
  const refused = expect.stringMatching(/^TWILIO_AUTH_TOKEN: Twilio refuses it \(20003\)/);
  await expect
    .poll(async () => (await fetch(`${stage.tollgate.url}/readyz`)).json(), { timeout: 15_000 })
    .toMatchObject({ status: "ready", troubles: [{ part: "twilio", problem: refused }] });
  expect(stage.tollgate.log()).toMatch(/"msg":"TWILIO_AUTH_TOKEN: Twilio refuses it/);
  const metrics = await (await fetch(`${stage.tollgate.url}/metrics`)).text();
  expect(metrics).toMatch(/^tollgate_outbox_oldest_seconds\{job="notify"\} \d/m);
  expect(metrics).toMatch(/^tollgate_poll_lag_seconds\{poll="usage"\} \d/m);
});
