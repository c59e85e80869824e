// SPDX-License-Identifier: GPL-3.0-or-later
// Every page of the display, pixel by pixel, as somebody has looked at it.

import fc from "fast-check";
import { expect, test } from "vitest";
import { SAMPLES } from "../../../docs/display/samples.ts";
import { shiftAt } from "../../../engine/panel/canvas.ts";
import { drawPicture } from "../../../engine/panel/draw-picture.ts";
import type { Picture } from "../../../engine/panel/picture.ts";
import { frameArt, litPixels } from "../../support/frame-art.ts";

test.each(Object.entries(SAMPLES))("the page %s is as it was looked at", async (name, picture) => {
  await expect(frameArt(drawPicture(picture))).toMatchFileSnapshot(`../../vectors/display/${name}.txt`);
});

const shifts = Array.from({ length: 16 }, (_, minute) => shiftAt(minute * 60_000));

test.each(Object.entries(SAMPLES))(
  "%s loses no pixel while it wanders against burning in",
  (_name, picture) => {
    const lit = litPixels(drawPicture(picture));
    for (const shift of shifts) expect(litPixels(drawPicture(picture, shift))).toBe(lit);
  },
);

test("the picture wanders by one pixel at a time", () => {
  expect(new Set(shifts.map(({ x, y }) => `${x},${y}`)).size).toBe(8);
  for (const [index, shift] of shifts.entries()) {
    const next = shifts[(index + 1) % shifts.length] ?? shift;
    expect(Math.abs(next.x - shift.x) + Math.abs(next.y - shift.y)).toBe(1);
  }
});

const text = fc.string({ unit: "grapheme", maxLength: 60 });
const number = fc.oneof(
  fc.double(),
  fc.constantFrom(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, -0, 1e300),
);
const anyPicture: fc.Arbitrary<Picture> = fc.oneof(
  fc.record({ page: fc.constant("boot" as const), version: text, waitsFor: text }),
  fc.record({ page: fc.constant("shutdown" as const), sentence: text }),
  fc.record({
    page: fc.constant("play" as const),
    name: text,
    status: fc.constantFrom("playing", "stopped", "paused", "waiting" as const),
    tempoBpm: fc.double({ min: 0, max: 999, noNaN: true }),
    songBeat: fc.double({ min: 0, max: 1e7, noNaN: true }),
    phase: number,
    quantum: fc.oneof(fc.integer({ min: 0, max: 64 }), number),
    link: fc.record({
      peers: fc.option(fc.nat()),
      health: fc.constantFrom(null, "alone", "good", "shaky", "lost" as const),
    }),
    levels: fc.tuple(number, number),
    isRecording: fc.boolean(),
    clockIn: fc.constantFrom("off", "waiting", "locked", "lost" as const),
    clockOut: fc.boolean(),
  }),
  fc.record({
    page: fc.constant("parameter" as const),
    place: text,
    name: text,
    value: fc.oneof(text, fc.double().map(String)),
    ratio: fc.option(number),
    bank: fc.option(text),
  }),
  fc.record({
    page: fc.constant("network" as const),
    host: text,
    addresses: fc.array(fc.record({ face: text, address: text }), { maxLength: 6 }),
    wifi: fc.option(fc.record({ network: text, signalDbm: fc.option(fc.integer({ min: -120, max: 0 })) })),
    port: fc.option(fc.nat({ max: 65_535 })),
  }),
  fc.record({
    page: fc.constant("trouble" as const),
    sentence: fc.string({ unit: "grapheme", maxLength: 400 }),
    number: fc.nat(),
    count: fc.nat(),
    shownMs: fc.nat({ max: 1e9 }),
  }),
);

test("any facts are drawn, and nothing but pixels of the display", () => {
  fc.assert(
    fc.property(anyPicture, (picture) => {
      const frame = drawPicture(picture, { x: 0, y: 0 });
      expect(frame.bytes.length).toBe(1024);
      // The two columns and rows that are kept free for wandering stay free.
      for (let y = 0; y < 64; y += 1) expect(frame.isLit(126, y) || frame.isLit(127, y)).toBe(false);
      for (let x = 0; x < 128; x += 1) expect(frame.isLit(x, 62) || frame.isLit(x, 63)).toBe(false);
      expect(frameArt(drawPicture(picture, { x: 0, y: 0 }))).toBe(frameArt(frame));
    }),
    { numRuns: 150 },
  );
});

test("the beat that is now is the tall one", () => {
  const play = SAMPLES.play;
  if (play?.page !== "play") throw new Error("no play page");
  for (const phase of [0, 1.5, 2.99, 3]) {
    const frame = drawPicture({ ...play, phase });
    const tall = [0, 1, 2, 3].filter((beat) => frame.isLit(1 + 10 + beat * 32, 1 + 40));
    expect(tall).toEqual([Math.floor(phase)]);
  }
});
