// SPDX-License-Identifier: GPL-3.0-or-later
// Which control was moved, among everything that comes in.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ControlLearner, type LearnerOptions } from "../../../engine/mapping/control-learner.ts";
import { endlessReading } from "../../../engine/mapping/endless.ts";

type Bytes = readonly number[];

const MESSAGE_MS = 10;
const LONG_MS = 10_000;

function learn(messages: readonly Bytes[], options: Partial<LearnerOptions> = {}, port = "keys") {
  const learner = new ControlLearner({ wanted: "value", port: null, reading: null, ...options });
  for (const [index, bytes] of messages.entries()) {
    learner.take({ serial: index + 1, port, bytes }, index * MESSAGE_MS);
  }
  return learner.found(messages.length * MESSAGE_MS + LONG_MS);
}

const cc = (number: number, values: readonly number[], channel = 0): Bytes[] =>
  values.map((value) => [0xb0 | channel, number, value]);
const SWEEP = [0, 3, 9, 20, 44, 80, 127, 90, 60];

describe("knobs, faders and wheels", () => {
  test("a controller is one, on its channel", () => {
    expect(learn(cc(74, SWEEP, 4))).toEqual({
      port: "keys",
      channel: 4,
      source: "cc",
      number: 74,
      lsbFirst: false,
      reading: "absolute",
    });
  });

  test.each([
    ["one message", cc(74, [64])],
    ["two places", cc(74, [64, 65, 64, 65, 64])],
    ["clocks and active sensing", [[0xf8], [0xfe], [0xfa], [0xf8], [0xfe]]],
    [
      "one touch of a key",
      [
        [0x90, 60, 100],
        [0x80, 60, 0],
      ],
    ],
    ["pressure of one key", [0, 20, 40, 60].map((value) => [0xa0, 60, value])],
    [
      "an NRPN that is chosen and not moved",
      [
        [0xb0, 99, 1],
        [0xb0, 98, 2],
        [0xb0, 99, 1],
        [0xb0, 98, 3],
      ],
    ],
    ["nothing", []],
  ])("%s is no move", (_what, messages) => {
    expect(learn(messages)).toBeNull();
  });

  test("what trembles, and what runs by itself, is not what was moved", () => {
    const tremble = SWEEP.flatMap((value, index) => [
      [0xb0, 1, 63 + (index % 2)],
      [0xf8],
      [0xb0, 74, value],
      [0xd0, index % 2],
    ]);
    expect(learn(tremble)).toMatchObject({ source: "cc", number: 74 });
  });

  test("a pair is one control of 14 bits, whichever byte comes first", () => {
    const pairs = [0, 700, 1400, 5000, 16_383, 9000].map((value) => [value >> 7, value & 127] as const);
    const highFirst = pairs.flatMap(([high, low]) => [...cc(2, [high]), ...cc(34, [low])]);
    const lowFirst = pairs.flatMap(([high, low]) => [...cc(34, [low]), ...cc(2, [high])]);
    expect(learn(highFirst)).toMatchObject({ source: "cc14", number: 2, lsbFirst: false });
    expect(learn(lowFirst)).toMatchObject({ source: "cc14", number: 2, lsbFirst: true });
  });

  test("two knobs 32 apart that are turned one after the other are no pair", () => {
    expect(learn([...cc(2, SWEEP), ...cc(34, [5, 9, 12])])).toMatchObject({ source: "cc", number: 2 });
  });

  test("an NRPN is one, with 7 or 14 bits, and whichever byte comes first", () => {
    const select = [...cc(99, [1]), ...cc(98, [3])];
    const seven = SWEEP.flatMap((value) => [...select, ...cc(6, [value])]);
    const highFirst = SWEEP.flatMap((value) => [...select, ...cc(6, [value]), ...cc(38, [5])]);
    const lowFirst = SWEEP.flatMap((value) => [...select, ...cc(38, [5]), ...cc(6, [value])]);
    const running = [...select, ...cc(6, SWEEP)];
    for (const messages of [seven, highFirst, running])
      expect(learn(messages)).toMatchObject({ source: "nrpn", number: 131, lsbFirst: false });
    expect(learn(lowFirst)).toMatchObject({ source: "nrpn", number: 131, lsbFirst: true });
  });

  test("clicks of an NRPN are an endless knob", () => {
    const select = [...cc(99, [1]), ...cc(98, [3])];
    const clicks = [96, 96, 96, 97, 97, 96].flatMap((way) => [...select, ...cc(way, [0])]);
    expect(learn(clicks)).toMatchObject({ source: "nrpn", number: 131, reading: "incDec" });
    expect(learn([96, 96, 96, 97, 97, 96].flatMap((way) => cc(way, [127])))).toMatchObject({
      source: "cc",
      number: 96,
      reading: "incDec",
    });
    expect(learn(cc(96, SWEEP))).toMatchObject({ source: "cc", number: 96, reading: "absolute" });
  });

  test("a parameter that is registered is no NRPN", () => {
    const rpn = SWEEP.flatMap((value) => [...cc(101, [0]), ...cc(100, [0]), ...cc(6, [value])]);
    expect(learn(rpn)).toMatchObject({ source: "cc", number: 6 });
  });

  test("the pitch wheel, pressure, and a row of programs", () => {
    expect(learn([0, 40, 80, 64].map((high) => [0xe3, 0, high]))).toMatchObject({
      source: "bend",
      channel: 3,
      number: null,
    });
    expect(learn([5, 40, 80].map((value) => [0xd0, value]))).toMatchObject({
      source: "pressure",
      number: null,
    });
    expect(learn([1, 2, 3].map((value) => [0xc0, value]))).toMatchObject({ source: "program", number: null });
  });

  test("a key that is pressed twice moves a value while it is held", () => {
    const press = [
      [0x90, 60, 100],
      [0x80, 60, 0],
    ];
    expect(learn([...press, ...press])).toMatchObject({ source: "note", number: 60, reading: "momentary" });
  });

  test("other ports are not listened to when one is named", () => {
    expect(learn(cc(74, SWEEP), { port: "other" })).toBeNull();
    expect(learn(cc(74, SWEEP), { port: "keys" })).not.toBeNull();
  });

  test("it waits until the control rests, but not for ever", () => {
    const learner = new ControlLearner({ wanted: "value", port: null, reading: null });
    for (const [index, bytes] of cc(74, SWEEP).entries())
      learner.take({ serial: index, port: "keys", bytes }, index * MESSAGE_MS);
    const lastMs = (SWEEP.length - 1) * MESSAGE_MS;
    expect(learner.found(lastMs + 599)).toBeNull();
    expect(learner.found(lastMs + 599, true)).not.toBeNull();
    expect(learner.found(lastMs + 600)).not.toBeNull();
    for (let index = 0; index < 300; index += 1)
      learner.take({ serial: 100 + index, port: "keys", bytes: [0xb0, 74, index % 128] }, lastMs + index);
    expect(learner.found(lastMs + 300)).not.toBeNull();
  });
});

