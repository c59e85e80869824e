// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine is told when the settings say so.

import { expect, test } from "vitest";
import { diffSettings, SETTINGS_SECTIONS } from "../../../engine/config/diff-settings.ts";
import { toPlanParts, VIRTUAL_PORT_ID } from "../../../engine/config/plan-parts.ts";
import { DEFAULT_SETTINGS, type Settings, settingsSchema } from "../../../engine/config/schema.ts";
import { sessionPlace } from "../../../engine/config/session-place.ts";

const settings = (changes: object): Settings => settingsSchema.parse(changes);

test("the defaults ask for a device of any kind at 48 kHz, Link, and a port that others see", () => {
  expect(toPlanParts(DEFAULT_SETTINGS)).toEqual({
    audio: {
      device: "auto",
      api: "auto",
      sampleRate: 48000,
      blockFrames: 128,
      outputChannels: 2,
      inputChannels: 0,
      latencyOffsetMs: 0,
    },
    link: { enabled: true, startStopSync: false, quantum: 4 },
    transport: { autoplay: true, tempo: null },
    midi: {
      clockFrom: null,
      ports: [
        {
          id: VIRTUAL_PORT_ID,
          kind: "virtual",
          name: "Downbeat",
          input: true,
          output: true,
          clock: true,
          startStop: true,
          songPosition: true,
          offsetMs: 0,
          tempoMultiple: 1,
          atStop: "keepClock",
          baud: 31250,
          bytesPerSecond: 0,
          runningStatus: false,
          askIdentity: false,
        },
      ],
    },
    master: { gain: 1, ceilingDb: -0.3 },
  });
});

test("null is the null driver, and no virtual port", () => {
  const parts = toPlanParts(settings({ audio: { device: null }, midi: { virtualPort: null } }));
  expect(parts.audio.device).toBe("null");
  expect(parts.midi.ports).toEqual([]);
});

test("a level in dB becomes a factor within the engine's range", () => {
  expect(toPlanParts(settings({ master: { gainDb: -20 } })).master.gain).toBeCloseTo(0.1, 12);
  expect(toPlanParts(settings({ master: { gainDb: 12 } })).master.gain).toBeLessThanOrEqual(4);
});

test("a port that is not played to gets no clock", () => {
  const { midi } = toPlanParts(
    settings({
      midi: { virtualPort: null, ports: [{ id: "keys", kind: "match", name: "keys", output: false }] },
    }),
  );
  expect(midi.ports[0]).toMatchObject({ clock: false, startStop: false, songPosition: false, input: true });
});

test("a port without a stated byte rate has none in the plan", () => {
  const rateOf = (bytesPerSecond: number | null): number | undefined =>
    toPlanParts(settings({ midi: { ports: [{ id: "a", kind: "match", name: "a", bytesPerSecond }] } })).midi
      .ports[1]?.bytesPerSecond;
  expect(rateOf(null)).toBe(0);
  expect(rateOf(3125)).toBe(3125);
});

test("the port whose clock is followed gets none", () => {
  const ports = [
    { id: "drums", kind: "match", name: "drums" },
    { id: "synth", kind: "match", name: "synth" },
  ];
  const { midi } = toPlanParts(settings({ midi: { clockFrom: "drums", virtualPort: null, ports } }));
  expect(midi.clockFrom).toBe("drums");
  expect(midi.ports[0]).toMatchObject({ clock: false, startStop: false, songPosition: false, output: true });
  expect(midi.ports[1]).toMatchObject({ clock: true, startStop: true, songPosition: true });
});

test("a difference is told by section, and none by none", () => {
  const before = settings({});
  expect(diffSettings(before, settings({}))).toEqual([]);
  expect(diffSettings(before, settings({ audio: { blockFrames: 64 }, http: { port: 80 } }))).toEqual([
    "audio",
    "http",
  ]);
  const port = { id: "a", kind: "match", name: "a" };
  expect(diffSettings(before, settings({ midi: { ports: [port] } }))).toEqual(["midi"]);
  expect(diffSettings(before, settings({ session: "mine.json" }))).toEqual(["session"]);
});

test("every section of the schema is compared", () => {
  expect(["version", ...SETTINGS_SECTIONS]).toEqual(Object.keys(settingsSchema.shape));
});

test("a session is looked for beside the settings, then among what was shipped", () => {
  const place = (session: string, files: readonly string[]): string =>
    sessionPlace({
      session,
      settingsFile: "/etc/downbeat/downbeat.yaml",
      shippedFolder: "/usr/share/downbeat/config",
      exists: (path) => files.includes(path),
    });
  const beside = "/etc/downbeat/sessions/a.json";
  const shipped = "/usr/share/downbeat/config/sessions/a.json";
  expect(place("sessions/a.json", [beside, shipped])).toBe(beside);
  expect(place("sessions/a.json", [shipped])).toBe(shipped);
  expect(place("sessions/a.json", [])).toBe(beside);
  expect(place("/home/me/a.json", [])).toBe("/home/me/a.json");
});
