import type { Databases } from "./databases.ts";
import { openStage, type Stage, type StageOptions } from "./stage.ts";

/** A course of events that can be left at any moment, to play on a copy of everything what would happen then. */
export interface Trunk {
  /** Another one after each branch. */
  stage(): Promise<Stage>;
  branch<Result>(play: (branch: Stage) => Promise<Result>): Promise<Result>;
  close(): Promise<void>;
}

export async function openTrunk({
  databases,
  ...options
}: Omit<StageOptions, "connection" | "port"> & { readonly databases: Databases }): Promise<Trunk> {
  const connection = await databases.create();
  let stage = await openStage({ ...options, connection });
  let isOpen = true;

  /** Goes on with the same world on the same port, since Twilio knows where to call. */
  function reopen(from: typeof connection): Promise<Stage> {
    return openStage({
      ...options,
      connection: from,
      world: stage.standIn.state.toWorld(),
      startMs: stage.clock.now(),
      port: Number(new URL(stage.publicUrl).port),
    });
  }

  /** Nobody may be connected to what is copied, and only one can be found under the address. */
  async function shut(): Promise<void> {
    if (isOpen) await stage.close();
    isOpen = false;
  }

  return {
    async stage() {
      if (!isOpen) stage = await reopen(connection);
      isOpen = true;
      return stage;
    },
    async branch(play) {
      await shut();
      const copy = await databases.copy(connection);
      const branch = await reopen(copy);
      try {
        return await play(branch);
      } finally {
        await branch.close();
        await databases.drop(copy);
      }
    },
    async close() {
      await shut();
      await databases.drop(connection);
    },
  };
}
