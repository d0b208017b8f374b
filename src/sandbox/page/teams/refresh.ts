import { useEffect, useRef } from "react";
import { isJson } from "../../slack/json.ts";
import type { TeamsMessage } from "../../teams/model.ts";
import { refresh } from "./doors.ts";
import { useTeams } from "./place.ts";

/** As Teams does: whoever looks at a card that names them gets their own view of it, once for each state of the card. */
export function useAutomaticRefresh(messages: readonly TeamsMessage[]): void {
  const { teams, userId } = useTeams();
  const asked = useRef(new Set<string>());
  const mri = teams.users.find((user) => user.id === userId)?.mri;
  useEffect(() => {
    for (const message of messages) {
      const key = `${userId} ${message.id} ${message.editedAtMs ?? 0}`;
      if (!refreshesFor(message, mri) || asked.current.has(key)) continue;
      asked.current.add(key);
      // Nobody asked for it: when it fails, the card for everybody stays.
      void refresh(userId, message.id).catch(() => undefined);
    }
  }, [messages, userId, mri]);
}

function refreshesFor(message: TeamsMessage, mri: string | undefined): boolean {
  const wanted = message.card?.["refresh"];
  if (!isJson(wanted)) return false;
  const { userIds } = wanted;
  return !Array.isArray(userIds) || userIds.includes(mri);
}
