// SPDX-License-Identifier: GPL-3.0-or-later
// Beats, phases and times of a session that nobody else is in, and what is refused.
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { type AppError, isAppError } from "../../../engine/base/errors.ts";
import { phaseOf } from "../../../engine/base/units.ts";
import { Link, type SessionState } from "../../../engine/link/link.ts";

const link = new Link(120);
afterAll(() => link.close());

const HOUR_MICROS = 3_600_000_000n;
const anyTempo = fc.double({ min: 20, max: 999, noNaN: true });
const anyQuantum = fc.double({ min: 0.25, max: 64, noNaN: true });
const anyOffset = fc.bigInt({ min: -HOUR_MICROS, max: HOUR_MICROS });
const anyBeat = fc.double({ min: -10_000, max: 10_000, noNaN: true });

function stateAt(bpm: number): SessionState {
  const state = link.captureAppSessionState();
  state.setTempo(bpm, link.clock().micros());
  return state;
}

/** A beat is a whole number of millionths, a time of microseconds: half of each may be lost. */
function toleranceMicros(bpm: number): number {
  return Math.ceil(30 / bpm + 0.5);
}

function codeOf(act: () => unknown): string {
  return errorOf(act).code;
}

function errorOf(act: () => unknown): AppError {
  try {
    act();
  } catch (error) {
    if (isAppError(error)) return error;
    throw error;
  }
  throw new Error("expected an AppError, and nothing was thrown");
}

test("timeAtBeat undoes beatAtTime to the microsecond, from 60 bpm on, for any time and quantum", () => {
  fc.assert(
    fc.property(
      fc.double({ min: 60, max: 999, noNaN: true }),
      anyQuantum,
      anyOffset,
      (bpm, quantum, offset) => {
        const state = stateAt(bpm);
        const time = link.clock().micros() + offset;
        const back = state.timeAtBeat(state.beatAtTime(time, quantum), quantum);
        expect(Math.abs(Number(back - time))).toBeLessThanOrEqual(1);
      },
    ),
    { numRuns: 500 },
  );
});

test("at slower tempos it does so to half a millionth of a beat", () => {
  fc.assert(
    fc.property(anyTempo, anyQuantum, anyOffset, (bpm, quantum, offset) => {
      const state = stateAt(bpm);
      const time = link.clock().micros() + offset;
      const back = state.timeAtBeat(state.beatAtTime(time, quantum), quantum);
      expect(Math.abs(Number(back - time))).toBeLessThanOrEqual(toleranceMicros(bpm));
    }),
  );
});

test("the phase is in [0, quantum) and is that of the beat, also before beat 0", () => {
  fc.assert(
    fc.property(anyTempo, anyQuantum, anyOffset, (bpm, quantum, offset) => {
      const state = stateAt(bpm);
      const time = link.clock().micros() + offset;
      const phase = state.phaseAtTime(time, quantum);
      expect(phase).toBeGreaterThanOrEqual(0);
      expect(phase).toBeLessThan(quantum);
      // Link rounds the quantum to millionths, and does so for every cycle since beat 0.
      const rounded = Math.round(quantum * 1e6) / 1e6;
      const difference = Math.abs(phase - phaseOf(state.beatAtTime(time, quantum), rounded));
      expect(Math.min(difference, rounded - difference)).toBeLessThan(3e-6);
    }),
    { numRuns: 500 },
  );
});

test("beats advance with the tempo", () => {
  fc.assert(
    fc.property(anyTempo, anyOffset, (bpm, offset) => {
      const state = stateAt(bpm);
      const time = link.clock().micros() + offset;
      const beats = state.beatAtTime(time + 60_000_000n, 1) - state.beatAtTime(time, 1);
      // Link keeps time in whole microseconds for a beat.
      expect(beats).toBeCloseTo(60_000_000 / Math.round(60_000_000 / bpm), 4);
    }),
  );
});

