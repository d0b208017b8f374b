import { useEffect } from "react";
import { at, objectsIn } from "../slack/json.ts";
import { Blocks } from "./blocks.tsx";
import { attempt, useDesk } from "./desk.ts";
import { click, openHome } from "./doors.ts";

/** Stands where a channel's id does: the app's own page is no channel. */
export const HOME = "home";

/** App Home: what the app shows to the person acted as, and to nobody else. */
export function HomePane({ header }: { readonly header: React.ReactNode }) {
  const desk = useDesk();
  const { state, spot } = desk;
  const { userId } = spot;
  useEffect(() => {
    // An app that does not answer leaves the page as it was.
    void openHome(userId).catch(() => undefined);
  }, [userId]);
  const view = state.homes.find((each) => each.userId === userId);
  const press = (actionId: string, value?: string) =>
    attempt(desk, click(userId, { viewId: view?.id ?? "", values: {} }, actionId, value));
  return (
    <main className="channel">
      {header}
      <section className="rows home" aria-label="App Home">
        {view === undefined ? (
          <p className="empty">{state.app.name} shows nothing to you here.</p>
        ) : (
          <Blocks blocks={objectsIn(at(view.definition, "blocks"))} press={press} />
        )}
      </section>
    </main>
  );
}
