import { useEffect, useState } from "react";
import type { PageFacts, PageState } from "../slack/page-state.ts";
import type { TeamsPageState } from "../teams/page-state.ts";
import { readFacts, readState } from "./doors.ts";
import { readTeams } from "./teams/doors.ts";

const FACTS_EVERY_MS = 1000;

export interface Live<State> {
  readonly state: State | undefined;
  readonly isConnected: boolean;
}

/** Slack as it is now. */
export const useSlack = (): Live<PageState> => useLive("/stream", readState);

/** Teams as it is now; nothing where the page does not show it. */
export const useTeamsState = (isShown: boolean): Live<TeamsPageState> =>
  useLive(isShown ? "/teams/stream" : undefined, readTeams);

/** Read again after each change; changes during a read cause one more. */
function useLive<State>(address: string | undefined, read: () => Promise<State>): Live<State> {
  const [state, setState] = useState<State>();
  const [isConnected, setConnected] = useState(true);
  useEffect(() => {
    if (address === undefined) return;
    let isReading = false;
    let isStale = false;
    async function refresh(): Promise<void> {
      isStale = true;
      if (isReading) return;
      isReading = true;
      while (isStale) {
        isStale = false;
        await read().then(setState, () => setConnected(false));
      }
      isReading = false;
    }
    const stream = new EventSource(address);
    stream.onopen = () => setConnected(true);
    stream.onmessage = () => void refresh();
    stream.onerror = () => setConnected(false);
    return () => stream.close();
  }, [address, read]);
  return { state, isConnected };
}

export function useFacts(): PageFacts | undefined {
  const [facts, setFacts] = useState<PageFacts>();
  useEffect(() => {
    const read = () =>
      readFacts().then(
        (found) => setFacts(found ?? undefined),
        () => undefined,
      );
    const timer = setInterval(read, FACTS_EVERY_MS);
    void read();
    return () => clearInterval(timer);
  }, []);
  return facts;
}

/** Follows the reader's choice of light or dark. */
export function useTheme(): "light" | "dark" {
  const [isDark, setDark] = useState(() => matchMedia("(prefers-color-scheme: dark)").matches);
  useEffect(() => {
    const query = matchMedia("(prefers-color-scheme: dark)");
    const follow = () => setDark(query.matches);
    query.addEventListener("change", follow);
    return () => query.removeEventListener("change", follow);
  }, []);
  return isDark ? "dark" : "light";
}
