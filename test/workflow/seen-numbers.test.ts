import { expect, test } from "vitest";
import { placeCall } from "../../src/sandbox/twilio/calls.ts";
import { ON_SLACK } from "../support/roster.ts";
import { type House, house } from "../support/workflow.ts";

const LATVIA = "+37129123456";
/** Ofcom keeps these free for films. */
const CUSTOMER = "+442079460900";

function sendTo(h: House, to: string): void {
  const { state } = h.world.standIn;
  const sid = "SM00000000000000000000000000000001";
  const sentAtMs = h.world.clock.now() - 60_000;
  state.messages.set(sid, {
    ...[...state.messages.values()][0],
    sid,
    accountSid: h.account,
    to,
    from: "+442079460101",
    body: "Your code is 1234",
    status: "sent",
    errorCode: null,
    createdAtMs: sentAtMs,
    sentAtMs,
  });
}

test("numbers that suspicious traffic went to are kept with their incident, and those of ordinary customers are not", async () => {
  const h = await house();
  const { state } = h.world.standIn;
  // A country to which calls are ordinary, and one to which they are not.
  h.changePolicy((policy) => ({ detection: { ...policy.detection, allowedCountries: ["GB", "US"] } }));
  for (const to of [LATVIA, CUSTOMER])
    placeCall(state, state.account(h.account), { to, from: "+442079460101", timeLimitMs: 600_000 });
  const id = await h.raise({ countries: [] });
  await h.work("observe", id);
  expect(await h.store.numbers.incidentsWith(LATVIA)).toEqual([id]);
  expect(await h.store.numbers.incidentsWith(CUSTOMER)).toEqual([]);
  const { card } = await h.handlers.command(ON_SLACK.ann, "lookup", LATVIA);
  expect(JSON.stringify(card.elements)).toContain("Seen before in 1 incident");
  // Nowhere else.
  expect(h.logged()).not.toContain("29123456");
  expect(JSON.stringify(await h.records())).not.toContain("29123456");
});

test("traffic of an alert about messages is read from the messages, and told as such", async () => {
  const h = await house();
  sendTo(h, LATVIA);
  const id = await h.raise({ threat: "messaging-pumping", category: "sms-outbound", countries: [] });
  await h.work("observe", id);
  const [observation] = await h.store.observations.newest(id, 1);
  expect(observation).toMatchObject({
    medium: "messages",
    liveCalls: null,
    destinations: [{ country: "LV", calls: 1 }],
  });
  expect(await h.store.numbers.incidentsWith(LATVIA)).toEqual([id]);
  expect(observation?.sample).toMatchObject({ asked: 1, types: { mobile: 1 } });

  // Looked up once: a second reading goes on with it, and costs nothing.
  const paid = () => h.world.standIn.requests.filter(({ query }) => query.has("Fields")).length;
  const before = paid();
  h.world.clock.pass(60_000);
  await h.work("observe", id);
  expect(paid()).toBe(before);
  const [newest] = await h.store.observations.newest(id, 1);
  expect(newest?.sample).toEqual(observation?.sample);
});

test("the money is stored and told before any number is looked up, and who dies while asking does not pay again", async () => {
  const asked: (number | undefined)[] = [];
  const h = await house({
    replica: {
      outside: (real) => ({
        ...real,
        twilio: {
          ...real.twilio,
          lookUp: async () => {
            asked.push((await h.store.observations.newest(id, 9)).length);
            expect(await h.store.outbox.load("notify", `slack.incident-${id}`)).not.toBeNull();
            throw new Error("killed");
          },
        },
      }),
    },
  });
  sendTo(h, LATVIA);
  const id = await h.raise({ threat: "messaging-pumping", category: "sms-outbound", countries: [] });
  await h.work("observe", id);
  expect(asked).toEqual([1]);
  h.world.clock.pass(60_000);
  await h.work("observe", id);
  expect(asked).toEqual([1]);
  expect((await h.store.observations.newest(id, 9)).map(({ sample }) => sample?.asked)).toEqual([0, 0]);
});
