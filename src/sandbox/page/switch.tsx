import { useDesk } from "./desk.ts";

const PLATFORMS = [
  { platform: "slack", words: "Slack" },
  { platform: "teams", words: "Teams" },
] as const;

/** Where there is room for one platform alone: which one. */
export function PlatformSwitch() {
  const { spot, go } = useDesk();
  return (
    <nav className="switch" aria-label="Platform">
      {PLATFORMS.map(({ platform, words }) => (
        <button key={platform} type="button" aria-pressed={spot.platform === platform} onClick={() => go({ platform })}>
          {words}
        </button>
      ))}
    </nav>
  );
}
