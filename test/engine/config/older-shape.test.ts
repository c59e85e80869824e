// SPDX-License-Identifier: GPL-3.0-or-later
// Settings of an older kind of box are taken over without losing one value, and the file is kept.

import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { parse } from "yaml";
import { loadAtStart, loadSettingsBytes } from "../../../engine/config/load-settings.ts";
import { formatProblem } from "../../../engine/config/problem.ts";

const OLDER = `logging:
  level: WARNING

midi:
  input_port: "auto"
  output_port: "RK006 OUT_ALL"  # the box on the left
  input_channel: 1
  output_channel: 14
  clock:
    enabled: true            # sync
    send_start_stop: false
    send_song_position: true
  cc_profile:
    active_profile: "korg_nts1_mk2"
    parameter_smoothing: true
    cc_throttle_ms: 10

# What the knobs do.
mapping:
  buttons: {}
  ccs:
    "21": filter_cutoff # K1

sequencer:
  steps: 8
  bpm: 45
  swing: 0.09
  root_note: 60

scales:
  - major
  - minor

mutation:
  interval_min_s: 30
  interval_max_s: 60
  max_changes_per_cycle: 3

idle:
  timeout_ms: 300000
  ambient_profile: meditative

cc_profiles:
  my_synth:
    parameters:
      cutoff: { cc: 74, range: [0, 127], curve: exponential, name: Cutoff }
`;

let folder = "";
let file = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "downbeat-older-"));
  file = join(folder, "downbeat.yaml");
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function load(text: string) {
  return loadSettingsBytes("box.yaml", Buffer.from(text), "check");
}

test("what has a place is put there: the port, its synth, the tempo, the log", () => {
  const { state, settings, migratedFrom } = load(OLDER);
  expect(state).toBe("good");
  expect(migratedFrom).toBe(0);
  expect(settings.midi.ports).toMatchObject([
    {
      id: "synth",
      kind: "match",
      name: "RK006 OUT_ALL",
      channel: 14,
      profile: "korg_nts1_mk2",
      clock: true,
      startStop: false,
      songPosition: true,
    },
  ]);
  expect(settings.transport.tempo).toBe(45);
  expect(settings.log.level).toBe("warn");
  expect(Object.keys(settings.cc_profiles)).toEqual(["my_synth"]);
});

test("everything else is kept as it was, and the owner is told", () => {
  const { settings, problems } = load(OLDER);
  expect(settings.older).toEqual({
    midi: {
      input_port: "auto",
      input_channel: 1,
      cc_profile: { parameter_smoothing: true, cc_throttle_ms: 10 },
    },
    mapping: { buttons: {}, ccs: { "21": "filter_cutoff" } },
  });
  expect(problems.map(formatProblem)).toEqual([
    expect.stringMatching(/warning: older: .*not used yet: midi, mapping\./),
  ]);
});

test("its melody becomes a track, and what changes over minutes goes with it", () => {
  const { settings } = load(OLDER);
  expect(settings.sequencer.scales).toEqual(["major", "minor"]);
  expect(settings.sequencer.tracks).toMatchObject([
    {
      id: "melody",
      target: "synth",
      patterns: ["x.x.x.x."],
      notes: "0 2 4 6",
      scale: "major",
      root: 60,
      swingPercent: 18,
      probability: 0.85,
    },
  ]);
  expect(settings.sequencer.mutation).toMatchObject({
    enabled: true,
    minSeconds: 30,
    maxSeconds: 60,
    changes: 3,
  });
  expect(settings.sequencer.idle).toMatchObject({ enabled: true, afterSeconds: 300, profile: "meditative" });
});

test("every word of the older sequencer has its meaning, and what has none here is kept", () => {
  const { state, settings } = load(
    `sequencer:
  steps: 12
  density: 0.5 # half
  gate_length: 0.3
  step_pattern: sparse
  direction_pattern: ping_pong
  note_division: eighth
  quantize_scale_changes: bar
  voices: 3
scales: [dorian]
idle: { timeout_ms: 30000, ambient_profile: my_own, fade_in_ms: 4000, fade_out_ms: 800 }
`,
  );
  expect(state).toBe("good");
  expect(settings.sequencer.tracks).toMatchObject([
    {
      target: "virtual",
      patterns: ["x.....x.x..."],
      notes: "0 6 8",
      probability: 0.5,
      gate: 0.3,
      direction: "pingPong",
      resolution: 8,
      scale: "dorian",
    },
  ]);
  expect(settings.sequencer.idle).toMatchObject({ afterSeconds: 30, fadeInSeconds: 4, fadeOutSeconds: 0.8 });
  expect(settings.older).toEqual({ sequencer: { voices: 3 }, idle: { ambient_profile: "my_own" } });
});

/** These say the same in another unit. */
const CONVERTED = ["WARNING", "8", "0.09", "300000"];

/** Every plain value of a document, whatever it stands under. */
function leaves(value: unknown): readonly unknown[] {
  if (typeof value !== "object" || value === null) return [value];
  return Object.values(value).flatMap(leaves);
}

test("no value is lost on the way, and comments stay with theirs", async () => {
  await writeFile(file, OLDER);
  const start = await loadAtStart(file, join(folder, "state"));
  expect(start.source).toBe("file");
  const text = await readFile(file, "utf8");
  const left = leaves(parse(text)).map(String);
  for (const value of leaves(parse(OLDER))) {
    if (!CONVERTED.includes(String(value))) expect(left).toContain(String(value));
  }
  expect(text).toContain('RK006 OUT_ALL" # the box on the left');
  expect(text).toContain("# What the knobs do.");
  expect(text).toContain("filter_cutoff # K1");
});

