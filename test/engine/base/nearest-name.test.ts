// SPDX-License-Identifier: GPL-3.0-or-later
// Which name was meant.

import fc from "fast-check";
import { expect, test } from "vitest";
import { nearestName, typingMistakes } from "../../../engine/base/nearest-name.ts";

const NAMES = ["device", "sampleRate", "blockFrames", "outputChannels", "inputChannels", "port", "host"];

test("another spelling of a name is that name", () => {
  for (const spelling of ["block_frames", "BLOCK-FRAMES", "blockframes", "Block Frames"])
    expect(nearestName(spelling, NAMES)).toBe("blockFrames");
});

test("a typing mistake finds the name", () => {
  expect(nearestName("prot", NAMES)).toBe("port");
  expect(nearestName("samplrate", NAMES)).toBe("sampleRate");
  expect(nearestName("outputChanels", NAMES)).toBe("outputChannels");
});

test("a name that is nothing like the others finds none", () => {
  expect(nearestName("reverb", NAMES)).toBeNull();
  expect(nearestName("xy", NAMES)).toBeNull();
  expect(nearestName("", NAMES)).toBeNull();
  expect(nearestName("blockFrames".repeat(1000), NAMES)).toBeNull();
});

test("the nearest of several wins, the first of equals", () => {
  expect(nearestName("inputChannel", NAMES)).toBe("inputChannels");
  expect(nearestName("bar", ["bat", "bas"])).toBe("bat");
});

test("a swap of neighbours is one mistake, and distance is symmetric", () => {
  expect(typingMistakes("prot", "port")).toBe(1);
  expect(typingMistakes("", "abc")).toBe(3);
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), fc.string({ maxLength: 12 }), (a, b) => {
      expect(typingMistakes(a, b)).toBe(typingMistakes(b, a));
      expect(typingMistakes(a, a)).toBe(0);
      expect(typingMistakes(a, b)).toBeLessThanOrEqual(Math.max(a.length, b.length));
    }),
  );
});
