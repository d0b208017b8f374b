import { describe, expect, test } from "vitest";
import type { ChatUser } from "../../src/chat/platform.ts";
import { Fault } from "../../src/lib/fault.ts";
import type { SilenceId } from "../../src/lib/id.ts";
import type { Card } from "../../src/notice/card.ts";
import { createAsk } from "../../src/workflow/ask.ts";
import { BEN_ON_TEAMS, ON_SLACK, slackUser } from "../support/roster.ts";
import { house } from "../support/workflow.ts";
import { annAsActor, type Stage, stage } from "./asking-stage.ts";

const wordsOf = (card: Card) => JSON.stringify([card.heading, card.elements, card.note]);
const refusals = async ({ records }: Stage) => (await records()).filter(({ type }) => type === "refused");

describe("a command", () => {
  test("of anybody on the roster is answered to the asker alone, whatever their role", async () => {
    const { command, raise } = await stage();
    await raise({}, { burn: 212.4, today: 300 });
    for (const user of [ON_SLACK.ann, ON_SLACK.eve, BEN_ON_TEAMS]) {
      const { card, isShared } = await command(user, "incidents", "");
      expect(isShared).toBe(false);
      expect(card).toMatchObject({ subject: "answer-incidents", heading: "1 open incident" });
      expect(wordsOf(card)).toContain("212 USD an hour");
    }
  });

  test("shows an incident with its buttons, and the account of one that was asked for by name", async () => {
    const { command, raise } = await stage();
    const id = await raise({ severity: "critical" });
    for (const [name, words] of [
      ["incidents", id],
      ["contain", "voice eu"],
      ["contain", `#${id}`],
    ] as const) {
      const { card } = await command(ON_SLACK.ann, name, words);
      expect(card.heading).toContain("CRITICAL");
      expect(card).toMatchObject({ subject: `answer-${name}`, tone: "alarm" });
      expect(card.buttons.map(({ press }) => press.action)).toContain("request");
      expect(card.overflow.map(({ press }) => press.action)).toContain("resolve");
      expect(card.elements.some(({ kind }) => kind === "mention")).toBe(false);
    }
  });

  test("the audit of an incident is told as its records say", async () => {
    const { command, raise, resolve } = await stage();
    const id = await raise();
    await resolve(id);
    const { card } = await command(ON_SLACK.eve, "audit", `incident ${id}`);
    expect(wordsOf(card)).toContain("2 records, newest last.");
    expect(wordsOf(card)).toContain(`Ann Ito (Slack) resolved incident ${id}`);
  });

  test("silences are shown with what ends them", async () => {
    const { command, silence, world } = await stage();
    const id = await silence(world.voiceEu, 60_000);
    const { card } = await command(ON_SLACK.ann, "silence", "");
    expect(card.elements).toMatchObject([
      { kind: "entry", button: { press: { action: "end-silence", silenceId: id } } },
    ]);
  });
});