test("the old file stands beside the new one, which is loaded as it is from then on", async () => {
  await writeFile(file, OLDER);
  const first = await loadAtStart(file, join(folder, "state"));
  expect(first.sentence).toContain(`the old file is ${file}.version-0`);
  expect(await readFile(`${file}.version-0`, "utf8")).toBe(OLDER);
  const second = await loadAtStart(file, join(folder, "state"));
  expect(second.loaded.migratedFrom).toBeNull();
  expect(second.settings).toEqual(first.settings);
});

test.each([
  ["auto", "midi: { output_port: auto, output_channel: 3 }"],
  ["nothing", "midi: { output_port: null, output_channel: 3 }"],
  ["a list", "midi: { output_port: [a], output_channel: 3 }"],
])("an output port that is %s names no synth, and is kept", (_what, text) => {
  const { state, settings } = load(`${text}\n`);
  expect(state).toBe("good");
  expect(settings.midi.ports).toEqual([]);
  expect(settings.older).toHaveProperty("midi.output_channel", 3);
});

test("values that have no place here, or are no good there, are kept where they were", () => {
  const { state, settings } = load(
    'midi: { output_port: X, output_channel: 99, cc_profile: { active_profile: "My Synth" } }\nsequencer: { bpm: 5000, steps: 8 }\nlogging: { level: LOUD }\napi: { port: 8080 }\n',
  );
  expect(state).toBe("good");
  expect(settings.older).toEqual({
    midi: { output_channel: 99, cc_profile: { active_profile: "My Synth" } },
    sequencer: { bpm: 5000 },
    logging: { level: "LOUD" },
    api: { port: 8080 },
  });
});

test.each([
  "link: { quantum: 8 }\n",
  "version: 1\nmidi: { virtualPort: null }\n",
  "# nothing\n",
  "- 1\n",
  "mapping: 5\n",
])("%j is not of the older shape", (text) => {
  expect(load(text).migratedFrom).toBeNull();
});

const WITH_CONTROLLER = OLDER.replace('input_port: "auto"', 'input_port: "nanoKONTROL" # the small one');

test("a controller by its name becomes a port, and what it moved on the synth mappings", () => {
  const { state, settings } = load(WITH_CONTROLLER);
  expect(state).toBe("good");
  expect(settings.midi.ports[1]).toMatchObject({
    id: "controller",
    name: "nanoKONTROL",
    input: true,
    output: false,
  });
  expect(settings.mappings).toMatchObject([
    {
      id: "cc-21",
      port: "controller",
      source: "cc",
      number: 21,
      channel: 1,
      target: "synth:synth",
      param: "filter_cutoff",
    },
  ]);
  expect(settings.older).not.toHaveProperty("mapping");
  expect(settings.older).toHaveProperty("midi", {
    cc_profile: { parameter_smoothing: true, cc_throttle_ms: 10 },
  });
});

test("no value of a controller is lost either, and its comments stay", async () => {
  await writeFile(file, WITH_CONTROLLER);
  await loadAtStart(file, join(folder, "state"));
  const text = await readFile(file, "utf8");
  const left = leaves(parse(text)).map(String);
  for (const value of leaves(parse(WITH_CONTROLLER))) {
    if (!CONVERTED.includes(String(value))) expect(left).toContain(String(value));
  }
  expect(text).toContain('nanoKONTROL" # the small one');
  expect(text).toContain("# What the knobs do.\nmappings:");
  expect(text).toContain("param: filter_cutoff # K1");
  const again = await loadAtStart(file, join(folder, "state"));
  expect(again.loaded).toMatchObject({ state: "good", migratedFrom: null });
});

test("what of a controller has no place is kept where it was", () => {
  const { state, settings } = load(
    'midi: { input_port: K, input_channel: 99, output_port: X, cc_profile: { active_profile: a } }\nmapping: { buttons: { "5": start }, ccs: { "200": a, "7": [1], "8": volume } }\n',
  );
  expect(state).toBe("good");
  expect(settings.mappings).toMatchObject([{ id: "cc-8", number: 8, channel: null, param: "volume" }]);
  expect(settings.older).toEqual({
    midi: { input_channel: 99 },
    mapping: { buttons: { "5": "start" }, ccs: { "200": "a", "7": [1] } },
  });
});

test("controllers of a synth without a profile have no names, and are kept", () => {
  const { settings } = load('midi: { input_port: K, output_port: X }\nmapping: { ccs: { "8": volume } }\n');
  expect(settings.midi.ports.map(({ id }) => id)).toEqual(["synth", "controller"]);
  expect(settings.mappings).toEqual([]);
  expect(settings.older).toEqual({ mapping: { ccs: { "8": "volume" } } });
});

test("a synth that is its own controller is one port", () => {
  const { state, settings } = load(
    'midi: { input_port: X, output_port: X, cc_profile: { active_profile: a } }\nmapping: { ccs: { "8": volume } }\n',
  );
  expect(state).toBe("good");
  expect(settings.midi.ports).toMatchObject([{ id: "synth", input: true, output: true }]);
  expect(settings.mappings).toMatchObject([{ port: "synth", number: 8 }]);
  expect(settings.older).toEqual({});
});
