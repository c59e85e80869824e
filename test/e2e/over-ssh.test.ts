// SPDX-License-Identifier: GPL-3.0-or-later
// The owner at the other end of an SSH connection: edits the settings, makes mistakes, goes back to what was,
// with the box playing or without.
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";
import { type CommandResult, downbeat } from "../support/downbeat-command.ts";
import {
  eventually,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
} from "../support/running-box.ts";
import { TypedTerminal } from "../support/typed-terminal.ts";

const folders: string[] = [];
let folder: string;
/** Where copies are made, to see whether they are left. */
let temporary: string;

beforeEach(() => {
  folder = makeBoxFolder();
  temporary = mkdtempSync(path.join(tmpdir(), "downbeat-copies-"));
  folders.push(folder, temporary);
});
afterAll(() => {
  for (const each of folders) removeBoxFolder(each);
});

const settingsFile = (): string => path.join(folder, "downbeat.yaml");
const settings = (): string => readFileSync(settingsFile(), "utf8");
const places = (): readonly string[] => ["--config", settingsFile(), "--state", path.join(folder, "state")];

/** An editor that runs these lines one after the other, one each time it is opened; `$1` is the file. */
function editor(...runs: readonly string[]): string {
  const script = path.join(temporary, "editor");
  const cases = runs.map((run, index) => `${index + 1}) ${run} ;;`).join("\n");
  const lines = [
    "#!/bin/sh",
    `n=$(cat "$0.runs" 2>/dev/null || echo 0)`,
    "n=$((n + 1))",
    'echo $n >"$0.runs"',
  ];
  writeFileSync(script, `${lines.join("\n")}\ncase $n in\n${cases}\nesac\n`);
  chmodSync(script, 0o755);
  return script;
}

const set = (key: string, value: string): string => `sed -i 's/^  ${key}: .*/  ${key}: ${value}/' "$1"`;

function edit(command: string, input = "", args: readonly string[] = []): Promise<CommandResult> {
  return downbeat(["edit", ...args, ...places()], {
    environment: { EDITOR: command, VISUAL: "", TMPDIR: temporary },
    input,
  });
}

/** Copies that were left. */
const copies = (): readonly string[] =>
  readdirSync(temporary).filter((name) => name.startsWith("downbeat-edit-"));

