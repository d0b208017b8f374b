import { createServer } from "node:net";

const TRIES = 5;

/**
 * Starts something on the preferred port, or on a free one when that is taken: also when another program took it between our look
 * and the start, as two demos do that are started at once. What failed to start must have left nothing behind.
 */
export async function onFreePort<Started>(
  preferred: number,
  start: (port: number) => Promise<Started>,
): Promise<Started> {
  for (let triesLeft = TRIES - 1; ; triesLeft--) {
    try {
      return await start(await freePort(preferred));
    } catch (error) {
      if (triesLeft === 0 || !isPortTaken(error)) throw error;
    }
  }
}

function isPortTaken(error: unknown): boolean {
  return error instanceof Error && "code" in error && error.code === "EADDRINUSE";
}

/** The preferred port when nobody has it, else a free one. */
async function freePort(preferred: number): Promise<number> {
  const found = (await tryPort(preferred)) ?? (await tryPort(0));
  if (found === undefined) throw new Error("this machine has no free port on 127.0.0.1");
  return found;
}

function tryPort(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(undefined));
    probe.listen(port, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address !== null ? address.port : undefined));
    });
  });
}
