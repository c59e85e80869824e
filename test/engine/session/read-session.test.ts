// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import { readSession } from "../../../engine/app/session-file.ts";
import { formatProblem } from "../../../engine/config/problem.ts";
import type { SessionResult } from "../../../engine/session/read-session.ts";
import { testCatalog } from "../../support/node-catalog.ts";
import { diskOf, smallRack } from "../../support/rack-files.ts";

const RACK = smallRack();

function smallSession() {
  return {
    kind: "session",
    version: 1,
    name: "Two racks",
    randomSeed: 11,
    racks: [
      { id: "drums", path: "../racks/drums.json", gain: 0.8, muted: true },
      { id: "again", path: "../racks/drums.json", solo: true, randomSeed: 99 },
    ],
    master: { gain: 0.9, ceilingDb: -1 },
    midiTracks: [
      {
        id: "line",
        port: "downbeat",
        channel: 16,
        lengthBars: 2,
        swingPercent: 30,
        notes: [
          { step: 20, note: 40, velocity: 90, lengthSteps: 1.5 },
          { step: 4, note: 38 },
        ],
        controllers: [{ step: 0, cc: 74, value: 64 }],
      },
    ],
  };
}

function read(session: object, more: Record<string, unknown> = {}): Promise<SessionResult> {
  const disk = diskOf({ "/songs/sets/s.json": session, "/songs/racks/drums.json": RACK, ...more });
  return readSession("/songs/sets/s.json", testCatalog, disk);
}

describe("a session", () => {
  test("plays its racks with their level, mute, solo and dice", async () => {
    const { plan, problems } = await read(smallSession());
    expect(problems.map(formatProblem)).toEqual([]);
    expect(plan).toMatchObject({ name: "Two racks", seed: 11, master: { gain: 0.9, ceilingDb: -1 } });
    expect(plan?.racks).toMatchObject([
      { id: "drums", seed: 7, gain: 0.8, muted: true, soloed: false },
      { id: "again", seed: 99, gain: 1, muted: false, soloed: true },
    ]);
    expect(plan?.racks[0]?.patterns).toEqual(plan?.racks[1]?.patterns);
  });

  test("has the tempo it says, else that of its first rack with one, else 120", async () => {
    const tempoOf = async (more: object) => (await read({ ...smallSession(), ...more })).plan?.tempoMap;
    expect(await tempoOf({ bpm: 99 })).toEqual([{ beat: 0, bpm: 99 }]);
    expect(await tempoOf({})).toEqual([
      { beat: 0, bpm: 120 },
      { beat: 8, bpm: 60 },
    ]);
    expect(await tempoOf({ racks: [] })).toEqual([{ beat: 0, bpm: 120 }]);
  });

  test("sends MIDI on channels that are 0 to 15 in the plan", async () => {
    const { plan } = await read(smallSession());
    expect(plan?.midiTracks).toEqual([
      {
        id: "line",
        port: "downbeat",
        channel: 15,
        muted: false,
        resolution: 16,
        lengthSteps: 32,
        swingPercent: 30,
        swingExponent: 1,
        notes: [
          { step: 4, note: 38, velocity: 100, lengthSteps: 1 },
          { step: 20, note: 40, velocity: 90, lengthSteps: 1.5 },
        ],
        controllers: [{ step: 0, controller: 74, value: 64 }],
      },
    ]);
  });

  test("names every file it is made of, so that they can be watched", async () => {
    expect((await read(smallSession())).files).toEqual(["/songs/sets/s.json", "/songs/racks/drums.json"]);
    const missing = { ...smallSession(), racks: [{ id: "a", path: "gone.json" }] };
    expect((await read(missing)).files).toEqual(["/songs/sets/s.json", "/songs/sets/gone.json"]);
  });

  test("says how long it lasts", async () => {
    expect((await read({ ...smallSession(), durationSec: 30 })).facts).toMatchObject({
      lengthBeats: 8,
      durationSec: 30,
    });
  });

  test("may be a plain rack", async () => {
    const disk = diskOf({ "/songs/beat.json": RACK });
    const { plan, facts, files } = await readSession("/songs/beat.json", testCatalog, disk);
    expect(plan).toMatchObject({ name: "beat", racks: [{ id: "beat", gain: 1 }], midiTracks: [] });
    expect(plan).toMatchObject({ buses: [], routes: [], xfaders: [], commands: [], loopBeats: 0 });
    expect(plan?.tempoMap).toEqual(plan?.racks[0]?.tempoMap);
    expect(facts).toMatchObject({ sampleRate: 48_000, lengthBeats: 8 });
    expect(files).toEqual(["/songs/beat.json"]);
  });

  test("may be a rack whose file has a name that is no id", async () => {
    const disk = diskOf({ "/songs/12:30 é\u0007.json": RACK, [`/songs/${"é".repeat(100)}.json`]: RACK });
    const idOf = async (file: string) => (await readSession(file, testCatalog, disk)).plan?.racks[0]?.id;
    expect(await idOf("/songs/12:30 é\u0007.json")).toBe("12-30 é-");
    expect(await idOf(`/songs/${"é".repeat(100)}.json`)).toBe("é".repeat(64));
  });

  test("without a kind is one when it names racks", async () => {
    const { kind: _, ...session } = smallSession();
    expect((await read(session)).plan?.racks).toHaveLength(2);
  });

  test("with an error in a rack has no plan, and names the rack's file once", async () => {
    const bad = {
      ...RACK,
      nodes: [{ id: "kick", type: "kik" }],
      connections: [],
      mixer: undefined,
      transport: undefined,
    };
    const { plan, problems } = await read(smallSession(), {
      "/songs/racks/drums.json": { ...bad, commands: [] },
    });
    expect(plan).toBeNull();
    expect(problems.map(({ file, path }) => [file, path])).toEqual([
      ["/songs/racks/drums.json", "nodes[0].type"],
    ]);
  });

  test("that asks for nothing of what it could is welcome", async () => {
    const idle = {
      durationSec: 0,
      loop: false,
      alignTransports: false,
      commands: [],
      buses: [],
      routes: [],
      xfaders: [],
      sidechains: [],
      scenes: [],
      mappings: [],
      clockSource: null,
    };
    const racks = [
      { id: "a", path: "../racks/drums.json", startOffsetFrames: 0, bars: 0, loopCount: 0, tailMs: 0 },
    ];
    expect((await read({ ...smallSession(), ...idle, racks })).plan).not.toBeNull();
  });
});

