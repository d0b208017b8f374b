import { useEffect, useState } from "react";
import type { PageFacts, PageState } from "../slack/page-state.ts";
import { readFacts, readState } from "./doors.ts";

const FACTS_EVERY_MS = 1000;

/** The workspace as it is now. Read again after each change; changes during a read cause one more. */
export function useLiveState(): { readonly state: PageState | undefined; readonly isConnected: boolean } {
  const [state, setState] = useState<PageState>();
  const [isConnected, setConnected] = useState(true);
  useEffect(() => {
    let isReading = false;
    let isStale = false;
    async function refresh(): Promise<void> {
      isStale = true;
      if (isReading) return;
      isReading = true;
      while (isStale) {
        isStale = false;
        await readState().then(setState, () => setConnected(false));
      }
      isReading = false;
    }
    const stream = new EventSource("/stream");
    stream.onopen = () => setConnected(true);
    stream.onmessage = () => void refresh();
    stream.onerror = () => setConnected(false);
    return () => stream.close();
  }, []);
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
