// SPDX-License-Identifier: GPL-3.0-or-later
// After silence of hands it is time to drift; after a touch to be back.

import { expect, test } from "vitest";
import { IdleWatch } from "../../../engine/sequencer/idle-watch.ts";

const AFTER = 10;
const at = (seconds: number, touched = 0, isPlaying = true) => ({
  hostMicros: 1e9 + seconds * 1e6,
  touchedMicros: touched === 0 ? 0 : 1e9 + touched * 1e6,
  isPlaying,
});

test("a box that nobody touches drifts after its time, once", () => {
  const watch = new IdleWatch();
  expect(watch.look(at(0), AFTER)).toBeNull();
  expect(watch.look(at(9.9), AFTER)).toBeNull();
  expect(watch.look(at(10), AFTER)).toBe("drift");
  expect(watch.look(at(11), AFTER)).toBeNull();
  expect(watch.isDrifting).toBe(true);
});

test("every touch begins the time again, and brings back what has drifted", () => {
  const watch = new IdleWatch();
  watch.look(at(0), AFTER);
  expect(watch.look(at(8, 7.9), AFTER)).toBeNull();
  expect(watch.look(at(17, 7.9), AFTER)).toBeNull();
  expect(watch.look(at(18, 7.9), AFTER)).toBe("drift");
  expect(watch.look(at(20, 19.9), AFTER)).toBe("return");
  expect(watch.look(at(29, 19.9), AFTER)).toBeNull();
  expect(watch.look(at(30, 19.9), AFTER)).toBe("drift");
});

test("somebody at a page counts as well", () => {
  const watch = new IdleWatch();
  watch.look(at(0), AFTER);
  expect(watch.touch(at(5).hostMicros)).toBeNull();
  expect(watch.look(at(14), AFTER)).toBeNull();
  expect(watch.look(at(15), AFTER)).toBe("drift");
  expect(watch.touch(at(16).hostMicros)).toBe("return");
});

test("while the song stands nothing drifts, and what has drifted is back", () => {
  const watch = new IdleWatch();
  watch.look(at(0), AFTER);
  expect(watch.look(at(20, 0, false), AFTER)).toBeNull();
  expect(watch.look(at(29), AFTER)).toBeNull();
  expect(watch.look(at(30), AFTER)).toBe("drift");
  expect(watch.look(at(31, 0, false), AFTER)).toBe("return");
});

test("switched off it is back", () => {
  const watch = new IdleWatch();
  watch.look(at(0), AFTER);
  watch.look(at(10), AFTER);
  expect(watch.stop()).toBe("return");
  expect(watch.stop()).toBeNull();
});
