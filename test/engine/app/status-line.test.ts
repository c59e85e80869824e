// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { type LineFacts, StatusLineWriter, statusLine } from "../../../engine/app/status-line.ts";
import { engineState } from "../../support/engine-state.ts";

const FACTS: LineFacts = {
  state: engineState(),
  audio: "no sound",
  audioDetail: "null driver",
  midiPorts: [],
  trouble: null,
};

test("the line has status, tempo, bar.beat, Link, audio, MIDI, load and xruns", () => {
  expect(statusLine(FACTS, 80)).toBe(
    "playing  120.00 bpm    1.3  Link alone  no sound  no MIDI  load  5 %  0 xruns",
  );
});

test.each([0, 20, 40, 60, 79, 80, 81, 120, 200])("a terminal of %i columns never wraps it", (width) => {
  const facts: LineFacts = {
    ...FACTS,
    state: engineState({ peers: 12, xruns: 123_456, tempoBpm: 999, songBeat: 39_999, loadRatio: 1.5 }),
    audio: "A USB device with a very long name of its own, second output",
    audioDetail: "alsa, 96 kHz",
    midiPorts: Array.from({ length: 12 }, (_, index) => `synth-${index}`),
    trouble: null,
  };
  expect(statusLine(facts, width).length).toBeLessThan(Math.max(21, width));
});

test("at 80 columns names are shortened, and load and xruns stay", () => {
  const facts: LineFacts = {
    ...FACTS,
    state: engineState({ xruns: 1, peers: 1 }),
    audio: "Scarlett 2i2 USB, Front",
    audioDetail: "alsa, 48 kHz",
    midiPorts: ["virtual", "volca", "nts1"],
  };
  const line = statusLine(facts, 80);
  expect(line).toMatch(/ {2}Scarlett 2?… {2}MIDI 3 {2}load {2}5 % {2}1 xrun$/);
  expect(statusLine(facts, 200)).toContain(
    "Scarlett 2i2 USB, Front (alsa, 48 kHz)  MIDI virtual, volca, nts1",
  );
});

test("the line keeps its width while the music plays", () => {
  const widths = [0, 3.99, 40, 399, 400].map(
    (songBeat) =>
      statusLine({ ...FACTS, state: engineState({ songBeat, loadRatio: songBeat / 4000 }) }, 100).length,
  );
  expect(new Set(widths).size).toBe(1);
});

test.each([
  ["Link off", { linkEnabled: false }],
  ["Link alone", { peers: 0 }],
  ["Link 1 peer", { peers: 1 }],
  ["Link 7 peers", { peers: 7 }],
  ["waiting", { waitingForQuantum: true }],
  ["stopped", { status: "stopped" as const }],
  ["paused", { status: "paused" as const }],
])("it says %s", (words, state) => {
  expect(statusLine({ ...FACTS, state: engineState(state) }, 100)).toContain(words);
});

test("without an engine it says what is the matter", () => {
  expect(statusLine({ ...FACTS, state: null }, 80)).toBe("waiting for the engine");
  expect(statusLine({ ...FACTS, state: null, trouble: "the engine is not built" }, 80)).toBe(
    "the engine is not built",
  );
});

/** What a terminal would show: lines that ended, and the one that is being written. */
function writerOn(): { writer: StatusLineWriter; shown: () => string[]; pieces: string[] } {
  const pieces: string[] = [];
  const out = { write: (piece: string) => pieces.push(piece) } as unknown as NodeJS.WriteStream;
  return {
    writer: new StatusLineWriter(out),
    pieces,
    shown: () =>
      pieces
        .join("")
        .split("\n")
        // biome-ignore lint/suspicious/noControlCharactersInRegex: what erases a line begins with Escape
        .map((line) => line.replace(/^.*\r\u001b\[2K/s, "")),
  };
}

test("the line is written over itself, and a sentence stands above it", () => {
  const { writer, shown } = writerOn();
  writer.show("one");
  writer.show("two");
  writer.say("a sentence");
  writer.show("three");
  expect(shown()).toEqual(["a sentence", "three"]);
  writer.end();
  expect(shown()).toEqual(["a sentence", "three", ""]);
});

test("a device that calls itself something that a terminal obeys is shown with letters", () => {
  const { writer, pieces } = writerOn();
  writer.say("MIDI left is open: \u001b]0;title\u0007Syn\u202eth");
  writer.show("playing  \u009b2J");
  expect(pieces.join("")).toBe(
    "\r\u001b[2KMIDI left is open: \ufffd]0;title\ufffdSyn\ufffdth\n\r\u001b[2Kplaying  \ufffd2J",
  );
});

test("an unchanged line is not written again", () => {
  const { writer, pieces } = writerOn();
  for (let i = 0; i < 10; i += 1) writer.show("the same");
  expect(pieces).toHaveLength(1);
});
