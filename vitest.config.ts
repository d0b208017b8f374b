import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Many tests wait for a process or for time to pass: a third worker uses what the two leave idle on two cores.
    maxWorkers: 3,
  },
});