describe("share", () => {
  test.each(["share", "all share", "all SHARE  "])(
    "at the end of “%s” shows the answer to everybody, and says who asked",
    async (words) => {
      const { command, raise } = await stage();
      await raise();
      const { card, isShared } = await command(ON_SLACK.dia, "incidents", words);
      expect(isShared).toBe(true);
      expect(card.note).toMatch(/Asked by Dia Rao\.$/);
    },
  );

  test("belongs to a name when it is in quotes or in the middle", async () => {
    const { command } = await stage();
    for (const words of ['"Time share"', "share it", "fairshare"]) {
      expect((await command(ON_SLACK.ann, "contain", words)).isShared).toBe(false);
    }
  });

  test("belongs to the name of an account that ends with it, whole at the end of the line", async () => {
    const { command, raise, world } = await stage();
    world.standIn.state.account(world.voiceEu).friendlyName = "Ride Share";
    world.clock.pass(60_000);
    await world.twilio.accounts();
    await raise();
    for (const [name, words] of [
      ["contain", "Ride Share"],
      ["contain", "  ride  SHARE "],
      ["usage", "today Ride Share"],
    ] as const) {
      const { card, isShared } = await command(ON_SLACK.ann, name, words);
      expect(isShared, words).toBe(false);
      expect(wordsOf(card), words).toContain("Ride Share");
    }
    const { card, isShared } = await command(ON_SLACK.ann, "contain", "Ride Share share");
    expect(isShared).toBe(true);
    expect(card.heading).toContain("Ride Share");
    expect((await command(ON_SLACK.ann, "incidents", "all share")).isShared).toBe(true);
  });

  test("shows nothing to all while Twilio does not say what accounts are called: one may be called so", async () => {
    const { command, raise } = await stage(({ store, twilio }) => ({
      store,
      twilio: { ...twilio, accounts: () => new Promise(() => {}) },
    }));
    await raise();
    const { card, isShared } = await command(ON_SLACK.ann, "incidents", "all share");
    expect(isShared).toBe(false);
    // The word is heard all the same, and the asker is told what became of it.
    expect(card).toMatchObject({ heading: "The only incident so far", note: expect.stringContaining("Only you see") });
    expect((await command(ON_SLACK.ann, "incidents", "all")).card.note).toBeNull();
  });

  test("never shows help, a mistake, a fault, or a home", async () => {
    const { command, raise, parts } = await stage();
    await raise();
    for (const [name, words] of [
      ["usage", "help share"],
      ["help", "share"],
      ["incidents", "opne share"],
      ["incidents", "99 share"],
      ["contain", "no such account share"],
      ["usgae", "today share"],
      ["home", "share"],
    ] as const) {
      expect(await command(BEN_ON_TEAMS, name, words), name).toMatchObject({ isShared: false });
    }
    const failing = createAsk({
      ...parts,
      desk: { ...parts.desk, incidents: () => Promise.reject(new Fault("unavailable", "the store does not answer")) },
    });
    const { card, isShared } = await failing.command(ON_SLACK.ann, "incidents", "share");
    expect(isShared).toBe(false);
    expect(wordsOf(card)).toContain("This could not be answered: the store does not answer. Please try again.");
  });
});

describe("a word that is no command", () => {
  test.each([
    ["usgae", "There is no command “usgae”. Did you mean usage?"],
    ["Incidnets", "Did you mean incidents?"],
    ["weather", "There is no command “weather”."],
  ])("“%s” is answered with the nearest and with what there is, as it is written there", async (word, sentence) => {
    const { command } = await stage();
    const slack = wordsOf((await command(ON_SLACK.ann, word, "")).card);
    const teams = wordsOf((await command(BEN_ON_TEAMS, word, "")).card);
    for (const words of [slack, teams]) expect(words).toContain(sentence);
    expect(slack).toContain("/twilio-contain");
    expect(teams).toContain('"contain Acme Voice EU');
    expect(teams).not.toContain("/twilio-");
  });

  test("nothing at all gets help; prefix and capitals do not matter", async () => {
    const { command } = await stage();
    expect((await command(BEN_ON_TEAMS, "", "")).card.heading).toBe("What Tollgate can be asked");
    for (const name of ["/twilio-usage", "twilio-usage", "Usage"]) {
      expect((await command(BEN_ON_TEAMS, name, "help")).card.heading).toBe("How to ask for usage");
    }
  });

  test("home is a word in Teams, where there is no Home tab, and none in Slack", async () => {
    const { command } = await stage();
    expect((await command(BEN_ON_TEAMS, "home", "")).card).toMatchObject({ subject: "home", heading: "All quiet" });
    expect(wordsOf((await command(ON_SLACK.ben, "home", "")).card)).toContain("There is no command “home”.");
  });
});

