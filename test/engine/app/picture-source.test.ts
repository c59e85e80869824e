// SPDX-License-Identifier: GPL-3.0-or-later
// What the display is told: where the beat is now, who plays along, what is wrong first.

import { expect, test } from "vitest";
import {
  isWorthAPage,
  PictureSource,
  type PictureSourceOptions,
} from "../../../engine/app/picture-source.ts";
import type { EngineStatus } from "../../../engine/binding/engine-status.ts";
import { WELL } from "../../support/control-bench.ts";
import { engineState } from "../../support/engine-state.ts";
import { moveJson } from "../../support/scripted-mapping.ts";

const STATUS = {
  plan: { name: "First Light" },
  audio: { isOpening: false, recording: null },
  midi: { ports: [] },
} as unknown as EngineStatus;

function source(changes: Partial<PictureSourceOptions> = {}): PictureSource {
  return new PictureSource({
    version: "0.1.0",
    startsEngine: true,
    state: () => engineState(),
    isBeating: () => true,
    hostMicros: () => engineState().hostMicros,
    mapping: () => ({ bank: null, banks: [], held: [], mappings: [], touched: null }),
    health: { health: () => WELL },
    link: { link: () => null },
    troubles: () => [],
    url: () => "http://0.0.0.0:8000",
    addresses: () => [{ face: "wlan0", address: "192.168.1.9" }],
    ...changes,
  });
}

test("the beat is where the loudspeaker is now, not where the engine last said", () => {
  const state = engineState({
    status: "playing",
    songBeat: 10,
    lineBeat: 22,
    tempoBpm: 120,
    quantum: 4,
    hostMicros: 1e6,
  });
  const at = (hostMicros: number) =>
    source({ state: () => state, hostMicros: () => hostMicros }).page("play") as {
      songBeat: number;
      phase: number;
    };
  expect(at(1e6)).toMatchObject({ songBeat: 10, phase: 2 });
  expect(at(1.25e6)).toMatchObject({ songBeat: 10.5, phase: 2.5 });
  // The output is not heard yet: the state is of the near future.
  expect(at(0.95e6).songBeat).toBeCloseTo(9.9);
  // An engine that stands: nothing is made up.
  expect(at(20e6)).toMatchObject({ songBeat: 10, phase: 2 });
});

test("a song that stands stands, while the cycle of the others goes on", () => {
  const state = engineState({ status: "stopped", songBeat: 4, lineBeat: 3.9, tempoBpm: 120, hostMicros: 0 });
  const page = source({ state: () => state, hostMicros: () => 100_000 }).page("play");
  expect(page).toMatchObject({ status: "stopped", songBeat: 4 });
  expect(page.page === "play" && page.phase).toBeCloseTo(0.1);
});

test("a box boots until it has played once; later trouble is no boot", () => {
  let isBeating = false;
  const one = source({ isBeating: () => isBeating });
  expect(one.boot()).toMatchObject({ version: "version 0.1.0", waitsFor: "reading the settings" });
  one.takeSettings();
  expect(one.boot().waitsFor).toBe("waiting for the engine");
  isBeating = true;
  expect(one.boot().waitsFor).toBe("opening the sound card");
  one.takeStatus({ ...STATUS, audio: { ...STATUS.audio, isOpening: true } });
  expect(one.boot().waitsFor).toBe("opening the sound card");
  one.takeStatus(STATUS);
  expect(one.boot().waitsFor).toBe("");
  isBeating = false;
  expect(one.boot().waitsFor).toBe("");
});

test("an engine that is gone comes before everything, then the files, then devices", () => {
  const files = ["downbeat.yaml line 3: link: expected a group"];
  const troubles = (engineBeats: boolean, problems: readonly string[]) =>
    source({
      health: { health: () => ({ ...WELL, engineBeats, problems }) },
      troubles: () => files,
    }).troubles();
  expect(troubles(true, ["MIDI volca: away"])).toEqual([...files, "MIDI volca: away"]);
  expect(troubles(false, ["the engine does not play: see `downbeat doctor`", "MIDI volca: away"])).toEqual([
    "the engine does not play: see downbeat doctor",
    ...files,
    "MIDI volca: away",
  ]);
});

test("the stage page has the name of the session, or of the scene that was called last", () => {
  const one = source();
  one.takeStatus(STATUS);
  expect(one.page("play")).toMatchObject({ name: "First Light" });
  one.takeStatus({ ...STATUS, mapping: { scene: "chorus" } } as unknown as EngineStatus);
  expect(one.page("play")).toMatchObject({ name: "chorus" });
});

test("a clock goes out when a cable carries it; our own virtual port is no cable", () => {
  const clockOut = (port: object) => {
    const one = source();
    one.takeStatus({ ...STATUS, midi: { ports: [port] } } as unknown as EngineStatus);
    const page = one.page("play");
    return page.page === "play" && page.clockOut;
  };
  expect(clockOut({ kind: "match", state: "open", ticks: 24 })).toBe(true);
  expect(clockOut({ kind: "virtual", state: "open", ticks: 24 })).toBe(false);
  expect(clockOut({ kind: "serial", state: "missing", ticks: 24 })).toBe(false);
  expect(clockOut({ kind: "match", state: "open", ticks: 0 })).toBe(false);
});

test("the parameter page has what a hand moved, whose it is and where it stands", () => {
  const touched = moveJson();
  const mapping = { bank: "mixer", banks: ["mixer"], held: [], mappings: [], touched };
  expect(source({ mapping: () => mapping }).page("parameter")).toEqual({
    page: "parameter",
    place: "drums filter",
    name: "cutoffHz",
    value: "1.20 kHz",
    ratio: 0.62,
    bank: "mixer",
  });
});

test("a hand that turns is worth a page; an LFO, a key and a play button are not", () => {
  expect(isWorthAPage(moveJson())).toBe(true);
  expect(isWorthAPage(moveJson({ source: "maker" }))).toBe(false);
  expect(isWorthAPage(moveJson({ kind: "noteOn" }))).toBe(false);
  expect(isWorthAPage(moveJson({ kind: "transport", name: "play" }))).toBe(false);
  expect(isWorthAPage(moveJson({ kind: "transport", name: "tempo" }))).toBe(true);
  expect(isWorthAPage(moveJson({ kind: "bank", name: "bank" }))).toBe(true);
});

test("the network page has the port that is served", () => {
  const one = source();
  expect(one.page("network")).toMatchObject({ addresses: [{ face: "wlan0" }], wifi: null, port: 8000 });
  expect(source({ url: () => undefined }).page("network")).toMatchObject({ port: null });
});

test("the last page says whether the music goes on", () => {
  expect(source().shutdown().sentence).toBe("Stopped. Good night.");
  expect(source({ startsEngine: false }).shutdown().sentence).toBe("The music plays on.");
  expect(source({ startsEngine: false, isBeating: () => false }).shutdown().sentence).toBe(
    "Stopped. Good night.",
  );
});
