// SPDX-License-Identifier: GPL-3.0-or-later
// From the settings to what the engine plays: every name found, and a sentence for each that is not.

import { beforeAll, describe, expect, test } from "vitest";
import { mappingOf } from "../../../engine/app/mapping-source.ts";
import type { PortProfile } from "../../../engine/app/profile-source.ts";
import type { MappingEntryPlan } from "../../../engine/binding/plan/mapping-plan.ts";
import type { SessionPlan } from "../../../engine/binding/plan/plan.ts";
import { settingsSchema } from "../../../engine/config/schema.ts";
import type { NodeTypeInfo } from "../../../engine/rack/catalog.ts";
import { catalogOf } from "../../../engine/rack/catalog.ts";
import { outputAt, valueAt } from "../../support/mapped-bytes.ts";
import { testCatalog } from "../../support/node-catalog.ts";
import { builtInShelf } from "../../support/profile-golden.ts";

const FILTER: NodeTypeInfo = {
  type: "filter",
  inputChannels: 2,
  outputChannels: 2,
  hasKeyInput: false,
  params: [
    {
      id: 1,
      name: "CUTOFF_HZ",
      key: "cutoffHz",
      unit: "Hz",
      min: 20,
      max: 20_000,
      initial: 1000,
      smoothing: "exponential",
    },
    { id: 2, name: "MIX", key: "mix", unit: "", min: 0, max: 1, initial: 1, smoothing: "linear" },
    {
      id: 3,
      name: "MODE",
      key: "mode",
      unit: "",
      min: 1,
      max: 3,
      initial: 1,
      smoothing: "step",
      choices: [["lp"], ["bp"], ["hp"]],
    },
    {
      id: 4,
      name: "SHIFT_HZ",
      key: "shiftHz",
      unit: "Hz",
      min: -500,
      max: 500,
      initial: 0,
      smoothing: "linear",
    },
  ],
};
const CATALOG = catalogOf([...testCatalog.names().flatMap((name) => testCatalog.get(name) ?? []), FILTER]);

const node = (id: string, type: string) => ({ id, type });
const SESSION = {
  racks: [
    { id: "drums", nodes: [node("kick", "kick"), node("filter", "filter")] },
    { id: "bass", nodes: [node("acid", "tb303_ext")] },
  ],
  buses: [{ id: "main", inserts: [node("sweep", "filter")] }],
  xfaders: [{ id: "ab", racks: ["drums", "bass"] }],
} as unknown as SessionPlan;

let profiles: readonly PortProfile[] = [];
beforeAll(async () => {
  const shelf = await builtInShelf();
  const load = async (port: string, id: string): Promise<PortProfile> => {
    const found = await shelf.find(id);
    if (found === null) throw new Error(`no profile ${id}`);
    return { port, wanted: id, profile: found.profile, channel: 2, isGood: true };
  };
  profiles = [await load("lead", "korg_nts1_mk2"), await load("pad", "waldorf_streichfett")];
});

function build(keys: object, options: { known?: boolean; others?: readonly object[] } = {}) {
  const settings = settingsSchema.parse({
    midi: {
      ports: [
        { id: "keys", kind: "match", name: "k", output: false },
        { id: "lead", kind: "match", name: "l" },
        { id: "pad", kind: "match", name: "p" },
      ],
    },
    mappings: [{ id: "m", port: "keys", number: 1, ...keys }, ...(options.others ?? [])],
  });
  const { plan, warnings } = mappingOf({
    settings,
    session: SESSION,
    catalog: CATALOG,
    profiles: options.known === false ? null : profiles,
  });
  return { plan, entry: plan.entries[0], warnings };
}

function entryOf(keys: object): MappingEntryPlan {
  const { entry, warnings } = build(keys);
  expect(warnings).toEqual([]);
  if (entry === undefined) throw new Error("nothing was mapped");
  return entry;
}

test("an entry is in the plan as the engine reads it, line by line", () => {
  const keys = { target: "drums:filter", param: "mix", channel: 16, clicks: 50, deadzone: 0.1 };
  expect(entryOf(keys)).toEqual({
    id: "m",
    source: { port: "keys", kind: "cc", channel: 15, number: 1, lsb: 33, lsbFirst: false },
    reading: "absolute",
    takeover: "pickup",
    press: "any",
    deadzone: 0.1,
    hysteresis: 0,
    from: 0,
    to: 1,
    curve: [0, 1],
    steps: 0,
    values: [],
    stepSize: 0.02,
    acceleration: [],
    low: 0,
    high: 1,
    rampMs: 10,
    transpose: 0,
    keys: [],
    banks: [],
    scenes: [],
    modifier: null,
    hasFeedback: false,
    target: { kind: "param", node: "drums:filter", param: 2 },
  });
});

