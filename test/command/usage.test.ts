import { describe, expect, test } from "vitest";
import type { CommandContext, UsageReader, UsageRow } from "../../src/command/contract.ts";
import { usage } from "../../src/command/usage.ts";
import { Fault } from "../../src/lib/fault.ts";
import { accounts, asking, EU, PARENT, textOf, US } from "./asking.ts";

type Query = Parameters<UsageReader["usage"]>[0];

function row(category: string, description: string, spendUsd: number, startDate = "2026-11-21"): UsageRow {
  return {
    category,
    description,
    spendUsd,
    usage: 1416,
    usageUnit: "minutes",
    count: 302,
    countUnit: "calls",
    startDate,
    endDate: startDate,
  };
}

/** A reader with memory: answers by period and account, and keeps what it was asked. */
function context(answer: (query: Query) => readonly UsageRow[]): CommandContext & { readonly asked: Query[] } {
  const asked: Query[] = [];
  return {
    ...asking(),
    asked,
    twilio: {
      accounts: async () => accounts,
      usage: async (query) => {
        asked.push(query);
        return answer(query);
      },
    },
  };
}

const todayRows = [
  row("totalprice", "Total Price", 415),
  row("calls", "Voice Minutes", 400),
  row("calls-outbound", "Outbound Voice Minutes", 400),
  row("recordings", "Recordings", 12.5),
];
const week = Array.from({ length: 7 }, (_, day) => row("totalprice", "Total Price", 122.06, `2026-11-${14 + day}`));

describe("today", () => {
  test("shows spend, top categories without double counting, and today against the last seven days", async () => {
    const asking = context(({ period }) => (period === "today" ? todayRows : week));
    expect(textOf(await usage.run("today", asking))).toBe(
      [
        "Twilio usage today",
        "Spent today so far: 415.00 USD",
        "Against the usual: 3.4 times the usual day",
        "Usual day (average of the last 7 days): 122.06 USD",
        "Total spend today is 415.00 USD so far, 3.4 times the usual day (122.06 USD), the most of 14 days. As of 21 Nov 14:30 UTC.",
        "Where the money went",
        "Outbound Voice Minutes (calls-outbound): 400.00 USD, 1,416 minutes in 302 calls",
        "Recordings (recordings): 12.50 USD, 1,416 minutes in 302 calls",
        "Everything else: 2.50 USD",
        "Days are in UTC. Twilio's usage data lags: the newest calls and messages may not be in it yet.",
      ].join("\n"),
    );
    expect(asking.asked).toContainEqual({
      accountSid: PARENT,
      includeSubaccounts: true,
      period: "daily",
      category: "totalprice",
      startDate: "2026-11-08",
      endDate: "2026-11-20",
    });
  });

  test("days without spend count in the average", async () => {
    const answer = await usage.run(
      "today",
      context(({ period }) => (period === "today" ? todayRows : week.slice(0, 1))),
    );
    expect(textOf(answer)).toContain("Usual day (average of the last 7 days): 17.44 USD");
  });

  test("is answered even when the days before cannot be read", async () => {
    const answer = await usage.run(
      "today",
      context(({ period }) => {
        if (period === "daily") throw new Fault("timeout", "twilio: no answer");
        return todayRows;
      }),
    );
    expect(textOf(answer)).toContain("Spent today so far: 415.00 USD\nUsual day: could not be read");
  });

  test("of a category asks Twilio for that category alone", async () => {
    const asking = context(({ period }) =>
      period === "today" ? [row("calls-outbound", "Outbound Voice Minutes", 400)] : [],
    );
    const text = textOf(await usage.run("today calls-outbound", asking));
    expect(text).toContain("Twilio usage today · calls-outbound\nSpent today so far: 400.00 USD");
    expect(text).toContain("Against the usual: usually nothing is spent");
    expect(asking.asked.every(({ category }) => category === "calls-outbound")).toBe(true);
  });

  test("of a subaccount reads that account by itself", async () => {
    const asking = context(({ period }) => (period === "today" ? todayRows : week));
    expect((await usage.run("today acme voice eu", asking)).heading).toBe("Twilio usage today · Acme Voice EU");
    expect(asking.asked.every(({ accountSid, includeSubaccounts }) => accountSid === EU && !includeSubaccounts)).toBe(
      true,
    );
  });
});

