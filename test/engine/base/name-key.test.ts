// SPDX-License-Identifier: GPL-3.0-or-later

import { expect, test } from "vitest";
import { nameKey } from "../../../engine/base/name-key.ts";

// The same as in test/native/base/name-key.test.cpp.
test.each([
  ["", 0x811c9dc5],
  ["a", 0xe40c292c],
  ["foobar", 0xbf9cf968],
  ["Höhe", 0xfda6baa5],
])("%j has the key that the engine gives it", (name, key) => {
  expect(nameKey(name)).toBe(key);
});
