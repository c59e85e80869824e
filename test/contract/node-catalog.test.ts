// SPDX-License-Identifier: GPL-3.0-or-later
// The catalog that the TypeScript tests use says what the native tables say: as far as the file format goes,
// for a native table may have more.
import { expect, test } from "vitest";
import { nodeTypes } from "../../engine/binding/addon.ts";
import { testCatalog } from "../support/node-catalog.ts";

test.each(testCatalog.names())("%s is in the native tables, field by field", (name) => {
  const known = testCatalog.get(name);
  const real = nodeTypes().find(({ type }) => type === name);
  expect(real?.outputChannels).toBe(known?.outputChannels);
  expect(real?.inputChannels).toBe(known?.inputChannels);
  expect(real?.hasKeyInput).toBe(known?.hasKeyInput);
  for (const { id, key, min, max, initial, smoothing, name: param } of known?.params ?? []) {
    expect(real?.params.find((candidate) => candidate.id === id)).toMatchObject({
      name: param,
      key,
      min,
      max,
      initial,
      smoothing,
    });
  }
});