describe("per subaccount", () => {
  test("lists every account by itself, most spend first, and keeps one that cannot be read in sight", async () => {
    const asking = context(({ accountSid, period }) => {
      if (accountSid === US) throw new Fault("unavailable", "twilio: 503");
      const usd = accountSid === EU ? 400 : 15;
      return period === "today" ? [row("totalprice", "Total Price", usd)] : week;
    });
    expect(
      textOf(await usage.run("today per-subaccount", asking))
        .split("\n")
        .slice(0, 6),
    ).toEqual([
      "Twilio usage today · by account",
      "Together: 415.00 USD",
      "Most spend first",
      "Acme Voice US: could not be read. Twilio cannot be reached at the moment. Try again in a minute.",
      "Acme Voice EU: 400.00 USD, 3.3 times the usual day",
      "Acme (main account): 15.00 USD, 12% of a whole usual day",
    ]);
    expect(asking.asked.some(({ includeSubaccounts }) => includeSubaccounts)).toBe(false);
  });
});

describe("a row per day, month or year", () => {
  test("is newest first, and says which one is not over", async () => {
    const asking = context(() => [
      row("totalprice", "Total Price", 1.5, "2026-11-20"),
      row("totalprice", "Total Price", 415, "2026-11-21"),
    ]);
    expect(textOf(await usage.run("daily 2", asking))).toContain(
      "Together: 416.50 USD\nTotal spend today is 415.00 USD so far, the most of 2 days. As of 21 Nov 14:30 UTC.\nNewest first\n2026-11-21 (so far): 415.00 USD\n2026-11-20: 1.50 USD",
    );
    expect(asking.asked).toMatchObject([
      { period: "daily", startDate: "2026-11-20", endDate: "2026-11-21", category: "totalprice" },
    ]);
  });

  test("months begin on their first day, over the turn of a year too", async () => {
    const asking = context(() => [
      row("totalprice", "Total Price", 7, "2026-11-01"),
      row("totalprice", "Total Price", 9, "2025-12-01"),
    ]);
    expect(textOf(await usage.run("monthly 12", asking))).toContain("2026-11 (so far): 7.00 USD\n2025-12: 9.00 USD");
    expect(asking.asked).toMatchObject([{ startDate: "2025-12-01", endDate: "2026-11-21" }]);
  });

  test("no rows are said, not shown as an empty list", async () => {
    expect(
      textOf(
        await usage.run(
          "yearly",
          context(() => []),
        ),
      ),
    ).toContain("Twilio has no usage in this time.");
  });
});

describe("what cannot be answered", () => {
  test("a wrong word gets the forms and what was probably meant", async () => {
    const text = textOf(
      await usage.run(
        "tody",
        context(() => []),
      ),
    );
    expect(text).toContain("“tody” is not a period. Did you mean today?");
    for (const { form } of usage.forms) expect(text).toContain(`/twilio-usage ${form}: `);
  });

  test("help needs nothing from Twilio", async () => {
    const silent = context(() => []);
    const answer = await usage.run("help", {
      ...silent,
      twilio: {
        ...silent.twilio,
        accounts: async () => {
          throw new Fault("unavailable", "twilio: 503");
        },
      },
    });
    expect(answer.heading).toBe("How to ask for usage");
  });

  test.each([
    [
      new Fault("rate-limited", "raw text", { retryAfterMs: 30_000 }),
      "Twilio asks for fewer requests. Try again in 30 seconds.",
    ],
    [new Fault("unauthorised", "raw text", { code: "20003" }), "Twilio refused Tollgate's credentials."],
    [new Fault("rejected", "raw text", { code: "20001" }), "Twilio refused the question (its error 20001)."],
  ])("a fault is a plain sentence: %s", async (fault, words) => {
    const answer = await usage.run(
      "this-month",
      context(() => {
        throw fault;
      }),
    );
    expect(textOf(answer)).toContain(words);
    expect(textOf(answer)).not.toContain("raw text");
  });

  test("a bug is not hidden as a fault", async () => {
    const broken = context(() => {
      throw new TypeError("bug");
    });
    await expect(usage.run("this-month", broken)).rejects.toThrow("bug");
  });
});
