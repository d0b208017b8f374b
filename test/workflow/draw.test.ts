/** Charts of incidents: a card never waits for one, each is drawn and uploaded once, and where that fails the words stay. */
import { expect, test, vi } from "vitest";
import { PICTURE_REFUSED } from "../../src/chat/platform.ts";
import { Fault } from "../../src/lib/fault.ts";
import type { IncidentId } from "../../src/lib/id.ts";
import type { ChartElement } from "../../src/notice/card.ts";
import { pictureDigest } from "../../src/notice/chart.ts";
import { placeCall } from "../../src/sandbox/twilio/calls.ts";
import { createPictures } from "../../src/workflow/pictures.ts";
import type { FollowUp } from "../../src/workflow/ports.ts";
import type { MemoryChat } from "../support/memory-chat.ts";
import { lifeUntil, mortal } from "../support/mortal.ts";
import { type House, type HouseOptions, house } from "../support/workflow.ts";

const DAY_MS = 86_400_000;
const png = Buffer.from("a picture");
const EMPTY = { kind: "bars", title: "x", asOf: "21 Nov 03:24 UTC", bars: [], mark: "", others: null } as const;

/** Of an account whose last days are known. */
async function houseWithDays(options: HouseOptions = {}): Promise<House> {
  const h = await house(options);
  const days = Array.from({ length: 13 }, (_, index) => ({
    category: "calls-outbound",
    day: new Date(h.world.clock.now() - (index + 1) * DAY_MS).toISOString().slice(0, 10),
    spendUsd: 20 + index,
    count: 80,
    units: 200,
  }));
  await h.store.baselines.saveDays(h.account, days);
  return h;
}

const raise = (h: House) => h.raise({ category: "calls-outbound" });

function chartOn(chat: MemoryChat, id: IncidentId): ChartElement | undefined {
  const elements = chat.of(`incident-${id}`)[0]?.card?.elements ?? [];
  return elements.find((element): element is ChartElement => element.kind === "chart");
}

function callLatvia({ world, account }: House): void {
  const { state } = world.standIn;
  placeCall(state, state.account(account), { to: "+37129123456", from: "+442079460101", timeLimitMs: 600_000 });
}

const uploads = (chat: MemoryChat) => chat.calls.filter((call) => call.startsWith("takePicture"));

test("a card is posted before its chart is drawn, with the finding in words, and shows the picture afterwards", async () => {
  let draw: () => void = () => {};
  const waiting = new Promise<void>((resolve) => {
    draw = resolve;
  });
  const h = await houseWithDays({
    replica: {
      drawPicture: async () => {
        await waiting;
        return png;
      },
    },
  });
  const id = await raise(h);
  // On a busy machine a store's budget may be over once: the job comes back then. Everything at once would wait for the drawing.
  await vi.waitFor(async () => {
    await h.work("notify", `slack.incident-${id}`);
    await h.work("observe", id);
    h.world.clock.pass(2_000);
    await h.work("notify", `slack.incident-${id}`);
    expect(chartOn(h.slack, id)).toMatchObject({ picture: null, finding: expect.stringMatching(/[a-z]{3}.*\.$/) });
  }, 15_000);

  draw();
  await h.settle();
  const { picture } = chartOn(h.slack, id) ?? {};
  expect(picture).toMatch(/^[0-9a-f]{32}$/);
  expect([...h.slack.pictures.keys()]).toContain(picture);
  expect(h.slack.of(`incident-${id}`)).toHaveLength(1);
});

test("a picture is drawn once and given to each platform once, however often its job comes and its card is edited", async () => {
  let drawn = 0;
  const drawPicture = async () => {
    drawn += 1;
    return png;
  };
  const h = await houseWithDays({ platforms: ["slack", "teams"], replica: { drawPicture } });
  const id = await raise(h);
  await h.pass(2_000);
  const digest = chartOn(h.slack, id)?.picture ?? "";
  expect(chartOn(h.teams, id)?.picture).toBe(digest);
  const before = { drawn, slack: uploads(h.slack).length, teams: uploads(h.teams).length };
  for (let time = 0; time < 3; time += 1) {
    await h.store.outbox.add({ job: "draw", key: digest, dueAtMs: null }, h.world.clock.now());
    await h.pass(4_000);
  }
  expect({ drawn, slack: uploads(h.slack).length, teams: uploads(h.teams).length }).toEqual(before);
  expect(new Set(uploads(h.slack)).size).toBe(before.slack);
});