describe("a stranger", () => {
  const strangers: readonly (readonly [string, ChatUser, string])[] = [
    ["who is not on the roster", slackUser("U0ZOE"), "not-on-the-roster"],
    ["who is a guest", slackUser("U0ANN", "guest"), "guest"],
    ["who is a bot", slackUser("U0ANN", "bot"), "bot"],
    ["of another workspace", slackUser("U0ANN", "other-workspace"), "other-workspace"],
    ["with a person's id of the other platform", { ...BEN_ON_TEAMS, platform: "slack" }, "not-on-the-roster"],
  ];

  test.each(strangers)(
    "%s is refused each command alone, told nothing of ours, and it is audited",
    async (_who, user, refusal) => {
      const s = await stage();
      await s.raise();
      for (const [name, words] of [
        ["incidents", "all share"],
        ["usage", "today"],
        ["audit", "today"],
        ["help", ""],
        ["home", ""],
      ] as const) {
        const { card, isShared } = await s.command(user, name, words);
        expect(isShared).toBe(false);
        expect(card).toMatchObject({ heading: "Not for you", buttons: [], overflow: [] });
        expect(JSON.stringify(card)).not.toMatch(/Acme|Ann Ito|USD/);
      }
      expect(await refusals(s)).toMatchObject([
        { cause: "command", data: { attempted: "ask-incidents", refusal }, actor: { kind: "stranger" }, version: null },
        { data: { attempted: "ask-usage" } },
        { data: { attempted: "ask-audit" } },
        { data: { attempted: "ask-help" } },
        { data: { attempted: "ask-home" } },
      ]);
    },
  );

  test("whose word is no command of ours leaves none of it in the record", async () => {
    const s = await stage();
    await s.command(slackUser("U0ZOE"), "+15005550006", "to call");
    expect(await refusals(s)).toMatchObject([{ data: { attempted: "ask-something" } }]);
    expect(JSON.stringify(await s.records())).not.toContain("5005550006");
  });

  test("is told nothing either when the refusal cannot be stored", async () => {
    const { command } = await stage(({ store, twilio }) => ({
      twilio,
      store: {
        ...store,
        events: { ...store.events, append: () => Promise.reject(new Fault("unavailable", "PostgreSQL is down")) },
      },
    }));
    const { card, isShared } = await command(slackUser("U0ZOE"), "incidents", "share");
    expect(isShared).toBe(false);
    expect(card.heading).toBe("Not for you");
    expect(JSON.stringify(card)).not.toContain("PostgreSQL");
  });
});

test("an account with a hostile name is text and nothing else, in the answer as in the mistake", async () => {
  const { command, raise, world } = await stage();
  const friendlyName = "<!channel> *x* `y`";
  world.standIn.state.account(world.voiceEu).friendlyName = friendlyName;
  world.clock.pass(60_000);
  await world.twilio.accounts();
  await raise();
  const listed = await command(ON_SLACK.ann, "incidents", "");
  expect(wordsOf(listed.card)).toContain(friendlyName);
  const wrong = await command(ON_SLACK.ann, "contain", "<!chanel> *x* `y`");
  expect(wordsOf(wrong.card)).toContain(`Did you mean ${friendlyName}?`);
});

test("Twilio that is down is a sentence, and what needs no Twilio is answered still", async () => {
  const down = () => Promise.reject(new Fault("unavailable", "raw text"));
  const { command, raise } = await stage(({ store, twilio }) => ({
    store,
    twilio: { ...twilio, accounts: down, facts: down, usage: down },
  }));
  const id = await raise();
  const usage = await command(ON_SLACK.ann, "usage", "today share");
  expect(usage.isShared).toBe(false);
  expect(wordsOf(usage.card)).toContain("Twilio cannot be reached at the moment.");
  expect((await command(ON_SLACK.ann, "incidents", "")).card.heading).toBe("1 open incident");
  expect((await command(ON_SLACK.ann, "contain", id)).card.heading).toContain("Toll fraud");
});