type Session = ReturnType<typeof smallSession>;
// biome-ignore lint/suspicious/noExplicitAny: the bends are wrong on purpose
type Bend = (session: any) => void;

const TRACK = "midiTracks[0]";
const BROKEN: readonly { readonly bend: Bend; readonly path: string; readonly says: string }[] = [
  { bend: (s) => (s.version = 2), path: "version", says: "got 2" },
  { bend: (s) => (s.raks = []), path: "raks", says: 'mean "racks"' },
  { bend: (s) => (s.bpm = 1000), path: "bpm", says: "20 to 999 bpm" },
  { bend: (s) => (s.loop = 1), path: "loop", says: "true or false" },
  { bend: (s) => (s.alignTransports = "yes"), path: "alignTransports", says: "true or false" },
  { bend: (s) => (s.durationSec = -1), path: "durationSec", says: "0 to 86400 s" },
  { bend: (s) => (s.buses = {}), path: "buses", says: "a list of at most 64" },
  { bend: (s) => (s.routes = "main"), path: "routes", says: "a list of at most 1024" },
  { bend: (s) => (s.scenes = [{ id: "x" }]), path: "scenes", says: "is not supported yet" },
  { bend: (s) => (s.mappings = [{ input: "x" }]), path: "mappings", says: "is not supported yet" },
  { bend: (s) => (s.clockSource = "link"), path: "clockSource", says: "is not supported yet" },
  { bend: (s) => (s.racks[0].bars = -1), path: "racks[0].bars", says: "0 to 1024 bars" },
  { bend: (s) => (s.racks[0].loopCount = 1.5), path: "racks[0].loopCount", says: "a whole number" },
  { bend: (s) => (s.racks[0].loopSeconds = "30"), path: "racks[0].loopSeconds", says: "s, got" },
  { bend: (s) => (s.racks[0].tailMs = -1), path: "racks[0].tailMs", says: "0 to 600000 ms" },
  { bend: (s) => (s.racks[0].startOffsetFrames = 0.5), path: "racks[0].startOffsetFrames", says: "frames" },
  { bend: (s) => (s.racks[1].id = "drums"), path: "racks[1].id", says: "no other rack" },
  { bend: (s) => (s.racks[1].gain = 5), path: "racks[1].gain", says: "0 to 4" },
  { bend: (s) => (s.racks[1].mute = true), path: "racks[1].mute", says: 'mean "muted"' },
  {
    bend: (s) => (s.racks[1].path = "gone.json"),
    path: "racks[1].path",
    says: "got no such file. Looked for /songs/sets/gone",
  },
  { bend: (s) => (s.racks[1] = "drums.json"), path: "racks[1]", says: "a group of keys" },
  { bend: (s) => (s.master.ceilingDb = 3), path: "master.ceilingDb", says: "-24 to 0 dB" },
  { bend: (s) => delete s.midiTracks[0].port, path: `${TRACK}.port`, says: "the id of a MIDI port" },
  { bend: (s) => (s.midiTracks[0].channel = 0), path: `${TRACK}.channel`, says: "1 to 16" },
  { bend: (s) => (s.midiTracks[0].chanel = 1), path: `${TRACK}.chanel`, says: 'mean "channel"' },
  {
    bend: (s) => Object.assign(s.midiTracks[0], { lengthBars: 1024, resolution: 65 }),
    path: TRACK,
    says: "at most 65536 steps",
  },
  { bend: (s) => (s.racks[0].id = "a:b"), path: "racks[0].id", says: "without colons" },
  { bend: (s) => s.midiTracks.push(s.midiTracks[0]), path: "midiTracks[1].id", says: "no other track" },
  { bend: (s) => (s.midiTracks[0].notes[1].note = 128), path: `${TRACK}.notes[1].note`, says: "0 to 127" },
  {
    bend: (s) => (s.midiTracks[0].notes[1].velocity = 0),
    path: `${TRACK}.notes[1].velocity`,
    says: "1 to 127",
  },
  {
    bend: (s) => (s.midiTracks[0].notes[1].lengthSteps = 0),
    path: `${TRACK}.notes[1].lengthSteps`,
    says: "0.001 to 65536 steps",
  },
  { bend: (s) => (s.midiTracks[0].notes[1].step = 32), path: `${TRACK}.notes[1].step`, says: "0 to 31" },
  {
    bend: (s) => (s.midiTracks[0].controllers[0].cc = 120),
    path: `${TRACK}.controllers[0].cc`,
    says: "0 to 119",
  },
];

describe("a broken session is refused at", () => {
  test.each(BROKEN)("$path", async ({ bend, path, says }) => {
    const session: Session = smallSession();
    bend(session);
    const { plan, problems } = await read(session);
    expect(plan).toBeNull();
    const errors = problems.filter((problem) => problem.severity === "error");
    expect(errors.map((problem) => problem.path)).toEqual([path]);
    expect(errors.map(formatProblem).join()).toContain(says);
  });
});

test("a session file that is missing is a problem, not an exception", async () => {
  const { plan, problems, files } = await readSession("/nowhere/s.json", testCatalog);
  expect(plan).toBeNull();
  expect(problems.map(formatProblem)).toEqual([
    "/nowhere/s.json:1:1: expected a file that can be read, got no such file.",
  ]);
  expect(files).toEqual(["/nowhere/s.json"]);
});

test("a device is no session file, and is not waited for", async () => {
  const { problems } = await readSession("/dev/zero", testCatalog);
  expect(problems.map(formatProblem)).toEqual([
    "/dev/zero:1:1: expected a file that can be read, got not a plain file.",
  ]);
});
