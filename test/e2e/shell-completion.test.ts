// SPDX-License-Identifier: GPL-3.0-or-later
// The TAB key, in real shells.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";
import { knownNames } from "../../engine/cli/completion-words.ts";
import { downbeat } from "../support/downbeat-command.ts";
import { makeBoxFolder, plainEnvironment, removeBoxFolder } from "../support/running-box.ts";
import { TypedTerminal } from "../support/typed-terminal.ts";

const run = promisify(execFile);

let folder: string;
/** The script that bash reads. */
let script: string;
const environment = { ...plainEnvironment(), PATH: `${projectFolder()}:${process.env.PATH}` };

beforeAll(async () => {
  folder = makeBoxFolder({
    settings: { "midi.ports": [{ id: "desk", kind: "match", name: "x", profile: "volca_fm" }] },
  });
  const { exitCode, stdout } = await downbeat(["completion", "bash"]);
  expect(exitCode).toBe(0);
  script = path.join(folder, "completion.bash");
  writeFileSync(script, stdout);
});
afterAll(() => removeBoxFolder(folder));

/** What bash offers after each of these, in one shell. `@` stands for the places of the box. */
async function offered(...lines: readonly string[]): Promise<readonly (readonly string[])[]> {
  const places = `--config ${path.join(folder, "downbeat.yaml")} --state ${path.join(folder, "state")}`;
  const ask = `COMP_POINT=\${#COMP_LINE}; COMPREPLY=(); _downbeat; echo "\${COMPREPLY[*]}"`;
  const asks = lines.map((line) => `COMP_LINE='${line.replace("@", places)}'; ${ask}`);
  const { stdout } = await run("bash", ["--norc", "-c", [`source ${script}`, ...asks].join("\n")], {
    env: environment,
    cwd: folder,
  });
  return stdout
    .slice(0, -1)
    .split("\n")
    .map((line) => line.split(" ").filter((word) => word !== ""));
}

test("every name that a verb uses for what it takes is known to completion", () => {
  const source = readFileSync(path.join(projectFolder(), "engine", "cli", "main.ts"), "utf8");
  const calls = [...source.matchAll(/\.(?:command|option|requiredOption)\(\s*"([^"]+)"/g)];
  const names = calls.flatMap(([, text = ""]) => [...text.matchAll(/[<[]([\w-]+)/g)].map(([, name]) => name));
  expect(names.length).toBeGreaterThan(20);
  expect(names.filter((name) => !knownNames().has(name ?? ""))).toEqual([]);
});

test("verbs, their verbs and their options are those of --help", async () => {
  const [verbs, below, options, none] = await offered(
    "downbeat ",
    "downbeat settings ",
    "downbeat profile bytes --",
    "downbeat nonsense --",
  );
  const help = (await downbeat(["--help"])).stdout;
  for (const verb of verbs ?? []) expect(help).toMatch(new RegExp(`^ {2}${verb}\\b`, "m"));
  expect(verbs).toEqual(expect.arrayContaining(["run", "check", "edit", "settings", "completion"]));
  expect(below).toEqual(expect.arrayContaining(["list", "diff", "restore"]));
  expect(options).toEqual(["--channel", "--config", "--json", "--help"]);
  expect(none).toEqual(["--version", "--help"]);
});

test("what has begun is completed, and a value is not taken for a verb", async () => {
  expect(
    await offered(
      "downbeat prof",
      "downbeat profile sh",
      "downbeat run --rec",
      "downbeat run --port 80 --n",
      "downbeat check downb",
    ),
  ).toEqual([["profile"], ["show"], ["--record"], ["--null"], ["downbeat.yaml"]]);
});

test("names of profiles, snapshots, targets, ports and parameters are offered", async () => {
  const takes = ["edit", ...["--config", path.join(folder, "downbeat.yaml")]];
  const state = ["--state", path.join(folder, "state")];
  const changed = { EDITOR: "sed -i s/quantum:.4/quantum:\\ 8/", VISUAL: "" };
  expect((await downbeat([...takes, ...state], { environment: changed })).exitCode).toBe(0);
  const [profiles, snapshots, targets, afterColon, nodes, ports, synth, edited] = await offered(
    "downbeat profile show korg",
    "downbeat settings restore @ ",
    "downbeat map learn @ sy",
    "downbeat map learn @ drums:k",
    "downbeat map learn @ drums:kick GA",
    "downbeat map learn @ --port ",
    "downbeat map learn @ synth:desk al",
    "downbeat edit @ sessions/first",
  );
  expect(profiles).toEqual(["korg_nts1", "korg_nts1_mk2"]);
  expect(snapshots).toEqual(["2", "1"]);
  expect(targets).toEqual(["synth", "synth:desk"]);
  expect(afterColon).toEqual(["kick"]);
  expect(nodes).toEqual(["GAIN"]);
  expect(ports).toEqual(["desk"]);
  expect(synth).toEqual(["algorithm"]);
  expect(edited).toEqual(["sessions/first-light.json"]);
});

test("settings that cannot be read offer nothing and say nothing", async () => {
  const broken = path.join(mkdtempSync(path.join(tmpdir(), "downbeat-broken-")), "downbeat.yaml");
  writeFileSync(broken, "midi: [");
  expect(
    await offered(`downbeat map learn --config ${broken} --port `, "downbeat completion values x "),
  ).toEqual([[], []]);
  removeBoxFolder(path.dirname(broken));
});

test.each([
  ["bash --norc -i", "source <(downbeat completion bash)\n"],
  ["zsh -f -i", "autoload -U compinit && compinit -D; source <(downbeat completion zsh)\n"],
])("%s completes what is typed", async (shell, setUp) => {
  await using terminal = new TypedTerminal(shell, { PATH: environment.PATH, HOME: folder });
  // In two pieces, so that what is typed is not what is waited for.
  terminal.type(`${setUp}PS1='re''ady> '\n`);
  await terminal.sees(/ready> $/);
  terminal.type("downbeat sett\tdi\t");
  await terminal.sees(/downbeat settings diff $/);
  terminal.type("\x15downbeat profile show wald\t");
  await terminal.sees(/downbeat profile show waldorf_streichfett $/);
  terminal.type("\x15downbeat map learn drums:ki\t");
  await terminal.sees(/downbeat map learn drums:kick $/);
  terminal.type("\x15exit\n");
  expect(await terminal.ended).toBe(0);
});
