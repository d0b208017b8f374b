import { test } from "vitest";
import { playWholeStory } from "./whole-story.ts";

test(
  "a signed webhook becomes an approved, verified and audited remediation, with nothing but an empty folder",
  {
    timeout: 150_000,
  },
  (context) => playWholeStory(context, { store: "embedded" }),
);
