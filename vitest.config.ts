// SPDX-License-Identifier: GPL-3.0-or-later
// How the TypeScript tests run. `unit`, `contract` and `e2e`, which starts real engines, have their files side by
// side. `timed` are the end-to-end tests that measure time: one file after the other, and they want the machine for
// themselves. `guest` wants a kernel with devices that no test machine has: test/vm/guest boots
// one. One kind: `vitest run --project unit`.

import { defineConfig } from "vitest/config";

/** A test that is cut off cannot end its engines: it gets more time than it should ever need. */
const TIMEOUT_MS = 60_000;
/** An emulated processor is some ten times as slow. */
const GUEST_TIMEOUT_MS = 300_000;

/** End-to-end tests that measure time. */
const TIMED = [
  "clock-in",
  "javascript-stops",
  "knob-sweep",
  "link",
  "link-audio",
  "link-midi",
  "link-own-cases",
  "mapping-live",
  "midi-clock",
  "routing",
  "synths-replugged",
].map((name) => `test/e2e/${name}.test.ts`);

const shared = { pool: "forks", testTimeout: TIMEOUT_MS, hookTimeout: TIMEOUT_MS } as const;

// biome-ignore lint/style/noDefaultExport: vitest reads the default export
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...shared,
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: ["test/contract/**", "test/e2e/**", "test/native/**", "test/vm/**"],
        },
      },
      { test: { ...shared, name: "contract", include: ["test/contract/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          exclude: TIMED,
        },
      },
      { test: { ...shared, name: "timed", include: TIMED, fileParallelism: false } },
      {
        test: {
          ...shared,
          name: "guest",
          include: ["test/vm/**/*.test.ts"],
          fileParallelism: false,
          testTimeout: GUEST_TIMEOUT_MS,
          hookTimeout: GUEST_TIMEOUT_MS,
        },
      },
    ],
  },
});
