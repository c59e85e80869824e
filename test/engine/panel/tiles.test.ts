// SPDX-License-Identifier: GPL-3.0-or-later
// From one frame to the next by what differs, for both controllers, down to the bytes on the bus.

import fc from "fast-check";
import { expect, test } from "vitest";
import { SAMPLES } from "../../../docs/display/samples.ts";
import { drawPicture } from "../../../engine/panel/draw-picture.ts";
import { Frame } from "../../../engine/panel/frame.ts";
import { runWrites } from "../../../engine/panel/oled.ts";
import { applyRun, changedRuns, copyOf } from "../../../engine/panel/tiles.ts";
import { anyFrame } from "../../support/frame-art.ts";
import { OledRam } from "../../support/oled-ram.ts";

test("what differs, applied, makes any frame of any other", () => {
  fc.assert(
    fc.property(fc.option(anyFrame), anyFrame, (shown, wanted) => {
      const glass = shown === null ? new Frame() : copyOf(shown);
      for (const run of changedRuns(shown, wanted)) applyRun(glass, run);
      expect(glass.bytes).toEqual(wanted.bytes);
    }),
  );
});

test("the same frame sends nothing, and a run is whole tiles", () => {
  fc.assert(
    fc.property(anyFrame, anyFrame, (shown, wanted) => {
      expect(changedRuns(wanted, copyOf(wanted))).toEqual([]);
      for (const { column, bytes } of changedRuns(shown, wanted)) {
        expect(column % 8).toBe(0);
        expect(bytes.length % 8).toBe(0);
      }
    }),
  );
});

test.each(["ssd1306", "sh1106"] as const)("an %s shows what it is told, from whatever it had", (type) => {
  fc.assert(
    fc.property(fc.array(anyFrame, { minLength: 1, maxLength: 4 }), (frames) => {
      const ram = new OledRam(type);
      let shown: Frame | null = null;
      for (const frame of frames) {
        for (const run of changedRuns(shown, frame))
          for (const write of runWrites(type, run)) ram.take(write);
        expect(ram.frame().bytes).toEqual(frame.bytes);
        shown = frame;
      }
    }),
  );
});

test("a beat costs less than a fifth of a whole picture", () => {
  const play = SAMPLES.play;
  if (play?.page !== "play") throw new Error("no play page");
  const bytes = (runs: ReturnType<typeof changedRuns>): number =>
    runs.flatMap((run) => runWrites("ssd1306", run)).reduce((sum, write) => sum + write.bytes.length + 2, 0);
  const [one, two] = [2.2, 3.2].map((beat) => drawPicture({ ...play, songBeat: 44 + beat, phase: beat }));
  if (one === undefined || two === undefined) throw new Error("two frames");
  expect(bytes(changedRuns(null, one))).toBe(8 * (5 + 4 * 34));
  expect(bytes(changedRuns(one, two))).toBeLessThan(230);
});
