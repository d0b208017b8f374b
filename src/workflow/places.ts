import type { Channel } from "../chat/platform.ts";
import type { Place } from "./ports.ts";

/** As its id, which an operator can look up; the configured ones have a name in our configuration. */
function channelName({ role, id }: Channel): string {
  return id ?? `the configured ${role} channel`;
}

/**
 * Where a message may go, best first: a channel may be archived, or its bot removed, and a card must be seen in any case. Where
 * it is not what was meant, the card says so.
 */
export function placesFor(meant: Channel): readonly Place[] {
  const places: Place[] = [{ channel: meant, meantFor: null }];
  const configured: readonly Channel[] = [
    { role: "incident", id: null },
    { role: "audit", id: null },
  ];
  for (const channel of configured) {
    const isKnown = places.some((place) => place.channel.role === channel.role && place.channel.id === channel.id);
    if (!isKnown) places.push({ channel, meantFor: channelName(meant) });
  }
  return places;
}