describe("a card as one person sees it", () => {
  test("of a request has only what that person can do", async () => {
    const { view, raise, request } = await stage();
    const subject = `approval-${await request(await raise())}`;
    const buttons = async (user: ChatUser) => (await view(user, subject))?.buttons.map(({ label }) => label);
    expect(await buttons(ON_SLACK.ann)).toEqual(["Withdraw"]);
    expect(await buttons(ON_SLACK.ben)).toEqual(["Approve", "Deny"]);
    expect(await buttons(BEN_ON_TEAMS)).toEqual(["Approve", "Deny"]);
    expect(await buttons(ON_SLACK.eve)).toEqual([]);
  });

  test("of an incident is its card in the channel", async () => {
    const { view, raise } = await stage();
    const id = await raise();
    const card = await view(BEN_ON_TEAMS, `incident-${id}`);
    expect(card?.subject).toBe(`incident-${id}`);
    expect(card?.buttons.map(({ press }) => press.action)).toContain("acknowledge");
  });

  test("is nothing for a stranger, who can ask for any subject, and looking is not audited", async () => {
    const s = await stage();
    const id = await s.raise();
    const request = await s.request(id);
    const before = await s.records();
    for (const user of [slackUser("U0ZOE"), slackUser("U0ANN", "guest")]) {
      for (const subject of [`incident-${id}`, `approval-${request}`]) {
        expect(await s.view(user, subject), subject).toBeNull();
      }
    }
    expect(await s.records()).toEqual(before);
  });

  test("of anything else is nothing", async () => {
    const { view } = await stage();
    for (const subject of ["incident-99", "approval-none", "alarm-1-5", "outcome-x", "home", "", "incident-1; drop"]) {
      expect(await view(ON_SLACK.ann, subject), subject).toBeNull();
    }
  });

  test("that cannot be read is none, and nothing throws", async () => {
    const { parts } = await stage();
    const broken = () => Promise.reject(new Error("broken"));
    const { view } = createAsk({ ...parts, views: { incident: broken, request: broken } });
    expect(await view(ON_SLACK.ann, "incident-1")).toBeNull();
  });
});

test("the buttons of answers act, wired as the app wires them", async () => {
  const { handlers, executor, machines, raise, account, world } = await house();
  const { press, command } = handlers;
  const pressIn = async (name: string, words: string, label: string) => {
    const { card } = await command(ON_SLACK.ann, name, words);
    const inEntries = card.elements.flatMap((element) => (element.kind === "entry" ? [element.button] : []));
    const found = [...inEntries, ...card.buttons].find((button) => button?.label.startsWith(label));
    if (found === undefined || found === null) throw new Error(`no ${label} in ${JSON.stringify(card)}`);
    return press(ON_SLACK.ann, found.press);
  };
  const id = await raise();
  expect(await pressIn("incidents", "", "Show")).toMatchObject({
    kind: "card",
    card: { subject: `answer-incident-${id}` },
  });
  expect(await pressIn("contain", "voice eu", "Suspend")).toMatchObject({ kind: "dialog" });
  expect(await pressIn("contain", world.notifications, "Open an incident")).toMatchObject({ kind: "dialog" });
  expect(await pressIn("silence", account, "Silence")).toMatchObject({ kind: "dialog" });

  const silence = { id: "s1" as SilenceId, accountSid: account, threat: null, by: annAsActor, reason: "load test" };
  const untilMs = world.clock.now() + 60_000;
  const because = { actor: annAsActor, cause: "click" } as const;
  await executor.execute(machines.silence, "s1", { type: "silence", ...silence, untilMs }, because);
  expect(await pressIn("silence", "", "End silence")).toMatchObject({
    kind: "told",
    text: expect.stringContaining("over"),
  });
  expect(await executor.read(machines.silence, "s1")).toMatchObject({ status: "over" });
});
