/** Puts every state before the demo's page, as Slack and Teams would hold it. Nothing here is random or depends on the time. */
import { toBlocks, toHomeView, toText, toView } from "../../src/chat/slack/render.ts";
import * as inTeams from "../../src/chat/teams/render.ts";
import type { Card } from "../../src/notice/card.ts";
import type { Json } from "../../src/sandbox/slack/json.ts";
import { isJson, objectsIn, textAt } from "../../src/sandbox/slack/json.ts";
import { SlackMemory } from "../../src/sandbox/slack/memory.ts";
import { type PageState, pageState } from "../../src/sandbox/slack/page-state.ts";
import { seedAcmeWorkspace } from "../../src/sandbox/slack/seed.ts";
import { TeamsMemory } from "../../src/sandbox/teams/memory.ts";
import type { MessageBody } from "../../src/sandbox/teams/model.ts";
import { type TeamsPageState, teamsPageState } from "../../src/sandbox/teams/page-state.ts";
import { ACME_TEAMS, seedAcmeTenant } from "../../src/sandbox/teams/seed.ts";
import { NOW_MS, names } from "../../test/notice/house.ts";
import type { PictureState } from "./state.ts";
import { everyState } from "./states.ts";
import { teamsReport } from "./teams-report.ts";

/** What is on the page, and what to photograph there. */
interface Scene {
  readonly slack: PageState;
  readonly teams: TeamsPageState;
  readonly shots: readonly Shot[];
}

interface Shot {
  readonly state: string;
  readonly platform: "slack" | "teams";
  /** Behind `#` in the page's address. */
  readonly spot: string;
  readonly selector: string;
}

export interface Stage {
  readonly nowMs: number;
  readonly states: readonly (Pick<PictureState, "name" | "chapter" | "title"> & { readonly words: string })[];
  readonly scenes: readonly Scene[];
}

/** Far apart, so that no message continues the one before it and each says who speaks. */
const DAY_MS = 86_400_000;
const CHANNEL = "C0INCIDENTS";
const SLACK_IDS: Readonly<Record<string, string>> = { ann: "U0ANN", ben: "U0BEN" };
const TEAMS_IDS: Readonly<Record<string, string>> = { ann: ACME_TEAMS.ann, ben: ACME_TEAMS.ben };

const onSlack = {
  slackIdOf: (person: string) => SLACK_IDS[person] ?? null,
  linkOf: () => "https://acme.slack.com/archives/C0INCIDENTS/p1795230720000000",
  pictureOf: () => null,
};
const onTeams: inTeams.RenderContext = {
  teamsIdOf: (person) => TEAMS_IDS[person] ?? null,
  nameOf: (person) => names.get(person) ?? person,
  linkOf: () => "https://teams.microsoft.com/l/message/19%3A1ac1de27/1795230720000",
  pictureOf: () => null,
};

export async function openStage(): Promise<Stage> {
  const states = await everyState();
  const room = new Room();
  for (const state of states) await room.show(state);
  return {
    nowMs: NOW_MS,
    states: states.map((state) => ({ ...state, words: wordsOf(state) })),
    scenes: room.scenes(),
  };
}

/** For who cannot see the picture. */
function wordsOf({ title, shown }: PictureState): string {
  switch (shown.kind) {
    case "message":
    case "answer":
      return shown.card("slack").fallback;
    case "home":
      return shown.card.fallback;
    case "dialog":
      return shown.dialog.title;
    case "report":
      return title;
  }
}

class Room {
  #days = 0;
  readonly #clock = { now: () => NOW_MS - (60 - this.#days) * DAY_MS };
  readonly #slack = newSlack(this.#clock);
  readonly #teams = newTeams(this.#clock);
  readonly #shots: Shot[] = [];
  readonly #dialogs: Scene[] = [];