describe("downbeat edit", () => {
  test("what is saved without mistakes is written, and what was there is a snapshot", async () => {
    const before = settings();
    const { exitCode, stdout } = await edit(editor(set("quantum", "8")));
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Written to .*downbeat\.yaml\. It is taken when Downbeat runs again\.$/m);
    expect(settings()).toBe(before.replace(/^ {2}quantum: .*$/m, "  quantum: 8"));
    expect(copies()).toEqual([]);
    const { stdout: list } = await downbeat(["settings", "list", "--json", ...places()]);
    expect(JSON.parse(list)).toMatchObject([
      { number: 2, isNow: true, sections: ["link"] },
      { number: 1, isNow: false, sections: null },
    ]);
  });

  test("an editor that changes nothing changes nothing", async () => {
    expect(await edit("true")).toMatchObject({ exitCode: 0, stdout: "Nothing was changed.\n" });
    expect(copies()).toEqual([]);
  });

  test("a mistake is named as check names it, and can be edited away", async () => {
    const wrong = set("quantum", "99");
    const { exitCode, stderr } = await edit(editor(wrong, set("quantum", "9")), "e\n");
    expect(exitCode).toBe(0);
    const line =
      settings()
        .split("\n")
        .findIndex((text) => text.startsWith("  quantum:")) + 1;
    const sentence = `${settingsFile()}:${line}:12: link.quantum: expected 1 to 64 beats, got 99. The default is 4.`;
    expect(stderr).toContain(sentence);
    expect(settings()).toContain("  quantum: 9\n");
  });

  test("what is good can be applied without what is wrong", async () => {
    const both = `${set("quantum", "99")}; ${set("blockFrames", "64")}`;
    const { exitCode, stderr } = await edit(editor(both), "a\n");
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/Left out:\n {2}- {2}quantum: 4\n {2}\+ {2}quantum: 99\n/);
    expect(settings()).toContain("  quantum: 4\n");
    expect(settings()).toContain("  blockFrames: 64\n");
    expect(copies()).toEqual([]);
  });

  test("when nothing of it is good, that is said and asked again", async () => {
    const before = settings();
    const { exitCode, stdout, stderr } = await edit(editor(set("quantum", "99")), "a\nt\n");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("Nothing of it is good by itself.");
    expect(stdout).toMatch(/^Thrown away\./);
    expect(settings()).toBe(before);
  });

  test("without an answer nothing is written, and the work is kept", async () => {
    const before = settings();
    const { exitCode, stderr } = await edit(editor(set("quantum", "99")));
    expect(exitCode).toBe(1);
    expect(settings()).toBe(before);
    const [copy = ""] = /\S*downbeat-edit-\S*\.yaml/.exec(stderr) ?? [];
    expect(readFileSync(copy, "utf8")).toContain("quantum: 99");
  });

  test("an editor that fails writes nothing", async () => {
    const before = settings();
    const { exitCode, stderr } = await edit(editor(`${set("quantum", "8")}; exit 3`));
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^EDITOR_FAILED .*exit 3/m);
    expect(settings()).toBe(before);
  });

  test("what somebody else saved meanwhile, elsewhere in the file, is kept with it", async () => {
    const other = `sed -i 's/^  blockFrames: .*/  blockFrames: 256/' ${settingsFile()}`;
    const { exitCode, stderr } = await edit(editor(`${set("quantum", "8")}; ${other}`), "d\nb\n");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("was changed by somebody else meanwhile.");
    expect(stderr).toContain("--- theirs\n+++ yours\n");
    expect(settings()).toContain("  quantum: 8\n");
    expect(settings()).toContain("  blockFrames: 256\n");
  });

  test("in the same place one of the two is chosen, and both are snapshots", async () => {
    const other = `sed -i 's/^  quantum: .*/  quantum: 16/' ${settingsFile()}`;
    const { exitCode, stderr } = await edit(editor(`${set("quantum", "8")}; ${other}`), "y\n");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("meanwhile, in the same place.");
    expect(settings()).toContain("  quantum: 8\n");
    const { stdout } = await downbeat(["settings", "diff", ...places()]);
    expect(stdout).toContain("\n-  quantum: 16\n+  quantum: 8\n");
  });

  test("a session that came with Downbeat is copied beside the settings, with racks that stay where they are", async () => {
    const { exitCode, stderr } = await edit(editor(`sed -i 's/"bpm": 122/"bpm": 97/' "$1"`), "", [
      "sessions/first-light.json",
    ]);
    expect(exitCode, stderr).toBe(0);
    expect(stderr).toContain("which came with Downbeat");
    const own = path.join(folder, "sessions", "first-light.json");
    expect(JSON.parse(readFileSync(own, "utf8"))).toMatchObject({ bpm: 97 });
    expect(existsSync(path.join(folder, "racks"))).toBe(false);
    expect(await downbeat(["check", settingsFile()])).toMatchObject({ exitCode: 0 });
  });

  test("a profile is checked as a profile", async () => {
    const wrong = `sed -i 's/^  maker: .*/  makker: x/' "$1"`;
    const { exitCode, stderr } = await edit(editor(wrong), "t\n", ["profiles/korg_nts1_mk2.yaml"]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/korg_nts1_mk2\.yaml:\d+:3: device\.makker: /);
    expect(existsSync(path.join(folder, "profiles"))).toBe(false);
  });

  test("a board is checked as a board", async () => {
    const wrong = `sed -i 's/^  enc1: .*/  enc1: { kind: encoder, a: 17 }/' "$1"`;
    const { exitCode, stderr } = await edit(editor(wrong), "t\n", ["boards/downbeat-panel.yaml"]);
    expect(exitCode).toBe(0);
    expect(stderr).toMatch(/downbeat-panel\.yaml:\d+:\d+: controls\.enc1/);
    expect(existsSync(path.join(folder, "boards"))).toBe(false);
  });

  test("at a terminal the questions are asked there", async () => {
    const command = `${path.join(projectFolder(), "downbeat")} edit ${places().join(" ")}`;
    const runs = editor(set("quantum", "99"), set("quantum", "7"));
    await using terminal = new TypedTerminal(command, { EDITOR: runs, VISUAL: "", TMPDIR: temporary });
    await terminal.sees(/\[e\] edit again, \[a\] apply what is good, \[t\] throw it away\? $/);
    terminal.type("e\n");
    expect(await terminal.ended).toBe(0);
    expect(settings()).toContain("  quantum: 7\n");
  });
});