describe("targets", () => {
  test.each([
    [
      { target: "drums:filter", param: "CUTOFF_HZ" },
      { kind: "param", node: "drums:filter", param: 1 },
      20,
      20_000,
    ],
    [
      { target: "drums:filter", param: "cutoff_hz" },
      { kind: "param", node: "drums:filter", param: 1 },
      20,
      20_000,
    ],
    [{ target: "bus:main:sweep", param: "mix" }, { kind: "param", node: "bus:main:sweep", param: 2 }, 0, 1],
    [{ target: "rack:bass", param: "gain" }, { kind: "param", node: "rack:bass", param: 1 }, 0, 1],
    [{ target: "rack:bass", param: "mute" }, { kind: "param", node: "rack:bass", param: 2 }, 0, 1],
    [{ target: "xfader:ab" }, { kind: "param", node: "xfader:ab", param: 1 }, 0, 1],
    [{ target: "xfader:ab", param: "X" }, { kind: "param", node: "xfader:ab", param: 1 }, 0, 1],
    [{ target: "transport", param: "playstop" }, { kind: "transport", action: "playStop" }, 0, 1],
    [{ target: "transport", param: "tempo" }, { kind: "transport", action: "tempo" }, 20, 999],
    [
      { target: "transport", param: "tempo", min: 60, max: 180 },
      { kind: "transport", action: "tempo" },
      60,
      180,
    ],
    [{ target: "bass:acid", source: "note" }, { kind: "play", node: "bass:acid" }, 0, 1],
    [{ target: "bass:acid", source: "note", param: "notes" }, { kind: "play", node: "bass:acid" }, 0, 1],
  ])("%j is %j", (keys, target, low, high) => {
    expect(entryOf(keys)).toMatchObject({ target, low, high });
  });

  test("a synth is found by its port, or by what only it has", () => {
    expect(entryOf({ target: "synth:lead", param: "filter.cutoff" }).target).toMatchObject({
      kind: "midi",
      port: "lead",
      key: "filter_cutoff",
      messages: [
        [0xb2, 43, "high"],
        [0xb2, 107, "low"],
      ],
    });
    expect(entryOf({ target: "synth", param: "osc_type" }).target).toMatchObject({ port: "lead" });
  });

  test.each([
    [
      { target: "drum:kick", param: "gain" },
      /expected a rack of the session, got "drum"\. Did you mean drums\?/,
    ],
    [
      { target: "drums:kik", param: "gain" },
      /expected a node of rack drums, got "kik"\. Did you mean kick\?/,
    ],
    [
      { target: "drums:filter", param: "cutof" },
      /expected a parameter of drums:filter \(filter\), got "cutof"\. Did you mean cutoffHz\?/,
    ],
    [{ target: "rack:brass", param: "gain" }, /got "brass"\. Did you mean bass\?/],
    [{ target: "xfader:zz" }, /expected a crossfader of the session, got "zz"\. There are: ab\./],
    [{ target: "bus:aux:sweep", param: "mix" }, /expected a bus of the session, got "aux"/],
    [{ target: "bus:main:swep", param: "mix" }, /Did you mean sweep\?/],
    [
      { target: "synth:laed", param: "osc_type" },
      /expected a port with a profile, got "laed"\. Did you mean lead\?/,
    ],
    [
      { target: "synth:lead", param: "filter_cutof" },
      /expected a parameter of Korg NTS-1 mkII, got "filter_cutof"\. Did you mean filter_cutoff/,
    ],
    [{ target: "synth", param: "nothing_like_it" }, /expected a parameter of Korg NTS-1 mkII or /],
    [
      { target: "synth:lead", param: "osc_type", min: "SAWW" },
      /expected a label of osc_type as min, got "SAWW"\. Did you mean SAW\?/,
    ],
    [{ target: "synth:lead", param: "filter.cutoff", max: 2 }, /expected 0 to 1 as max, got 2\./],
    [
      { target: "drums:filter", param: "mix", max: "loud" },
      /expected a number from 0 to 1 as max, got "loud"/,
    ],
  ])("%j does nothing, and it is said why", (keys, sentence) => {
    const { entry, warnings } = build(keys);
    expect(entry).toBeUndefined();
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toMatch(/^Mapping m does nothing: expected .*[.?]$/);
    expect(warnings[0]).toMatch(sentence);
  });

  test("two synths with one parameter have to be told apart", () => {
    const shared = profiles[0]?.profile.parameters
      .flatMap(({ role }) => (role === null ? [] : [role]))
      .find((role) => profiles[1]?.profile.parameters.some((other) => other.role === role));
    expect(shared).toBeDefined();
    expect(build({ target: "synth", param: shared }).warnings[0]).toMatch(
      /expected one synth that has .*, got "2"\. Name the port: synth:lead, synth:pad\./,
    );
  });

  test("as long as nobody knows the synths, what is for them waits without a word", () => {
    expect(build({ target: "synth:lead", param: "x" }, { known: false })).toMatchObject({
      plan: { entries: [] },
      warnings: [],
    });
    expect(build({ target: "rack:bass", param: "gain" }, { known: false }).entry).toBeDefined();
  });
});