  scenes(): readonly Scene[] {
    const byPlace = this.#shots.toSorted((one, other) => (one.spot < other.spot ? -1 : one.spot > other.spot ? 1 : 0));
    return [{ slack: pageState(this.#slack), teams: teamsPageState(this.#teams), shots: byPlace }, ...this.#dialogs];
  }

  async show({ name, shown }: PictureState): Promise<void> {
    this.#days += 1;
    switch (shown.kind) {
      case "message": {
        this.#postToSlack(name, shown.card("slack"));
        const person = shown.ownView?.person;
        const id = this.#postToTeams(name, cardMessage(shown.card("teams")), person ?? "ann");
        if (shown.ownView !== null && person !== undefined)
          this.#teams.setView(TEAMS_IDS[person] ?? "", id, inTeams.toCard(shown.ownView.card, onTeams));
        return;
      }
      case "answer":
        this.#whisperInSlack(name, shown.card("slack"));
        this.#tellInTeams(name, cardMessage(shown.card("teams")));
        return;
      case "home":
        this.#slack.openView("U0ANN", json(toHomeView(shown.card, onSlack)));
        this.#shots.push({ state: name, platform: "slack", spot: "as=U0ANN&channel=home", selector: ".rows.home" });
        this.#tellInTeams(name, cardMessage(shown.card));
        return;
      case "report": {
        const file = { id: "F0REPORT", name: "incident-7.md", title: shown.title, text: shown.markdown, bytes: 0 };
        const { ts } = this.#slack.post({ ...FROM_APP, text: "", blocks: [], files: [file] });
        this.#shots.push({ state: name, platform: "slack", spot: SLACK_SPOT, selector: `[data-ts="${ts}"]` });
        const text = await teamsReport(shown.title, shown.markdown);
        this.#postToTeams(
          name,
          { text, textFormat: "markdown", summary: shown.title, card: undefined, mentions: [] },
          "ann",
        );
        return;
      }
      case "dialog": {
        const { dialog } = shown;
        const slack = newSlack(this.#clock);
        slack.openView("U0ANN", json(toView(dialog, onSlack)));
        const teams = newTeams(this.#clock);
        const scene = { slack: pageState(slack), teams: teamsPageState(teams) };
        const shot = { state: name, spot: "as=U0ANN", selector: "dialog[open]" } as const;
        this.#dialogs.push({ ...scene, shots: [{ ...shot, platform: "slack" }] });
        teams.openDialog({
          userId: ACME_TEAMS.ann,
          conversationId: ACME_TEAMS.incidentChannel,
          messageId: "0",
          title: dialog.title,
          card: inTeams.toDialogCard(dialog, onTeams, {}),
          text: undefined,
        });
        const empty = pageState(newSlack(this.#clock));
        this.#dialogs.push({ slack: empty, teams: teamsPageState(teams), shots: [{ ...shot, platform: "teams" }] });
        return;
      }
    }
  }

  #postToSlack(state: string, card: Card): void {
    const { ts } = this.#slack.post({ ...FROM_APP, text: toText(card), blocks: toBlocks(card, onSlack).map(json) });
    this.#shots.push({ state, platform: "slack", spot: SLACK_SPOT, selector: `[data-ts="${ts}"]` });
  }

  #whisperInSlack(state: string, card: Card): void {
    const words = { text: toText(card), blocks: toBlocks(card, onSlack).map(json) };
    const { ts } = this.#slack.postEphemeral({ userId: "U0ANN", channelId: CHANNEL, threadTs: undefined, ...words });
    this.#shots.push({ state, platform: "slack", spot: SLACK_SPOT, selector: `[data-ts="${ts}"]` });
  }

  #postToTeams(state: string, message: MessageBody, person: "ann" | "ben"): string {
    const place = { conversationId: ACME_TEAMS.incidentChannel, threadId: undefined, from: this.#teams.botId };
    const { id } = this.#teams.post({ ...place, ...message });
    const spot = `as=${SLACK_IDS[person]}&on=teams`;
    this.#shots.push({ state, platform: "teams", spot, selector: `[data-post="${id}"]` });
    return id;
  }

  /** In the asker's own chat. */
  #tellInTeams(state: string, message: MessageBody): void {
    const chat = this.#teams.personalChat(ACME_TEAMS.ann);
    if (chat === undefined) throw new Error("Ann has no chat with the app");
    const { id } = this.#teams.post({
      conversationId: chat.id,
      threadId: undefined,
      from: this.#teams.botId,
      ...message,
    });
    const spot = `as=U0ANN&on=teams&teams=${encodeURIComponent(chat.id)}`;
    this.#shots.push({ state, platform: "teams", spot, selector: `[data-post="${id}"]` });
  }
}

const SLACK_SPOT = "as=U0ANN&on=slack";
const FROM_APP = { channelId: CHANNEL, threadTs: undefined, userId: "U0TOLLGATE", metadata: undefined } as const;

function newSlack(clock: { readonly now: () => number }): SlackMemory {
  return new SlackMemory(seedAcmeWorkspace(), clock);
}

function newTeams(clock: { readonly now: () => number }): TeamsMemory {
  return new TeamsMemory(seedAcmeTenant(), clock);
}

function cardMessage(card: Card): MessageBody {
  const content = inTeams.toCard(card, onTeams);
  const entities = isJson(content["msteams"]) ? objectsIn(content["msteams"]["entities"]) : [];
  const mentions = entities.map((entity) => ({
    userId: textAt(entity, "mentioned", "id") ?? "",
    name: textAt(entity, "mentioned", "name") ?? "",
  }));
  return { text: "", textFormat: "plain", summary: inTeams.toText(card), card: content, mentions };
}

/** As it goes over the wire. */
function json(value: object): Json {
  return JSON.parse(JSON.stringify(value));
}
