// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat map` as players use it, with an engine that hears what a test says.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { checkFile } from "../../../engine/cli/check.ts";
import { learnVerb, listVerb, watchVerb } from "../../../engine/cli/map.ts";
import { loadSettingsBytes } from "../../../engine/config/load-settings.ts";
import { HELLO, ScriptedEngine } from "../../support/scripted-engine.ts";

const SETTINGS = `# mine
midi:
  ports:
    - { id: keys, kind: match, name: k } # the small one
    - { id: lead, kind: match, name: l, profile: korg_nts1_mk2, channel: 3 }

mappings:
  - id: gain # of the drums
    port: keys
    number: 7
    target: rack:drums
    param: gain

# the rest
link:
  enabled: false
`;

const PATIENCE = { timeout: 5000 };

let folder = "";
let config = "";
let engine: ScriptedEngine;
/** What is heard after the next question. */
let coming: number[][][] = [];
/** What mappings do, in the answer to the next question. */
let moving: object[];
/** How far a question goes back before the newest message. */
let askedSince: number[] = [];
let out = "";
let err = "";

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-map-"));
  config = path.join(folder, "downbeat.yaml");
  writeFileSync(config, SETTINGS);
  engine = await ScriptedEngine.start();
  let serial = 40;
  let newestMove = 0;
  moving = [];
  engine.answer = ({ type, since }) => {
    if (type === "hello") return HELLO;
    if (type !== "midiInputs") return "UNKNOWN_REQUEST";
    // What came before anybody asked is of another hand.
    if (since === 0) {
      return { newest: serial, inputs: [0, 60, 127].map((v, i) => input(38 + i, [0xb0, 1, v])) };
    }
    askedSince.push(Number(since) - serial);
    const inputs = (coming.shift() ?? []).map((bytes) => {
      serial += 1;
      return input(serial, bytes);
    });
    const moves = moving.splice(0);
    newestMove += moves.length;
    return { newest: serial, inputs, newestMove, moves };
  };
  out = "";
  err = "";
  askedSince = [];
  vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    out += String(text);
    return true;
  });
  vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    err += String(text);
    return true;
  });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await engine[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const input = (serial: number, bytes: readonly number[]) => ({ serial, port: "keys", bytes });
const places = () => ({ config, state: engine.stateFolder });
const mappings = () => loadSettingsBytes(config, readFileSync(config), "check").settings.mappings;
const sweep = (number: number) => [0, 20, 60, 127, 80].map((value) => [0xb0, number, value]);

describe("map learn", () => {
  test("a key of a keyboard for typing goes by its name, and what it did before is replaced", async () => {
    const keyboard = SETTINGS.replace("kind: match, name: k", "kind: keyboard, name: /dev/input/by-id/k");
    const gain = "port: keys\n    number: 7\n    target: rack:drums\n    param: gain";
    const before = "port: keys\n    source: key\n    key: right\n    target: transport\n    param: stop";
    writeFileSync(config, keyboard.replace(gain, before));
    coming = [
      [
        [0x90, 106, 100],
        [0x80, 106, 0],
      ],
    ];
    expect(await learnVerb("transport", "playStop", places())).toBe(0);
    expect(out).toContain("This control moved transport stop before: mapping gain is replaced.\n");
    expect(out).toContain("keys key right: transport playStop.");
    expect(mappings()).toMatchObject([
      { id: "playStop", port: "keys", source: "key", key: "right", target: "transport", param: "playStop" },
    ]);
  });

  test("writes what was moved to the settings, and leaves the rest as it is", async () => {
    coming = [[[0xf8]], sweep(74), [[0xfe]]];
    expect(await learnVerb("synth:lead", "filter.cutoff", places())).toBe(0);
    expect(err).toBe(
      "Move the control for synth:lead filter.cutoff now: all the way up and down, and then let it rest.\n",
    );
    expect(out).toBe(
      [
        `keys cc 74, channel 1: synth:lead filter.cutoff. Written to ${config}:`,
        "  - id: filter-cutoff",
        "    port: keys",
        "    number: 74",
        "    channel: 1",
        "    target: synth:lead",
        "    param: filter.cutoff",
        "",
      ].join("\n"),
    );
    const text = readFileSync(config, "utf8");
    expect(text).toContain("# the small one");
    expect(text).toContain("    param: gain\n  - id: filter-cutoff\n");
    expect(text).toContain("\n# the rest\nlink:\n");
    expect(mappings()).toMatchObject([
      { id: "gain" },
      { id: "filter-cutoff", port: "keys", source: "cc", number: 74, channel: 1, reading: "absolute" },
    ]);
    expect(new Set(askedSince)).toEqual(new Set([0]));
  });

  test("what the control moved before is replaced, and said", async () => {
    coming = [sweep(7)];
    expect(await learnVerb("synth", "filter.cutoff", { ...places(), json: true })).toBe(0);
    expect(JSON.parse(out)).toMatchObject({
      replaced: ["gain"],
      mapping: { id: "filter-cutoff", number: 7 },
    });
    expect(mappings().map(({ id }) => id)).toEqual(["filter-cutoff"]);
    coming = [sweep(7)];
    out = "";
    await learnVerb("rack:drums", "gain", places());
    expect(out).toContain(
      "This control moved synth filter.cutoff before: mapping filter-cutoff is replaced.",
    );
  });

  test("a pad is a switch for what is on or off, and plays a node that is named alone", async () => {
    coming = [
      [
        [0x99, 36, 100],
        [0x89, 36, 0],
      ],
    ];
    await learnVerb("transport", "playStop", places());
    coming = [
      [
        [0x99, 38, 100],
        [0x89, 38, 0],
      ],
    ];
    await learnVerb("drums:kick", undefined, places());
    expect(mappings().slice(1)).toMatchObject([
      { id: "playStop", source: "note", number: 36, channel: 10, reading: "toggle" },
      { id: "kick", source: "note", number: 38, channel: 10, param: null },
    ]);
  });

  test.each([
    ["synth:led", "filter.cutoff", {}, /expected a port with a profile, got "led"\. Did you mean lead\?/],
    ["synth:lead", "filter.cutof", {}, /expected a parameter of Korg NTS-1 mkII, got "filter\.cutof"/],
    ["drums:kik", undefined, {}, /Did you mean kick\?/],
    ["transport", "ply", {}, /Did you mean play\?/],
    ["nothing", "x", {}, /expected RACK:NODE, rack:RACK/],
    ["transport", "play", { port: "kesy" }, /--port: .*Did you mean keys\?/],
    ["transport", "play", { reading: "togle" }, /--reading: .*Did you mean toggle\?/],
  ])("%s %s is checked before anybody moves a hand", async (target, param, options, sentence) => {
    await expect(learnVerb(target, param, { ...places(), ...options })).rejects.toMatchObject({
      code: "WRONG_USE",
      message: expect.stringMatching(sentence),
    });
    expect(engine.requests).toEqual([]);
  });

  test("what was edited while the control was looked for stays", async () => {
    const learning = learnVerb("synth", "filter.cutoff", places());
    await vi.waitFor(() => expect(askedSince.length).toBeGreaterThan(2), PATIENCE);
    writeFileSync(config, SETTINGS.replace("enabled: false", "enabled: true"));
    coming = [sweep(74)];
    expect(await learning).toBe(0);
    const { settings } = loadSettingsBytes(config, readFileSync(config), "check");
    expect([settings.link.enabled, settings.mappings.length]).toEqual([true, 2]);
  });

  test("settings with a mistake are left alone, and the mistake is named", async () => {
    writeFileSync(config, `${SETTINGS}http: { prot: 1 }\n`);
    await expect(learnVerb("transport", "play", places())).rejects.toMatchObject({
      code: "CONFIG_INVALID",
      message: expect.stringMatching(/http\.prot/),
    });
  });

  test("an engine that does not know the question says so", async () => {
    engine.answer = ({ type }) => (type === "hello" ? HELLO : "UNKNOWN_REQUEST");
    await expect(learnVerb("transport", "play", places())).rejects.toMatchObject({ code: "UNKNOWN_REQUEST" });
    expect(readFileSync(config, "utf8")).toBe(SETTINGS);
  });
});

describe("map list", () => {
  test("is a table of what there is, and says what does nothing", async () => {
    writeFileSync(
      config,
      SETTINGS.replace(
        "\n# the rest",
        '  - { id: cut, port: keys, number: 74, channel: 2, target: "synth:lead", param: filter.cutoff, reading: twosComplement }\n  - { id: lost, port: keys, number: 75, target: synth, param: nothing_here }\n\n# the rest',
      ),
    );
    expect(await listVerb({ config })).toBe(0);
    expect(out).toMatch(/^id +control +target +range +takeover$/m);
    expect(out).toMatch(/^gain +keys cc 7, any channel +rack:drums gain +0 to 1 +pickup$/m);
    expect(out).toMatch(
      /^cut +keys cc 74, channel 2 +synth:lead filter\.cutoff +0 to 1 +endless, 100 clicks$/m,
    );
    expect(out).toMatch(/^lost +keys cc 75, any channel +synth nothing_here +does nothing +-$/m);
    expect(err).toMatch(
      /^Mapping lost does nothing: expected a parameter of Korg NTS-1 mkII, got "nothing_here"/,
    );
  });

  test("--json is for programs", async () => {
    await listVerb({ config, json: true });
    expect(JSON.parse(out)).toMatchObject({
      mappings: [{ id: "gain", plan: { target: { kind: "param" } } }],
      warnings: [],
    });
  });

  test("nothing mapped is said with what to do", async () => {
    writeFileSync(config, "link: { enabled: false }\n");
    await listVerb({ config });
    expect(out).toMatch(/^Nothing is mapped\. `downbeat map learn/);
  });
});

test("map watch prints what comes in, and who takes it", async () => {
  coming = [[[0xf8], [0xb0, 7, 64]], [[0x90, 60, 100]]];
  const ended = new AbortController();
  const watching = watchVerb(places(), ended.signal);
  await vi.waitFor(() => expect(out.split("\n")).toHaveLength(3), PATIENCE);
  ended.abort();
  expect(await watching).toBe(0);
  expect(out).toBe(
    "keys, channel 1: cc 7 is 64 -> gain (rack:drums gain)\nkeys, channel 1: note 60 (C4) on, velocity 100\n",
  );
});

test("map watch prints what mappings do, in words, and leaves out what no hand does", async () => {
  const move = { id: "gain", kind: "param", isMade: false, note: 0, value: 0.5, frame: 1 };
  moving = [move, { ...move, isMade: true }, { ...move, id: "stranger" }, { ...move, value: 1 }];
  const ended = new AbortController();
  const watching = watchVerb(places(), ended.signal);
  await vi.waitFor(() => expect(out.split("\n")).toHaveLength(3), PATIENCE);
  ended.abort();
  expect(await watching).toBe(0);
  expect(out).toBe("  gain: rack:drums gain is -6.0 dB\n  gain: rack:drums gain is 0.0 dB\n");
});

test("check says what a mapping lacks, as a warning", async () => {
  expect((await checkFile(config, folder)).problems).toEqual([]);
  writeFileSync(config, SETTINGS.replace("rack:drums", "rack:drms"));
  expect((await checkFile(config, folder)).problems).toMatchObject([
    {
      severity: "warning",
      hint: expect.stringMatching(/^Mapping gain does nothing: .* Did you mean drums\?$/),
    },
  ]);
});
