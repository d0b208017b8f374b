import { createServer, type Server } from "node:net";
import { expect, onTestFinished, test } from "vitest";
import { onFreePort } from "../../src/sandbox/free-port.ts";

function listen(port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server: Server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      onTestFinished(() => void server.close());
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : 0);
    });
  });
}

test("the preferred port is taken when nobody has it, else a free one", async () => {
  const taken = await listen(0);
  const other = await onFreePort(taken, listen);
  expect(other).not.toBe(taken);
});

test("a port that somebody takes between the look and the start is given up for another one", async () => {
  const tried: number[] = [];
  const got = await onFreePort(0, async (port) => {
    tried.push(port);
    if (tried.length === 1) await listen(port);
    return listen(port);
  });
  expect(tried).toHaveLength(2);
  expect(got).toBe(tried[1]);
});

test("any other trouble is not tried again", async () => {
  let starts = 0;
  const started = onFreePort(0, async () => {
    starts++;
    throw new Error("no database");
  });
  await expect(started).rejects.toThrow("no database");
  expect(starts).toBe(1);
});