describe("ranges", () => {
  test("min above max turns the control round", () => {
    const entry = entryOf({ target: "drums:filter", param: "mix", min: 1, max: 0 });
    expect([valueAt(entry, 0), valueAt(entry, 1)]).toEqual([1, 0]);
  });

  test("an end that is too far is said, and the nearest is used", () => {
    const { entry, warnings } = build({ target: "drums:filter", param: "cutoffHz", min: 5 });
    expect(entry?.low).toBe(20);
    expect(warnings).toEqual(["Mapping m: expected 20 to 20000 Hz as min, got 5. 20 Hz is used."]);
  });

  test("a fader on a rack goes to as loud as written, and further when asked", () => {
    expect(entryOf({ target: "rack:bass", param: "gain", max: 4 }).high).toBe(4);
  });

  test("a list of names has a zone for each of them, over as much of it as is wanted", () => {
    const whole = entryOf({ target: "drums:filter", param: "mode" });
    expect([0, 0.3, 0.4, 0.6, 0.7, 1].map((x) => valueAt(whole, x))).toEqual([1, 1, 2, 2, 3, 3]);
    expect(entryOf({ target: "drums:filter", param: "mode", max: 2 }).steps).toBe(2);
    expect(entryOf({ target: "rack:bass", param: "mute" }).steps).toBe(2);
  });

  test("steps of a synth may be a part of the list, and turned round", () => {
    const sent = (keys: object) => {
      const { target } = entryOf({ target: "synth:lead", param: "osc_type", ...keys });
      return target.kind === "midi" ? target.values : [];
    };
    const all = sent({});
    expect(all.length).toBeGreaterThan(3);
    expect(sent({ min: "saw", max: "sqr" })).toEqual(all.slice(1, 4));
    expect(sent({ min: "sqr", max: "saw" })).toEqual(all.slice(1, 4).toReversed());
    expect(sent({ min: 1, max: 1 })).toEqual(all.slice(-1));
  });
});

describe("curves", () => {
  test("of a frequency equal turns are equal ratios, both ways round", () => {
    const up = entryOf({ target: "drums:filter", param: "cutoffHz", min: 20, max: 20_000 });
    expect(valueAt(up, 0.5)).toBeCloseTo(Math.sqrt(20 * 20_000), 6);
    const down = entryOf({ target: "drums:filter", param: "cutoffHz", min: 20_000, max: 20 });
    for (const x of [0, 0.25, 0.5, 0.75, 1]) expect(valueAt(down, x)).toBeCloseTo(valueAt(up, 1 - x), 6);
  });

  test("a range through 0 has no ratios", () => {
    expect(entryOf({ target: "drums:filter", param: "shiftHz" }).curve).toEqual([0, 1]);
  });

  test.each([
    ["linear", 0.5, 0.5],
    ["exponential", 0, 0.2],
    ["logarithmic", 0.8, 1],
    ["s-curve", 0.5, 0.5],
  ])("%s has its middle between %d and %d, and never falls", (curve, low, high) => {
    const entry = entryOf({ target: "drums:filter", param: "mix", curve });
    expect(outputAt(entry, 0.5)).toBeGreaterThanOrEqual(low);
    expect(outputAt(entry, 0.5)).toBeLessThanOrEqual(high);
    expect([entry.curve[0], entry.curve.at(-1)]).toEqual([0, 1]);
    expect(entry.curve.every((y, index) => index === 0 || y >= (entry.curve[index - 1] ?? 0))).toBe(true);
  });
});

