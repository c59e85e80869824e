// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat profile` as players and scripts use it.
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";
import { downbeat } from "../support/downbeat-command.ts";

vi.setConfig({ testTimeout: 60_000 });

const VECTORS = path.join(projectFolder(), "test", "vectors", "profiles");

let folder = "";
let config = "";
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-profile-"));
  config = path.join(folder, "downbeat.yaml");
  mkdirSync(path.join(folder, "profiles"));
  writeFileSync(config, "cc_profiles:\n  mine: { parameters: { cutoff: { cc: 70, name: Cutoff } } }\n");
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const profile = (...args: string[]) => downbeat(["profile", ...args]);

describe("profile list", () => {
  test("names those built in, those of the settings and those of the folder, and where they are from", async () => {
    writeFileSync(path.join(folder, "profiles", "volca_keys.yaml"), "extends: volca_keys\nname: My volca\n");
    const { exitCode, stdout, stderr } = await profile("list", "--config", config);
    expect([exitCode, stderr]).toEqual([0, ""]);
    expect(stdout).toMatch(/^korg_nts1_mk2 +Korg NTS-1 mkII +63 parameters +built in$/m);
    expect(stdout).toMatch(/^mine +mine +1 parameters +settings$/m);
    expect(stdout).toMatch(/^volca_keys +My volca +16 parameters +your own$/m);
  });

  test("--json is for programs", async () => {
    const { stdout } = await profile("list", "--config", config, "--json");
    expect(JSON.parse(stdout)).toContainEqual(
      expect.objectContaining({ id: "mine", origin: "settings", community: false, parameters: 1 }),
    );
  });

  test("a file that cannot be read is said, and the answer is no", async () => {
    writeFileSync(path.join(folder, "profiles", "broken.yaml"), "name: [\n");
    const { exitCode, stderr } = await profile("list", "--config", config);
    expect([exitCode, stderr]).toEqual([1, expect.stringContaining("broken cannot be read")]);
  });
});

describe("profile show", () => {
  test("says what to set on the synth, what is not confirmed, and every parameter", async () => {
    const { exitCode, stdout } = await profile("show", "korg_nts1_mk2");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/set on the synth: MIDI RX short message On/);
    expect(stdout).toMatch(/not confirmed: Port names on Linux/);
    expect(stdout).toMatch(/filter_cutoff +Filter cutoff +filter\.cutoff +cc 43 and 107 +0 to 16383/);
    expect(stdout).toMatch(/osc_type .* cc 53 +OFF, SAW, TRI, SQR, VPM, NOISE, WAVES/);
  });

  test("a name that is not there is answered with near ones", async () => {
    expect(await profile("show", "korg_nts1mk2")).toEqual({
      exitCode: 1,
      stdout: "",
      stderr: 'PROFILE_UNKNOWN There is no profile "korg_nts1mk2". Did you mean korg_nts1_mk2, korg_nts1?\n',
    });
  });
});

