import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    globalSetup: ["test/support/global-setup.ts"],
    testTimeout: 60_000,
    // The first stage of a run may have to wait for a build of Tollgate, too, which takes its time on a busy machine.
    hookTimeout: 120_000,
    // Many tests wait for a process or for time to pass: a third worker uses what the two leave idle on two cores.
    maxWorkers: 3,
    // Loading the application anew for each file was a fifth of the work. No module of ours keeps state, so files can share them.
    isolate: false,
    unstubEnvs: true,
    restoreMocks: true,
  },
});
