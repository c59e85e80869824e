// SPDX-License-Identifier: GPL-3.0-or-later
// How the TypeScript tests run. `unit` and `contract` in parallel; `e2e` starts real engines and measures
// time, so its files run one after the other (deploy/test starts two halves of them side by side). One kind:
// `vitest run --project unit`.

import { defineConfig } from "vitest/config";

/** A test that is cut off cannot end its engines: it gets more time than it should ever need. */
const TIMEOUT_MS = 60_000;

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
          exclude: ["test/contract/**", "test/e2e/**", "test/native/**"],
        },
      },
      { test: { ...shared, name: "contract", include: ["test/contract/**/*.test.ts"] } },
      {
        test: {
          ...shared,
          name: "e2e",
          include: ["test/e2e/**/*.test.ts"],
          fileParallelism: false,
          sequence: { concurrent: false },
        },
      },
    ],
  },
});