describe("profile bytes", () => {
  test.each([
    [["korg_nts1_mk2", "filter.cutoff", "0.75"], "B0 2B 5F\nB0 6B 7F\n"],
    [["korg_nts1_mk2", "osc_type", "saw"], "B0 35 12\n"],
    [
      ["korg_nts1_mk2", "reverb_fx_edit_8", "1", "--channel", "16"],
      "BF 63 03\nBF 62 07\nBF 26 7F\nBF 06 7F\n",
    ],
    [["volca_keys", "octave", "16'"], "B0 29 20\n"],
  ])("%j prints %j", async (args, stdout) => {
    expect(await profile("bytes", ...args)).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  test("--json has the bytes as numbers, and a profile of the settings is one like any other", async () => {
    const { stdout } = await profile("bytes", "mine", "cutoff", "1", "--config", config, "--json");
    expect(JSON.parse(stdout)).toEqual({ messages: [[0xb0, 70, 127]] });
  });

  test.each([
    [["volca_keys", "cutof", "1"], 1, /PARAMETER_UNKNOWN .*filter_cutoff/],
    [["volca_keys", "voice", "Polly"], 1, /LABEL_UNKNOWN .*Poly, Unison/],
    [["volca_keys", "voice", "7"], 2, /WRONG_USE expected 0 to 1 or a label, got "7"/],
    [["volca_keys", "voice", "1", "--channel", "17"], 2, /WRONG_USE --channel: expected 1 to 16/],
    [["volca_keys", "voice"], 2, /missing required argument/],
  ])("%j ends with %i", async (args, exitCode, stderr) => {
    const result = await profile("bytes", ...args);
    expect(result.exitCode).toBe(exitCode);
    expect(result.stderr).toMatch(stderr);
  });
});

describe("profile lint", () => {
  test("every mistake has its line, warnings too, and only mistakes are a no", async () => {
    const file = path.join(folder, "profiles", "a.yaml");
    writeFileSync(file, "parameters:\n  good: { cc: 6 }\n  bad: { cc: 200 }\n");
    const { exitCode, stdout } = await profile("lint", file);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(
      /a\.yaml:3:14: parameters\.bad\.cc: expected a whole number from 0 to 127, got 200/,
    );
    expect(stdout).toMatch(/a\.yaml:2:3: warning: parameters\.good: Controller 6 is data entry/);
    writeFileSync(file, "sources: [{ title: X }]\nparameters:\n  good: { cc: 6 }\n");
    expect((await profile("lint", file)).exitCode).toBe(0);
    writeFileSync(file, "sources: [{ title: X }]\nparameters:\n  good: { cc: 7 }\n");
    expect(await profile("lint", file)).toEqual({ exitCode: 0, stdout: `${file}: fine\n`, stderr: "" });
  });

  test("a file that is not there, or has no good name, is named", async () => {
    expect((await profile("lint", path.join(folder, "no.yaml"))).stdout).toMatch(/no\.yaml.*no such file/);
    const strange = path.join(folder, "profiles", "My Synth.yaml");
    writeFileSync(strange, "name: X\n");
    expect((await profile("lint", strange)).stdout).toMatch(/expected a file name of small letters/);
  });
});

describe("profile import", () => {
  test("a folder becomes files in the player's folder, with a reason for every row that was left", async () => {
    const { exitCode, stdout } = await profile("import", VECTORS, "--config", config);
    expect(exitCode).toBe(0);
    expect(readdirSync(path.join(folder, "profiles")).sort()).toEqual([
      "moewe.yaml",
      "nordwind_mowe.yaml",
      "nordwind_mowe_2_plus.yaml",
    ]);
    expect(stdout).toMatch(/synth\.csv:15: Global, Nowhere: It has neither controller nor NRPN\./);
    expect(stdout).toMatch(/^\d+ files read, 3 profiles written with \d+ parameters, \d+ remarks$/m);
    const list = await profile("list", "--config", config);
    expect(list.stdout).toMatch(/^moewe .* your own, community$/m);
  });

  test("what is there already is left alone, unless it is to be replaced", async () => {
    const source = path.join(VECTORS, "synth.txt");
    const target = path.join(folder, "profiles", "moewe.yaml");
    expect((await profile("import", source, "--config", config)).exitCode).toBe(0);
    expect((await profile("import", source, "--config", config)).exitCode).toBe(0);
    writeFileSync(target, "name: Mine\n");
    const refused = await profile("import", source, "--config", config);
    expect([refused.exitCode, refused.stdout]).toEqual([
      1,
      expect.stringContaining("--replace writes over it"),
    ]);
    expect(readFileSync(target, "utf8")).toBe("name: Mine\n");
    expect((await profile("import", source, "--config", config, "--replace")).exitCode).toBe(0);
    expect(readFileSync(target, "utf8")).toContain("community: true");
  });

  test("a profile built in is not pushed aside", async () => {
    const source = path.join(folder, "x.csv");
    writeFileSync(
      source,
      "manufacturer,device,section,parameter_name,cc_msb\nWaldorf,Streichfett,,Balance,82\n",
    );
    const { exitCode, stdout } = await profile("import", source, "--config", config);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("Downbeat has a profile of this name")]);
  });

  test("--json is the report for programs; a path that is not there is a no", async () => {
    const { stdout } = await profile("import", VECTORS, "--config", config, "--json");
    const report = JSON.parse(stdout) as {
      profiles: unknown[];
      rejected: { line: number; reason: string }[];
    };
    expect(report.profiles).toHaveLength(3);
    for (const { reason } of report.rejected) expect(reason).toMatch(/\.$/);
    expect((await profile("import", path.join(folder, "no"))).stderr).toMatch(/^FILE_MISSING/);
  });
});

describe("profile export", () => {
  test("to the screen, or to a file", async () => {
    const { exitCode, stdout } = await profile("export", "volca_fm", "--format", "hapax");
    expect([exitCode, stdout]).toEqual([0, expect.stringContaining("[CC]\n40 Transpose\n")]);
    const file = path.join(folder, "volca.oxiindef");
    expect(await profile("export", "volca_fm", "--format", "oxiindef", "--out", file)).toEqual({
      exitCode: 0,
      stdout: "",
      stderr: "",
    });
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ id: "volca_fm", manufacturer: "Korg" });
  });

  test("a format that is not one is wrong use", async () => {
    const { exitCode, stderr } = await profile("export", "volca_fm", "--format", "pdf");
    expect([exitCode, stderr]).toEqual([2, 'WRONG_USE --format: expected hapax or oxiindef, got "pdf"\n']);
  });
});