describe("ports", () => {
  test("feedback needs an output, and without one the rest plays", () => {
    const { entry, warnings } = build({ target: "xfader:ab", feedback: true });
    expect(entry?.hasFeedback).toBe(false);
    expect(warnings[0]).toMatch(/^Mapping m: no feedback: .*Set output: true for keys/);
    expect(entryOf({ target: "xfader:ab", feedback: true, port: "lead" }).hasFeedback).toBe(true);
    expect(entryOf({ target: "xfader:ab", feedback: true, port: "virtual" }).hasFeedback).toBe(true);
  });

  test("a low byte is 32 further unless it is said", () => {
    expect(entryOf({ target: "xfader:ab", source: "cc14", number: 7 }).source).toMatchObject({ lsb: 39 });
    expect(entryOf({ target: "xfader:ab", source: "cc14", number: 43, lsb: 107 }).source).toMatchObject({
      lsb: 107,
    });
  });

  test("wheels have no number, keys are moved by semitones, and only parameters are smoothed", () => {
    expect(entryOf({ target: "xfader:ab", source: "bend" }).source).toMatchObject({ number: null });
    expect(entryOf({ target: "bass:acid", source: "note", number: null, transpose: -12 })).toMatchObject({
      source: { number: null },
      transpose: -12,
      rampMs: 0,
    });
    expect(entryOf({ target: "xfader:ab", transpose: 5 }).transpose).toBe(0);
  });
});

describe("values and scales", () => {
  const NOTE_HZ = { target: "drums:filter", param: "cutoffHz" };

  test("values are what is written, in its order, and nothing beyond the parameter", () => {
    expect(entryOf({ ...NOTE_HZ, reading: "toggle", values: [800, 200, 800] }).values).toEqual([
      800, 200, 800,
    ]);
    const { entry, warnings } = build({ ...NOTE_HZ, values: [5, 400] });
    expect(entry?.values).toEqual([20, 400]);
    expect(warnings.join()).toMatch(/20 to 20000 Hz as values, got 5/);
    expect(build({ ...NOTE_HZ, values: ["loud"] }).warnings.join()).toMatch(/does nothing: .*"loud"/);
  });

  test("values of a synth are labels or parts of its way, as they are sent", () => {
    const filter = entryOf({
      target: "synth:lead",
      param: "arp_length",
      values: [1, 0, 0.5],
      reading: "toggle",
    });
    expect(filter.values).toHaveLength(3);
    expect(filter.values[0]).toBe(127);
    expect(filter.values[1]).toBe(0);
    expect(filter.target).toMatchObject({ kind: "midi", values: [] });
  });

  test("a knob for a frequency goes through the notes of a scale", () => {
    const { values } = entryOf({ ...NOTE_HZ, scale: "pentatonic_minor", root: "A", min: 110, max: 440 });
    expect(values.map((hz) => Math.round(hz * 100) / 100)).toEqual([
      110, 130.81, 146.83, 164.81, 196, 220, 261.63, 293.66, 329.63, 392, 440,
    ]);
    const down = entryOf({ ...NOTE_HZ, scale: "pentatonic_minor", root: "A", min: 440, max: 110 });
    expect(down.values).toEqual(values.toReversed());
  });

  test("keys outside of a scale play the nearest note in it, every key one", () => {
    const { keys } = entryOf({
      source: "note",
      number: null,
      target: "bass:acid",
      scale: "major",
      root: "D",
    });
    expect(keys).toHaveLength(128);
    expect(keys.slice(60, 74)).toEqual([59, 61, 62, 62, 64, 64, 66, 67, 67, 69, 69, 71, 71, 73]);
    for (const note of keys) expect([1, 2, 4, 6, 7, 9, 11]).toContain(note % 12);
  });

  test("a scale for what has no pitch is said", () => {
    expect(build({ target: "drums:filter", param: "mix", scale: "major" }).warnings.join()).toMatch(
      /Hz or semitones/,
    );
    expect(build({ target: "synth:lead", param: "arp_length", scale: "major" }).warnings.join()).toMatch(
      /no scale/,
    );
  });
});