test("a tempo change does not move the beat at its time", () => {
  fc.assert(
    fc.property(anyTempo, anyTempo, (one, other) => {
      const state = stateAt(one);
      const time = link.clock().micros();
      const before = state.beatAtTime(time, 4);
      state.setTempo(other, time);
      expect(state.tempo()).toBe(other);
      expect(Math.abs(state.beatAtTime(time, 4) - before)).toBeLessThan(2e-5);
    }),
  );
});

test("alone a beat is put where it is asked for", () => {
  fc.assert(
    fc.property(anyTempo, anyBeat, (bpm, beat) => {
      const state = stateAt(bpm);
      const time = link.clock().micros();
      state.requestBeatAtTime(beat, time, 4);
      expect(Math.abs(state.beatAtTime(time, 4) - beat)).toBeLessThan(4e-5);
      state.forceBeatAtTime(-beat, time, 4);
      expect(Math.abs(state.beatAtTime(time, 4) + beat)).toBeLessThan(4e-5);
    }),
  );
});

test("play and stop are kept with their time, and a beat can be put there", () => {
  const state = stateAt(120);
  const time = link.clock().micros() + 250_000n;
  const before = state.beatAtTime(time, 4);
  state.requestBeatAtStartPlayingTime(0, 4);
  expect(state.beatAtTime(time, 4)).toBe(before);
  state.setIsPlaying(true, time);
  state.requestBeatAtStartPlayingTime(0, 4);
  expect(state.isPlaying()).toBe(true);
  expect(state.timeForIsPlaying()).toBe(time);
  expect(state.beatAtTime(time, 4)).toBeCloseTo(0, 5);
  state.setIsPlayingAndRequestBeatAtTime(false, time, 8, 4);
  expect(state.isPlaying()).toBe(false);
  expect(state.beatAtTime(time, 4)).toBeCloseTo(0, 5);
  state.setIsPlayingAndRequestBeatAtTime(true, time, 8, 4);
  expect(state.beatAtTime(time, 4)).toBeCloseTo(8, 5);
});

test("nothing changes before the commit, and a commit leaves alone what the state did not change", () => {
  const play = link.captureAppSessionState();
  const tempo = link.captureAppSessionState();
  const before = play.tempo();
  tempo.setTempo(91, link.clock().micros());
  expect(link.captureAppSessionState().tempo()).toBe(before);
  link.commitAppSessionState(tempo);
  play.setIsPlaying(true, link.clock().micros());
  link.commitAppSessionState(play);
  const now = link.captureAppSessionState();
  expect(now.tempo()).toBe(91);
  expect(now.isPlaying()).toBe(true);
});

/** Every argument of every function: what stands in it, and how else it may be called. */
const CALLS: Record<
  string,
  { readonly kinds: string; readonly call: (state: SessionState, args: never[]) => unknown }
> = {
  setTempo: { kinds: "tempo time", call: (state, [a, b]) => state.setTempo(a as never, b as never) },
  beatAtTime: { kinds: "time quantum", call: (state, [a, b]) => state.beatAtTime(a as never, b as never) },
  phaseAtTime: { kinds: "time quantum", call: (state, [a, b]) => state.phaseAtTime(a as never, b as never) },
  timeAtBeat: { kinds: "beat quantum", call: (state, [a, b]) => state.timeAtBeat(a as never, b as never) },
  requestBeatAtTime: {
    kinds: "beat time quantum",
    call: (state, [a, b, c]) => state.requestBeatAtTime(a as never, b as never, c as never),
  },
  forceBeatAtTime: {
    kinds: "beat time quantum",
    call: (state, [a, b, c]) => state.forceBeatAtTime(a as never, b as never, c as never),
  },
  setIsPlaying: { kinds: "switch time", call: (state, [a, b]) => state.setIsPlaying(a as never, b as never) },
  requestBeatAtStartPlayingTime: {
    kinds: "beat quantum",
    call: (state, [a, b]) => state.requestBeatAtStartPlayingTime(a as never, b as never),
  },
  setIsPlayingAndRequestBeatAtTime: {
    kinds: "switch time beat quantum",
    call: (state, [a, b, c, d]) =>
      state.setIsPlayingAndRequestBeatAtTime(a as never, b as never, c as never, d as never),
  },
};

