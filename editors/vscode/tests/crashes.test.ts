/** When a server that crashes is given up. */

import { deepEqual } from "node:assert/strict";
import { test } from "node:test";

import { Crashes } from "../src/crashes";

test("the fifth crash within three minutes is one too many", () => {
  const crashes = new Crashes();
  deepEqual(
    [0, 1, 2, 3, 179_999].map((time) => crashes.mayRestart(time)),
    [true, true, true, true, false],
  );
});

test("older crashes do not count", () => {
  const crashes = new Crashes();
  deepEqual(
    [0, 1, 2, 3, 180_000, 180_001, 180_001].map((time) => crashes.mayRestart(time)),
    [true, true, true, true, true, true, false],
  );
});