test("killed at any call to the store, another life ends with the picture on the card, uploaded at most once more", async () => {
  const h = await houseWithDays({ replica: { drawPicture: async () => png } });
  for (let endsAt = 1; ; endsAt += 1) {
    // Another sum every time: another picture.
    const spec = {
      kind: "hours",
      title: "today",
      asOf: "21 Nov 03:24 UTC",
      today: [{ hour: 1, usd: endsAt }],
      usual: null,
      spread: 0,
    } as const;
    const digest = endsAt.toString(16).padStart(32, "0");
    const at = h.world.clock.now();
    await h.store.pictures.want(digest, spec, at);
    await h.store.pictures.show("incident-0", [{ kind: "chart", finding: "x", picture: digest }], at);
    await h.store.outbox.add({ job: "draw", key: digest, dueAtMs: null }, at);
    const life = lifeUntil(endsAt);
    const doomed = await h.replica({
      store: h.store,
      outside: (real) => ({ ...real, store: mortal(real.store, life) }),
      drawPicture: async () => png,
    });
    await doomed.work("draw", digest);
    h.world.clock.pass(20_000);
    await h.work("draw", digest);
    expect(await h.store.pictures.reference(digest, "slack")).not.toBeNull();
    expect((await h.store.pictures.load(digest))?.png).toEqual(png);
    expect(uploads(h.slack).filter((call) => call.endsWith(digest)).length).toBeLessThanOrEqual(2);
    if (!life.isOver) {
      expect(endsAt).toBeGreaterThan(5);
      break;
    }
  }
});

test("a drawing that fails leaves the words, and is given up in the end", async () => {
  const drawPicture = () => Promise.reject(new Error("no font"));
  const h = await houseWithDays({ replica: { drawPicture } });
  const id = await raise(h);
  await h.pass(2_000);
  const digest = (await h.store.pictures.shownBy(`incident-${id}`))?.charts[0]?.picture ?? "";
  for (let time = 0; time < 8; time += 1) {
    h.world.clock.pass(15_000);
    await h.work("draw", digest);
  }
  expect(await h.store.outbox.load("draw", digest)).toBeNull();
  expect(chartOn(h.slack, id)).toMatchObject({ picture: null, finding: expect.stringMatching(/[a-z]{3}.*\.$/) });
  expect(uploads(h.slack)).toEqual([]);
});

test("where one platform takes no picture, the other shows it", async () => {
  const h = await houseWithDays({ platforms: ["slack", "teams"], replica: { drawPicture: async () => png } });
  h.slack.refusePictures(new Fault("unavailable", "no upload"));
  const id = await raise(h);
  await h.pass(2_000);
  expect(chartOn(h.slack, id)?.picture).toBeNull();
  expect(chartOn(h.teams, id)?.picture).not.toBeNull();
  h.slack.refusePictures(null);
  await h.pass(30_000);
  expect(chartOn(h.slack, id)?.picture).not.toBeNull();
});

test("a platform that still looks at an upload gets the card in words, and the picture a moment later", async () => {
  const h = await houseWithDays({ replica: { drawPicture: async () => png } });
  const id = await raise(h);
  const notify = async (afterMs: number) => {
    h.world.clock.pass(afterMs);
    await h.work("notify", `slack.incident-${id}`);
  };
  await notify(0);
  await h.work("observe", id);
  for (const { picture } of (await h.store.pictures.shownBy(`incident-${id}`))?.charts ?? []) {
    await h.work("draw", picture ?? "");
  }
  h.slack.failNext("edit", new Fault("rejected", "not yet", { code: PICTURE_REFUSED }), "before", (card) =>
    card.elements.some((element) => element.kind === "chart" && element.picture !== null),
  );
  await notify(2_000);
  expect(chartOn(h.slack, id)).toMatchObject({ picture: null });
  await notify(3_500);
  expect(chartOn(h.slack, id)?.picture).not.toBeNull();
});