describe("banks and modifiers", () => {
  const MIX = { target: "drums:filter", param: "mix" };

  test("are there because mappings name them, in that order", () => {
    const { plan, warnings } = build(
      { ...MIX, bank: "mixer" },
      {
        others: [
          { id: "b", port: "keys", number: 2, ...MIX, bank: ["synth", "mixer"], modifier: "shift" },
          { id: "next", port: "keys", number: 3, target: "bank", param: "next" },
          { id: "home", port: "keys", number: 4, target: "bank", param: "mixer" },
          { id: "shift", port: "keys", number: 5, target: "modifier", param: "shift" },
        ],
      },
    );
    expect(warnings).toEqual([]);
    expect(plan.banks).toEqual(["mixer", "synth"]);
    expect(plan.modifiers).toEqual(["shift"]);
    expect(plan.entries.map(({ banks, modifier }) => [banks, modifier])).toEqual([
      [[0], null],
      [[1, 0], 0],
      [[], null],
      [[], null],
      [[], null],
    ]);
    expect(plan.entries.slice(2).map(({ target }) => target)).toEqual([
      { kind: "bank", action: "next", place: 0 },
      { kind: "bank", action: "choose", place: 0 },
      { kind: "modifier", place: 0 },
    ]);
  });

  test("that nothing chooses or holds are said", () => {
    const { warnings } = build(
      { ...MIX, bank: "one" },
      { others: [{ id: "b", port: "keys", number: 2, ...MIX, bank: "two", modifier: "shift" }] },
    );
    expect(warnings).toEqual([
      "Nothing chooses the bank two. Map a button with target: bank and param: two.",
      "Nothing holds the modifier shift. Map a button with target: modifier and param: shift.",
    ]);
  });
});

test("acceleration is a law of the knob's speed, and of endless knobs only", () => {
  const keys = { target: "drums:filter", param: "mix", acceleration: 8 };
  expect(entryOf({ ...keys, reading: "twosComplement" }).acceleration).toEqual([
    { clicksPerSecond: 12, factor: 1 },
    { clicksPerSecond: 60, factor: 8 },
  ]);
  expect(entryOf(keys).acceleration).toEqual([]);
});

describe("what no hand moves, and what leads elsewhere", () => {
  const MIX = { target: "drums:filter", param: "mix", port: null, number: null };

  test("an LFO, a timer and the clock have a cycle in beats, or in Hz", () => {
    const maker = {
      wave: "triangle",
      beats: 8,
      freqHz: 0,
      phase: 0.25,
      sound: "main",
      attackMs: 5,
      releaseMs: 200,
    };
    expect(entryOf({ ...MIX, source: "lfo", wave: "triangle", beats: 8, phase: 0.25 }).source).toEqual({
      kind: "lfo",
      maker,
    });
    expect(entryOf({ ...MIX, source: "clock", beats: 8, phase: 0.25 }).source).toEqual({
      kind: "lfo",
      maker: { ...maker, wave: "saw" },
    });
    expect(entryOf({ ...MIX, source: "timer", freqHz: 2, reading: "toggle" }).source).toMatchObject({
      kind: "timer",
      maker: { beats: 0, freqHz: 2 },
    });
  });

  test("an envelope listens to what is there", () => {
    expect(entryOf({ ...MIX, source: "envelope", sound: "rack:drums" }).source).toMatchObject({
      kind: "envelope",
      maker: { sound: "rack:drums" },
    });
    expect(build({ ...MIX, source: "envelope", sound: "rack:drms" }).warnings.join()).toMatch(
      /a rack of the session as sound, got "rack:drms". Did you mean rack:drums/,
    );
  });

  test("a named control is its name", () => {
    expect(entryOf({ ...MIX, source: "control", control: "/1/fader3" }).source).toEqual({
      kind: "control",
      control: "/1/fader3",
    });
  });

  test("bytes go to a port with an output, the whole value or its halves", () => {
    const entry = entryOf({ target: "midi:pad", send: [0xb0, 6, "high", 0xb0, 38, "low"] });
    expect(entry).toMatchObject({ low: 0, high: 16_383 });
    expect(entry.target).toEqual({
      kind: "midi",
      port: "pad",
      key: "",
      messages: [
        [0xb0, 6, "high"],
        [0xb0, 38, "low"],
      ],
      values: [],
    });
    expect(entryOf({ target: "midi:pad", send: [0xc0, "value"], min: 3, max: 9 })).toMatchObject({
      low: 3,
      high: 9,
    });
    expect(build({ target: "midi:keys", send: [0xb0, 1, "value"] }).warnings.join()).toMatch(
      /with an output/,
    );
  });

  test("OSC and other boxes are outside, in the range that is written", () => {
    expect(entryOf({ target: "osc:tablet:9001", param: "/x", min: -1, max: 5 })).toMatchObject({
      low: -1,
      high: 5,
      target: { kind: "outside" },
    });
    expect(entryOf({ target: "box:left.local", param: "tempo" })).toMatchObject({ low: 20, high: 999 });
  });
});
