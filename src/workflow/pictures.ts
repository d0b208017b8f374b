import { setTimeout as sleep } from "node:timers/promises";
import type { PlatformName } from "../audit/envelope.ts";
import type { LiveIncident } from "../incident/contract.ts";
import type { Clock } from "../lib/clock.ts";
import { amountIn, type Chart, chartElement, pictureDigest } from "../notice/chart.ts";
import { detailsSubject, incidentSubject } from "../notice/subjects.ts";
import { type ChartSources, incidentCharts } from "./incident-charts.ts";
import type { PictureStore, ShownChart } from "./picture-store.ts";
import { takenSoFar } from "./pictured.ts";
import type { FollowUp } from "./ports.ts";
import { atOnce } from "./wishes.ts";

interface Parts extends ChartSources {
  readonly pictures: PictureStore;
  readonly wish: (followUps: readonly FollowUp[]) => Promise<void>;
  readonly clock: Clock;
}

export interface Pictures {
  /** Makes the charts of an incident's messages anew, once they are old enough or the facts have moved on. For who reads about it anyway; a card waits for none of this. */
  renew(incident: LiveIncident): Promise<void>;
  /** For an answer. They are drawn in their own time. `audience`: who sees it, and so how long its pictures stay. */
  want(charts: readonly Chart[], audience: "asker" | "everybody"): Promise<void>;
  areTaken(charts: readonly Chart[], platform: PlatformName): Promise<boolean>;
  /** Waits for that, some seconds at most. */
  whenTaken(charts: readonly Chart[], platform: PlatformName): Promise<boolean>;
}

const NOTHING: ShownChart = { kind: "chart", finding: "", picture: null };
const MINUTE_MS = 60_000;
/** Drawn and uploaded within two seconds as a rule; after fifteen nobody looks at the answer any more. */
const LOOK_EVERY_MS = 300;
const MOST_LOOKS = 50;
/** What a card did not name by then has a newer one in its place: in a storm the queue would only grow otherwise. */
const CARDS_WAIT_MS = MINUTE_MS;
/** By then the card was edited, as a rule: until it was, its older picture is not taken away. */
const REPLACED_AFTER_MS = 2 * MINUTE_MS;
/**
 * Who asked looks at the answer today. Slack keeps no private message of an app longer than the session of who reads it, so its
 * picture, which tells what the company spends, must not lie in the workspace for ever.
 */
const ANSWERS_STAY_MS = 12 * 60 * MINUTE_MS;
/** Each picture is three calls: figures that move all the time make not more of them than this. */
const SOONEST_MS = 20_000;
const MOVED_ON = 0.2;

export function createPictures({ pictures, wish, clock, ...sources }: Parts): Pictures {
  async function keep(charts: readonly Chart[], untilMs: number): Promise<void> {
    for (const { spec } of charts) await pictures.want(pictureDigest(spec), spec, untilMs);
  }

  /** What people see there stays until the new pictures are taken: a renewal is one edit, not one without a picture and another one with it. */
  async function show(subject: string, charts: readonly Chart[], atMs: number): Promise<void> {
    const shown = (await pictures.shownBy(subject))?.charts ?? [];
    const elements = charts.map(async (chart, index): Promise<ShownChart> => {
      const element: ShownChart = { ...chartElement(chart), amount: amountIn(chart.spec) };
      const taken = await takenSoFar(shown[index] ?? NOTHING, pictures);
      const before = taken.filter(({ picture }) => picture !== element.picture);
      return before.length === 0 ? element : { ...element, before };
    });
    await pictures.show(subject, await Promise.all(elements), atMs);
    await letGo(shown, charts, atMs);
  }

  /** Whoever draws takes back in time what was replaced: nothing piles up at a platform. */
  async function letGo(shown: readonly ShownChart[], charts: readonly Chart[], atMs: number): Promise<void> {
    const stays = new Set(charts.map(({ spec }) => pictureDigest(spec)));
    const named = shown.flatMap((chart) => [chart, ...(chart.before ?? [])].map(({ picture }) => picture));
    const replaced = new Set(named.filter((digest) => digest !== null && !stays.has(digest)));
    const dueAtMs = atMs + REPLACED_AFTER_MS;
    const drawn = await pictures.keepUntil(
      [...replaced].filter((digest) => digest !== null),
      dueAtMs,
    );
    await wish(drawn.map((key) => ({ job: "draw", key, dueAtMs })));
  }

  /** Also what was drawn before: messages that name it since are edited then. */
  const draw = (charts: readonly Chart[]) => wish(charts.map(({ spec }) => atOnce("draw", pictureDigest(spec))));

  async function areTaken(charts: readonly Chart[], platform: PlatformName): Promise<boolean> {
    for (const { spec } of charts) {
      if ((await pictures.reference(pictureDigest(spec), platform)) === null) return false;
    }
    return true;
  }

  return {
    async want(charts, audience) {
      const nowMs = clock.now();
      await keep(charts, nowMs + ANSWERS_STAY_MS);
      // A message that everybody reads stays, and its pictures with it.
      if (audience === "everybody") for (const chart of charts) await show(sharedSubject(chart), [chart], nowMs);
      await draw(charts);
    },

    areTaken,

    async whenTaken(charts, platform) {
      for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
        if (await areTaken(charts, platform)) return true;
        await sleep(LOOK_EVERY_MS);
      }
      return false;
    },

    async renew(incident) {
      const nowMs = clock.now();
      const [subject, details] = [incidentSubject(incident.id), detailsSubject(incident.id)];
      const [onCard, all] = await Promise.all([pictures.shownBy(subject), pictures.shownBy(details)]);
      const isDue = all === null || nowMs - all.atMs >= renewAfterMs(nowMs - incident.openedAtMs);
      if (!isDue && onCard !== null && nowMs - onCard.atMs < SOONEST_MS) return;
      const { card, others } = await incidentCharts(incident, sources, nowMs);
      const charts = card === null ? [] : [card];
      if (!isDue && !haveMovedOn(onCard?.charts ?? [], charts)) return;
      const made = isDue ? [...charts, ...others] : charts;
      await keep(made, nowMs + CARDS_WAIT_MS);
      if (isDue) await show(details, others, nowMs);
      await show(subject, charts, nowMs);
      await draw(made);
    },
  };
}

/** No message is edited for it: an answer stays as it was given. */
function sharedSubject({ spec }: Chart): string {
  return `answer-${pictureDigest(spec)}`;
}

/** Whether figures beside these pictures say something else than they do. */
function haveMovedOn(shown: readonly ShownChart[], charts: readonly Chart[]): boolean {
  return charts.some(({ spec }, index) => {
    const [then, now] = [shown[index]?.amount, amountIn(spec)];
    return then === undefined || Math.abs(now - then) > MOVED_ON * then;
  });
}

/** Every picture is drawn, uploaded and kept: often while everything is new, then a twelfth of the incident's age, an hour at most. */
function renewAfterMs(ageMs: number): number {
  return Math.min(60 * MINUTE_MS, Math.max(MINUTE_MS, ageMs / 12));
}