const GOOD: Record<string, unknown> = { tempo: 120, time: 1_000_000n, beat: 1.5, quantum: 4, switch: true };

const BAD: Record<string, readonly (readonly [unknown, string])[]> = {
  tempo: [
    [NaN, "ARGUMENT_INVALID"],
    ["120", "ARGUMENT_INVALID"],
    [120n, "ARGUMENT_INVALID"],
    [undefined, "ARGUMENT_INVALID"],
    [0, "OUT_OF_RANGE"],
    [999.1, "OUT_OF_RANGE"],
    [Infinity, "OUT_OF_RANGE"],
  ],
  time: [
    [1_000_000, "ARGUMENT_INVALID"],
    [NaN, "ARGUMENT_INVALID"],
    [undefined, "ARGUMENT_INVALID"],
    [null, "ARGUMENT_INVALID"],
    [new Date(), "ARGUMENT_INVALID"],
    [2n ** 53n + 1n, "OUT_OF_RANGE"],
    [-(2n ** 80n), "OUT_OF_RANGE"],
  ],
  beat: [
    [NaN, "ARGUMENT_INVALID"],
    [1n, "ARGUMENT_INVALID"],
    ["1", "ARGUMENT_INVALID"],
    [undefined, "ARGUMENT_INVALID"],
    [Infinity, "OUT_OF_RANGE"],
    [-1.1e9, "OUT_OF_RANGE"],
  ],
  quantum: [
    [NaN, "ARGUMENT_INVALID"],
    [4n, "ARGUMENT_INVALID"],
    [undefined, "ARGUMENT_INVALID"],
    [0, "OUT_OF_RANGE"],
    [-4, "OUT_OF_RANGE"],
    [Infinity, "OUT_OF_RANGE"],
  ],
  switch: [
    [1, "ARGUMENT_INVALID"],
    ["yes", "ARGUMENT_INVALID"],
    [undefined, "ARGUMENT_INVALID"],
  ],
};

test.each(Object.entries(CALLS))(
  "%s refuses every wrong argument by name and changes nothing",
  (name, { kinds, call }) => {
    const state = link.captureAppSessionState();
    const time = link.clock().micros();
    const facts = () => [
      state.tempo(),
      state.beatAtTime(time, 4),
      state.isPlaying(),
      state.timeForIsPlaying(),
    ];
    const before = facts();
    const arguments_ = kinds.split(" ");
    for (const [place, kind] of arguments_.entries())
      for (const [value, code] of BAD[kind] ?? []) {
        const args = arguments_.map((other, index) => (index === place ? value : GOOD[other])) as never[];
        expect(codeOf(() => call(state, args))).toBe(code);
        expect(errorOf(() => call(state, args)).message).toMatch(
          new RegExp(`^SessionState\\.${name}: \\w+: expected .+, got `),
        );
      }
    expect(facts()).toEqual(before);
    call(state, arguments_.map((kind) => GOOD[kind]) as never[]);
  },
);

test("the ends of every range are taken", () => {
  const state = stateAt(20);
  for (const time of [2n ** 53n, -(2n ** 53n)])
    for (const quantum of [1e-6, 1e6]) expect(Number.isFinite(state.beatAtTime(time, quantum))).toBe(true);
  for (const beat of [1e9, -1e9]) expect(state.timeAtBeat(beat, 4)).toBeTypeOf("bigint");
  state.setTempo(999, 0n);
  expect(Number.isFinite(state.beatAtTime(2n ** 53n, 4))).toBe(true);
});

test("a sentence says what to hand over instead of a number of microseconds", () => {
  const state = link.captureAppSessionState();
  expect(errorOf(() => state.beatAtTime(12_345 as never, 4)).message).toBe(
    "SessionState.beatAtTime: time: expected microseconds of Link's clock as a bigint, such as link.clock().micros(), got 12345 (number)",
  );
});