test("charts are made anew when figures beside them have moved on, and seldom when they have not", async () => {
  const h = await houseWithDays({ replica: { drawPicture: async () => png } });
  const id = await raise(h);
  await h.pass(2_000);
  const made = async () => (await h.store.pictures.shownBy(`incident-${id}`))?.atMs ?? 0;
  const first = await made();
  for (let time = 0; time < 3; time += 1) await h.pass(10_000);
  expect(await made()).toBe(first);
  callLatvia(h);
  await h.pass(5_000);
  const second = await made();
  expect(second).toBeGreaterThan(first);
  // What its card says of calls is what its picture says.
  expect(chartOn(h.slack, id)?.picture).toBe((await h.store.pictures.shownBy(`incident-${id}`))?.charts[0]?.picture);
  for (let time = 0; time < 2; time += 1) await h.pass(10_000);
  expect(await made()).toBe(second);
  await h.pass(60_000);
  expect(await made()).toBeGreaterThan(second);
});

test("a card keeps its picture until the next one is there", async () => {
  const h = await houseWithDays({ replica: { drawPicture: async () => png } });
  const id = await raise(h);
  await h.pass(2_000);
  const first = chartOn(h.slack, id);
  expect(first?.picture).toMatch(/^[0-9a-f]{32}$/);
  for (let time = 0; time < 2; time += 1) {
    h.world.clock.pass(70_000);
    callLatvia(h);
    await h.work("observe", id);
    h.world.clock.pass(2_000);
    await h.work("notify", `slack.incident-${id}`);
    expect(chartOn(h.slack, id)).toEqual(first);
  }
  const newest = (await h.store.pictures.shownBy(`incident-${id}`))?.charts[0]?.picture;
  expect(newest).not.toBe(first?.picture);
  await h.settle();
  expect(chartOn(h.slack, id)?.picture).toBe(newest);
});

/** Slack as one that deletes pictures. `early`: those that a card still showed. */
function deleting(chat: MemoryChat) {
  const [deleted, early]: [string[], string[]] = [[], []];
  const nameOf = (digest: string) => `F0${digest.slice(0, 8).toUpperCase()}`;
  const shown = () =>
    chat.messages.flatMap(({ card }) =>
      (card?.elements ?? []).flatMap((each) => (each.kind === "chart" ? (each.picture ?? []) : [])),
    );
  Object.assign(chat, {
    dropPicture: async (name: string) => {
      deleted.push(name);
      if (shown().map(nameOf).includes(name)) early.push(name);
    },
  });
  return { deleted, early, nameOf, shown };
}

test("a picture that a newer one replaced is deleted, and never one that a card still shows", async () => {
  const h = await houseWithDays({ platforms: ["slack", "teams"], replica: { drawPicture: async () => png } });
  const { deleted, early, nameOf, shown } = deleting(h.slack);
  const id = await raise(h);
  await h.pass(2_000);
  const first = chartOn(h.slack, id)?.picture ?? "";
  // Slack takes no picture, and Teams takes each: one that is newer in Teams replaces none in Slack.
  h.slack.refusePictures(new Fault("rate-limited", "paced", { retryAfterMs: 10_000 }));
  for (let time = 0; time < 3; time += 1) {
    callLatvia(h);
    await h.pass(70_000);
    await h.pass(70_000);
    expect(chartOn(h.slack, id)?.picture).toBe(first);
    expect(chartOn(h.teams, id)?.picture).toBe((await h.store.pictures.shownBy(`incident-${id}`))?.charts[0]?.picture);
  }
  expect(deleted).not.toContain(nameOf(first));
  h.slack.refusePictures(null);
  const { edit } = h.slack;
  // Slack takes no edit: whatever is drawn meanwhile, people go on looking at the first one.
  Object.assign(h.slack, { edit: () => Promise.reject(new Fault("unavailable", "no edits")) });
  for (let time = 0; time < 3; time += 1) await h.pass(70_000);
  expect(shown()).toContain(first);
  expect(deleted).not.toContain(nameOf(first));
  Object.assign(h.slack, { edit });
  for (let time = 0; time < 3; time += 1) await h.pass(5 * 60_000);
  expect(shown()).not.toContain(first);
  expect(deleted).toContain(nameOf(first));
  expect(early).toEqual([]);
  expect(await h.store.pictures.load(first)).toBeNull();
  // Of each chart stays the one that is shown, and what it replaced until that is certain; time takes large steps here.
  expect(h.slack.pictures.size - deleted.length).toBeLessThanOrEqual(3 * shown().length);
});