describe("presses", () => {
  const press = { wanted: "press" } as const;
  test.each([
    [
      "a key",
      [
        [0x91, 60, 100],
        [0x81, 60, 0],
      ],
      { source: "note", number: 60, channel: 1, reading: "toggle" },
    ],
    ["a button", cc(20, [127, 0]), { source: "cc", number: 20, reading: "toggle" }],
    ["a button that says only that it was pressed", cc(20, [127]), { source: "cc", reading: "toggle" }],
    ["a program", [[0xc0, 7]], { source: "program", number: 7, reading: "toggle" }],
    ["a knob", cc(20, SWEEP), { source: "cc", number: 20, reading: "absolute" }],
  ])("%s", (_what, messages, control) => {
    expect(learn(messages, press)).toMatchObject(control);
  });

  test("a knob that trembles is no button", () => {
    expect(learn(cc(20, [63, 64, 63, 64]), press)).toBeNull();
  });

  test("what the player says it is, it is", () => {
    expect(learn(cc(20, [127, 0]), { ...press, reading: "momentary" })).toMatchObject({
      reading: "momentary",
    });
    expect(learn(cc(20, [1, 1, 1]), { reading: "twosComplement" })).toMatchObject({
      number: 20,
      reading: "twosComplement",
    });
  });
});

describe("keys to play", () => {
  const notes = { wanted: "notes" } as const;
  const press = (note: number): Bytes[] => [
    [0x99, note, 100],
    [0x89, note, 0],
  ];
  test("one pad is that pad, several keys are the keyboard", () => {
    expect(learn([...press(36), ...press(36)], notes)).toMatchObject({
      source: "note",
      number: 36,
      channel: 9,
    });
    expect(learn([...press(36), ...press(38)], notes)).toMatchObject({ source: "note", number: null });
    expect(learn(cc(1, SWEEP), notes)).toBeNull();
  });
});

describe("the language of an endless knob", () => {
  const clicks = fc.array(fc.tuple(fc.boolean(), fc.integer({ min: 1, max: 3 })), {
    minLength: 12,
    maxLength: 60,
  });
  test.each([
    ["twosComplement", (up: boolean, count: number) => (up ? count : 128 - count)],
    ["binaryOffset", (up: boolean, count: number) => (up ? 64 + count : 64 - count)],
    ["signedBit", (up: boolean, count: number) => (up ? count : 64 + count)],
  ] as const)(
    "%s is known from turning there and back, or taken for a knob with ends",
    (reading, valueFor) => {
      fc.assert(
        fc.property(clicks, (turns) => {
          const found = endlessReading(turns.map(([up, count]) => valueFor(up, count)));
          expect([reading, null]).toContain(found);
        }),
      );
      const values = [1, 1, 2, 1, 1].map((count) => valueFor(true, count));
      const back = [1, 1, 3, 1].map((count) => valueFor(false, count));
      expect(endlessReading([...values, ...back])).toBe(reading);
      expect(endlessReading(values)).toBeNull();
    },
  );

  test("a knob with two ends is never taken for an endless one, however it is turned", () => {
    const way = fc.array(
      fc.integer({ min: -9, max: 9 }).filter((step) => step !== 0),
      { minLength: 3, maxLength: 200 },
    );
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 127 }), way, (start, steps) => {
        let value = start;
        const values: number[] = [];
        for (const step of steps) {
          const next = Math.min(127, Math.max(0, value + step));
          if (next !== value) values.push(next);
          value = next;
        }
        expect(endlessReading(values)).toBeNull();
      }),
      { numRuns: 1000 },
    );
  });

  test("whatever comes in, the learner lives", () => {
    const message = fc.oneof(
      fc.array(fc.nat({ max: 255 }), { maxLength: 3 }),
      fc.tuple(fc.integer({ min: 0x80, max: 0xff }), fc.nat({ max: 127 }), fc.nat({ max: 127 })),
    );
    const wanted = fc.constantFrom("value" as const, "press" as const, "notes" as const);
    fc.assert(
      fc.property(fc.array(message, { maxLength: 60 }), wanted, (messages, what) => {
        const found = learn(messages, { wanted: what });
        if (found === null) return;
        expect(found.channel).toBeGreaterThanOrEqual(0);
        expect(found.channel).toBeLessThan(16);
        if (["cc", "cc14", "nrpn"].includes(found.source)) expect(found.number).not.toBeNull();
      }),
      { numRuns: 500 },
    );
  });
});