describe("downbeat settings", () => {
  test("what was taken while playing can be listed, compared and restored, comments and all", async () => {
    const first = settingsText({ "midi.virtualPort": null }).replace("# Ableton", "# Mine: Ableton");
    writeFileSync(settingsFile(), first);
    await using box = await RunningBox.start({ folder });
    const snapshots = async (): Promise<{ number: number; isNow: boolean; sections: string[] | null }[]> =>
      JSON.parse((await downbeat(["settings", "list", "--json", ...places()])).stdout);
    box.save(settingsText({ "midi.virtualPort": null, "link.quantum": 99 }));
    await box.says(/what was good before plays on/);
    expect(await snapshots()).toHaveLength(1);
    box.save(settingsText({ "midi.virtualPort": null, "link.quantum": 8 }));
    await eventually("a second snapshot", async () => (await snapshots()).length === 2);
    const { stdout: diff } = await downbeat(["settings", "diff", "1", "2", ...places()]);
    expect(diff).toContain("\n-  quantum: 4\n+  quantum: 8\n");
    const { stdout } = await downbeat(["settings", "restore", "1", ...places()]);
    expect(stdout).toContain("`downbeat settings restore 2` takes it back");
    expect(settings()).toBe(first);
    await eventually("4 beats again", async () => (await box.transport()).quantum === 4);
    expect(await snapshots()).toMatchObject([
      { number: 1, isNow: true, sections: ["link"] },
      { number: 2, isNow: false },
    ]);
    expect((await downbeat(["settings", "restore", "2", ...places()])).exitCode).toBe(0);
    await eventually("8 beats", async () => (await box.transport()).quantum === 8);
    await box.stop();
  });

  test("settings with mistakes are kept when they are replaced", async () => {
    await edit(editor(set("quantum", "8")));
    const broken = `${settings()}\nnonsense: [`;
    writeFileSync(settingsFile(), broken);
    const { stdout } = await downbeat(["settings", "restore", "1", ...places()]);
    const [, number = ""] = /What it replaced is snapshot (\d+)/.exec(stdout) ?? [];
    const { stderr } = await downbeat(["settings", "restore", number, ...places()]);
    expect(stderr).toMatch(/downbeat\.yaml:\d+:\d+: /);
    expect(settings()).toBe(broken);
  });

  test("a number that there is not is told those that there are", async () => {
    await edit(editor(set("quantum", "8")));
    const { exitCode, stderr } = await downbeat(["settings", "restore", "7", ...places()]);
    expect(exitCode).toBe(1);
    expect(stderr).toBe("SNAPSHOT_UNKNOWN expected the number of a snapshot, got 7. There are 1, 2\n");
    expect((await downbeat(["settings", "restore", "x", ...places()])).exitCode).toBe(2);
  });

  test("without any there is a sentence, and it is no mistake", async () => {
    expect(await downbeat(["settings", "list", ...places()])).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await downbeat(["settings", "list", "--json", ...places()])).stdout).toBe("[]\n");
  });
});

describe("files beside the settings", () => {
  test("a rack of one's own takes the place of the one that came with Downbeat, at once, and gives it back", async () => {
    await using box = await RunningBox.start({ folder });
    const { hash } = (await box.status()).plan;
    const rack = readFileSync(path.join(projectFolder(), "config", "racks", "first-light-lead.json"), "utf8");
    mkdirSync(path.join(folder, "racks"));
    writeFileSync(
      path.join(folder, "racks", "first-light-lead.json"),
      rack.replace(/"masterPercent": \d+/, '"masterPercent": 41'),
    );
    await eventually("another plan", async () => (await box.status()).plan.hash !== hash);
    rmSync(path.join(folder, "racks"), { recursive: true });
    await eventually("the first plan", async () => (await box.status()).plan.hash === hash);
    await box.stop();
  });
});