test("what an answer showed to one person is deleted half a day later, and what everybody reads stays", async () => {
  const h = await house({ replica: { drawPicture: async () => png } });
  const { deleted, nameOf } = deleting(h.slack);
  const { store } = h;
  const wish = async (followUps: readonly FollowUp[]) => {
    for (const followUp of followUps) await store.outbox.add(followUp, h.world.clock.now());
  };
  const pictures = createPictures({ ...store, wish, clock: h.world.clock });
  const chartNamed = (title: string) => ({ finding: title, spec: { ...EMPTY, title } });
  const [alone, shared] = [chartNamed("for one"), chartNamed("for all")];
  await pictures.want([alone], "asker");
  await pictures.want([shared], "everybody");
  await h.settle();
  expect(h.slack.pictures.size).toBe(2);
  await h.pass(11 * 3_600_000);
  expect(deleted).toEqual([]);
  await h.pass(2 * 3_600_000);
  expect(deleted).toEqual([nameOf(pictureDigest(alone.spec))]);
  await h.pass(30 * 24 * 3_600_000);
  expect(deleted).toHaveLength(1);
});

test("of two that draw one picture at once, one takes its own back: nothing stays that nobody knows of", async () => {
  const h = await house({ replica: { drawPicture: async () => png } });
  const { deleted } = deleting(h.slack);
  const taken: string[] = [];
  let both: () => void = () => {};
  const areBoth = new Promise<void>((resolve) => {
    both = resolve;
  });
  Object.assign(h.slack, {
    takePicture: async () => {
      const name = `F0UPLOAD${taken.length}`;
      taken.push(name);
      if (taken.length === 2) both();
      await areBoth;
      return name;
    },
  });
  const atMs = h.world.clock.now();
  await h.store.pictures.want("twice", EMPTY, atMs + 60_000);
  const todo = { job: "draw", key: "twice", dueAtMs: null, wanted: 1, sinceMs: atMs, attempts: 0 } as const;
  await Promise.all([h.jobs.draw("twice", todo), h.jobs.draw("twice", todo)]);
  const reference = await h.store.pictures.reference("twice", "slack");
  expect([...deleted, reference?.name].sort()).toEqual(taken);
  expect(deleted).toHaveLength(1);
});

test("a picture that is wanted again while it is taken back is given again", async () => {
  const h = await house({ replica: { drawPicture: async () => png } });
  const atMs = h.world.clock.now();
  const { store } = h;
  await store.pictures.want("again", EMPTY, atMs + 60_000);
  await store.outbox.add({ job: "draw", key: "again", dueAtMs: null }, atMs);
  await h.settle();
  Object.assign(h.slack, {
    dropPicture: () => store.pictures.want("again", EMPTY, h.world.clock.now() + 60_000),
  });
  await h.pass(60_000);
  expect(uploads(h.slack)).toHaveLength(2);
  expect(await store.pictures.reference("again", "slack")).not.toBeNull();
  expect(await store.pictures.load("again")).not.toBeNull();
});

test("what nobody shows or waits for any more is not drawn", async () => {
  let drawn = 0;
  const h = await house({
    replica: {
      drawPicture: async () => {
        drawn += 1;
        return png;
      },
    },
  });
  const drawnAfter = async (digest: string, ms: number) => {
    await h.store.pictures.want(digest, EMPTY, h.world.clock.now() + 60_000);
    h.world.clock.pass(ms);
    await h.store.outbox.add({ job: "draw", key: digest, dueAtMs: null }, h.world.clock.now());
    await h.work("draw", digest);
    return drawn;
  };
  expect(await drawnAfter("superseded", 61_000)).toBe(0);
  expect(await h.store.outbox.load("draw", "superseded")).toBeNull();
  expect(await drawnAfter("answer", 10_000)).toBe(1);
});

test("what no message shows any more is forgotten, and what one shows is kept", async () => {
  const h = await house();
  for (const digest of ["old", "shown"]) await h.store.pictures.want(digest, EMPTY, 1_000);
  await h.store.pictures.uploaded("old", "slack", "F0OLD", 1_000);
  const before = [{ kind: "chart", finding: "x", picture: "shown" }] as const;
  await h.store.pictures.show("incident-7", [{ kind: "chart", finding: "y", picture: "next", before }], 1_000);
  await h.store.pictures.forgetBefore(500, 2_000);
  expect(await h.store.pictures.load("old")).toBeNull();
  expect(await h.store.pictures.reference("old", "slack")).toBeNull();
  expect(await h.store.pictures.load("shown")).not.toBeNull();
  await h.store.pictures.forgetBefore(2_000, 2_000);
  expect(await h.store.pictures.shownBy("incident-7")).toBeNull();
  expect(await h.store.pictures.load("shown")).toBeNull();
});
