// SPDX-License-Identifier: GPL-3.0-or-later
// The command line, as scripts and people use it: what each verb prints, and how it ends: 0 fine, 1 the
// answer is no, 2 wrong use.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";
import { downbeat } from "../support/downbeat-command.ts";
import { RunningBox, settingsText } from "../support/running-box.ts";
import { readWav } from "../support/wav-file.ts";

vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const SESSION = path.join(projectFolder(), "config", "sessions", "first-light.json");
const BEATS_PER_BAR = 4;

let folder: string;
let box: RunningBox;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-cli-"));
  box = await RunningBox.start();
});

afterAll(async () => {
  await box?.[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true, force: true });
});

const emptyState = (): string => path.join(folder, "nothing-plays-here");

/** A file of this test's folder. */
function written(name: string, content: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, content);
  return file;
}

describe("downbeat", () => {
  test("--version is the version of the package", async () => {
    const manifest = JSON.parse(readFileSync(path.join(projectFolder(), "package.json"), "utf8")) as {
      version: string;
    };
    expect(await downbeat(["--version"])).toEqual({
      exitCode: 0,
      stdout: `${manifest.version}\n`,
      stderr: "",
    });
  });

  test("--help names every verb, and each verb its options", async () => {
    const help = await downbeat(["--help"]);
    expect(help.exitCode).toBe(0);
    for (const verb of ["run", "check", "doctor", "devices", "status", "render", "profile", "map", "stop"])
      expect(help.stdout).toMatch(new RegExp(`^ {2}${verb} `, "m"));
    for (const line of help.stdout.split("\n")) expect(line.length).toBeLessThanOrEqual(80);
    const run = await downbeat(["run", "--help"]);
    expect(run.exitCode).toBe(0);
    for (const option of ["--config", "--state", "--port", "--null", "--for", "--record", "--attach"])
      expect(run.stdout).toContain(`${option} `);
  });

  test.each([["panel", "list"], ["help"], ["status", "--watch"]])(
    "%s %s ends without a word when nobody reads on",
    async (...args) => {
      const state = args[0] === "status" ? ["--state", box.stateFolder] : [];
      const { exitCode, stderr } = await downbeat([...args, ...state], { readsOutput: false });
      expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    },
  );

  test("a misspelt verb is told the likely one", async () => {
    const { exitCode, stderr } = await downbeat(["chek"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/unknown command 'chek'/);
    expect(stderr).toMatch(/Did you mean check\?/);
  });

  test.each<[readonly string[], RegExp]>([
    [[], /Usage: downbeat/],
    [["run", "--nonsense"], /unknown option '--nonsense'/],
    [["run", "--port", "99999"], /^WRONG_USE --port: expected 0 to 65535, got "99999"$/m],
    [["run", "--port", "http"], /^WRONG_USE --port: expected 0 to 65535, got "http"$/m],
    [["run", "--for", "-1"], /^WRONG_USE --for: expected 0\.001 to 10000000 seconds, got "-1"$/m],
    [["run", "--for"], /option '--for <seconds>' argument missing/],
    [["render", SESSION], /^WRONG_USE expected at least one of --out, --stems, --events and --latency$/m],
    [["render", "--out", "x.wav"], /missing required argument 'file'/],
    [["render", SESSION, "--out", "x.wav", "--bars", "two"], /^WRONG_USE --bars: .* got "two"$/m],
    [
      ["render", SESSION, "--out", "x.wav", "--rate", "1"],
      /^WRONG_USE --rate: expected 8000 to 192000 Hz, got "1"$/m,
    ],
    [
      ["render", SESSION, "--out", "x.wav", "--bars", "1", "--seconds", "1"],
      /^WRONG_USE --bars and --seconds: expected one of them, got both$/m,
    ],
  ])("wrong use ends with 2 and a sentence: %j", async (args, sentence) => {
    const { exitCode, stdout, stderr } = await downbeat(args, { cwd: folder });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
  });
});

describe("check", () => {
  test("good settings and their session are fine", async () => {
    const { exitCode, stdout } = await downbeat(["check"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/downbeat\.yaml, .*first-light\.json.*: fine\n$/);
  });

  test("every mistake is named with file, line and column, and the likely key", async () => {
    const file = written("wrong.yaml", "audio:\n  blockFrams: 64\nlink:\n  quantum: 99\n");
    const { exitCode, stdout } = await downbeat(["check", file]);
    expect(exitCode).toBe(1);
    const [first, second, summary] = stdout.trimEnd().split("\n");
    expect(first).toMatch(new RegExp(`^${file}:2:3: audio\\.blockFrams: .*blockFrames`));
    expect(second).toBe(`${file}:4:12: link.quantum: expected 1 to 64 beats, got 99. The default is 4.`);
    expect(summary).toBe("2 mistakes");
  });

  test("--json has the same for programs", async () => {
    const file = written("wrong.yaml", "link:\n  quantum: 99\n");
    const { exitCode, stdout } = await downbeat(["check", file, "--json"]);
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      files: [file],
      errors: 1,
      warnings: 0,
      problems: [{ severity: "error", file, line: 2, column: 12, path: "link.quantum", got: "99" }],
    });
    const fine = await downbeat(["check", box.settingsFile, "--json"]);
    expect(fine.exitCode).toBe(0);
    expect(JSON.parse(fine.stdout)).toMatchObject({ errors: 0, problems: [] });
  });

  test("a session or a rack may be named", async () => {
    expect((await downbeat(["check", SESSION])).exitCode).toBe(0);
    const file = written("rack.json", '{\n  "kind": "rack",\n  "version": 1,\n  "nodes": 5\n}\n');
    const { exitCode, stdout } = await downbeat(["check", file]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${file}:4:12: nodes: expected `, "m"));
  });

  test("a session with a mistake is found through the settings", async () => {
    written("broken-session.json", '{"kind": "session", "version": 1, "racks": 7}');
    const file = written("settings.yaml", settingsText({ session: "broken-session.json" }));
    const { exitCode, stdout } = await downbeat(["check", file]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/broken-session\.json:1:\d+: racks: expected /);
  });

  test("a file that is not there is an answer, not an accident", async () => {
    const file = path.join(folder, "none.yaml");
    const { exitCode, stdout, stderr } = await downbeat(["check", file]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(new RegExp(`^${file}:1:1: expected .* got there is no such file`));
    expect(stderr).toBe("");
  });
});

describe("doctor", () => {
  interface Finding {
    readonly verdict: string;
    readonly about: string;
    readonly sentence: string;
    readonly advice: string;
  }

  test("without an engine that is the problem, with what to do", async () => {
    const { exitCode, stdout } = await downbeat(["doctor", "--state", emptyState()]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^PROBLEM +engine +no engine plays from .*\n +-> start it: downbeat run/m);
    expect(stdout).toMatch(/^ok +settings +\S+downbeat\.yaml is fine$/m);
    expect(stdout.trimEnd()).toMatch(/\d+ problems?\.$/);
  });

  test("beside a box that plays it sees engine, plan, sound, machine; every problem has advice", async () => {
    const args = ["doctor", "--config", box.settingsFile, "--state", box.stateFolder, "--json"];
    const { exitCode, stdout } = await downbeat(args);
    const findings = JSON.parse(stdout) as Finding[];
    const about = (word: string) => findings.filter((finding) => finding.about === word);
    expect(about("engine")).toMatchObject([{ verdict: "ok" }]);
    expect(about("engine")[0]?.sentence).toContain(`pid ${(await box.status()).engine.pid}`);
    expect(about("plan")[0]?.sentence).toMatch(/"First Light" with 4 racks/);
    expect(about("settings")).toMatchObject([{ verdict: "ok" }]);
    // The null driver is silent: that is why it is silent.
    expect(about("audio")[0]).toMatchObject({ verdict: "problem" });
    for (const word of ["link", "realtime", "disk", "kernel", "choice"])
      expect(about(word), word).not.toEqual([]);
    for (const { verdict, advice, sentence } of findings) {
      expect(sentence).not.toMatch(/undefined|NaN|\[object/);
      if (verdict === "problem") expect(advice, sentence).not.toBe("");
    }
    expect(exitCode).toBe(1);
  });

  test("mistakes in the settings are findings", async () => {
    const file = written("wrong.yaml", "link:\n  quantum: 99\n");
    const { exitCode, stdout } = await downbeat(["doctor", "--config", file, "--state", box.stateFolder]);
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/^PROBLEM +settings +\S+wrong\.yaml:2:12: link\.quantum: expected/m);
    expect(stdout).toMatch(/-> mend the line that is named/);
  });
});

describe("devices", () => {
  test("lists what is here, and what auto takes and why", async () => {
    const { exitCode, stdout } = await downbeat(["devices"]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Audio\n/);
    expect(stdout).toMatch(/^ {2}auto takes .+: .+$/m);
    expect(stdout).toMatch(/^MIDI$/m);
  });

  test("--json has the same for programs", async () => {
    const { exitCode, stdout } = await downbeat(["devices", "--json"]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      audio: expect.any(Array),
      midi: expect.any(Array),
      midiIsAvailable: expect.any(Boolean),
      choice: { api: expect.any(String), device: expect.any(String), reason: expect.any(String) },
    });
  });
});

describe("status", () => {
  test("says what plays, in a few lines", async () => {
    const { exitCode, stdout } = await downbeat(["status", "--state", box.stateFolder]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Playing +playing, 122\.00 bpm, beat \d+\.\d\d$/m);
    expect(stdout).toMatch(
      /^Session +First Light, 4 racks, \d+ nodes, plan [0-9a-f]{16}, stored \d+ s ago$/m,
    );
    expect(stdout).toMatch(/^Load +\d+\.\d %, worst block \d+ %, \d+ xruns, \d+ late callbacks$/m);
    expect(stdout).toMatch(/^Link +off$/m);
    expect(stdout).toMatch(/^Engine +version \S+, pid \d+, up \d+ s, \d+ MB/m);
    expect(stdout).not.toMatch(/undefined|NaN/);
  });

  test("--json has everything for programs", async () => {
    const { exitCode, stdout } = await downbeat(["status", "--json", "--state", box.stateFolder]);
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      engine: { controllerPid: box.node.pid },
      audio: { api: "null", blockFrames: 128, sampleRate: 48_000 },
      link: { enabled: false },
      transport: { status: "playing" },
    });
  });

  test("--watch looks again and again until Ctrl-C", async () => {
    let lines = 0;
    const { exitCode, stdout } = await downbeat(["status", "--watch", "--json", "--state", box.stateFolder], {
      onOutput(text, kill) {
        lines += text.split("\n").length - 1;
        if (lines >= 3) kill("SIGINT");
      },
    });
    expect(exitCode).toBe(0);
    const frames = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as { transport: { frame: number } }).transport.frame);
    expect(frames.length).toBeGreaterThanOrEqual(3);
    for (let i = 1; i < frames.length; i += 1) expect(frames[i]).toBeGreaterThan(frames[i - 1] ?? 0);
  });

  test.each(["status", "stop"])("%s without an engine ends with 1 and says what to start", async (verb) => {
    const { exitCode, stderr } = await downbeat([verb, "--state", emptyState()]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^ENGINE_AWAY .*no engine answers .*downbeat run/);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});

describe("render", () => {
  const out = (name: string): string => path.join(folder, name);

  test.each<[string, readonly string[], number]>([
    ["--bars 2", ["--bars", "2"], Math.round(((2 * BEATS_PER_BAR * 60) / 122) * 48_000)],
    ["--seconds 1.5", ["--seconds", "1.5"], 72_000],
    ["--seconds 1 --rate 44100", ["--seconds", "1", "--rate", "44100"], 44_100],
  ])("%s is exactly that long", async (name, args, frames) => {
    const file = out(`${name.replaceAll(" ", "")}.wav`);
    const { exitCode, stdout } = await downbeat(["render", SESSION, "--out", file, ...args, "--json"]);
    expect(exitCode).toBe(0);
    const facts = JSON.parse(stdout) as { file: string; frames: number; sampleRate: number; peak: number };
    expect(facts).toMatchObject({ file, frames });
    const wav = readWav(file);
    expect(wav).toMatchObject({ frames, sampleRate: facts.sampleRate, channels: 2 });
    expect(facts.peak).toBeGreaterThan(0.05);
    expect(facts.peak).toBeLessThanOrEqual(1);
  });

  test("the same session gives the same file", async () => {
    for (const name of ["once.wav", "again.wav"])
      await downbeat(["render", SESSION, "--out", out(name), "--bars", "1"]);
    expect(readFileSync(out("once.wav")).equals(readFileSync(out("again.wav")))).toBe(true);
  });

  test("a person is told length and level", async () => {
    const { exitCode, stdout } = await downbeat([
      "render",
      SESSION,
      "--out",
      out("said.flac"),
      "--seconds",
      "1",
    ]);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/said\.flac: 1\.000 s, 48000 frames at 48000 Hz, peak -\d+\.\d dBFS\n$/);
    expect(existsSync(out("said.flac"))).toBe(true);
  });

  test.each<[string, () => readonly string[], RegExp]>([
    [
      "a file that is not there",
      () => [out("none.json"), "--out", out("x.wav")],
      /none\.json:1:1: expected a file that can be read/,
    ],
    [
      "a session with a mistake",
      () => [written("bad.json", '{"kind": "rack", "version": 1, "nodes": 1}'), "--out", out("x.wav")],
      /bad\.json:1:\d+: nodes: expected/,
    ],
    [
      "an ending that no file has",
      () => [SESSION, "--out", out("x.mp3"), "--bars", "1"],
      /^FILE_WRITE_FAILED \S+x\.mp3: expected a name that ends in \.wav or \.flac$/m,
    ],
    [
      "a folder that is not there",
      () => [SESSION, "--out", out("none/x.wav"), "--bars", "1"],
      /^FILE_WRITE_FAILED \S+x\.wav: No such file or directory$/m,
    ],
  ])("%s ends with 1 and a sentence, and leaves no file", async (_name, args, sentence) => {
    const { exitCode, stdout, stderr } = await downbeat(["render", ...args()]);
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(sentence);
    expect(stderr).not.toMatch(/^\s+at /m);
    expect(stdout).toBe("");
    expect(existsSync(out("x.wav"))).toBe(false);
  });

  test.each(["SIGINT", "SIGTERM"] as const)("%s leaves no half file", async (signal) => {
    const file = out("long.wav");
    const { exitCode, stderr } = await downbeat(["render", SESSION, "--out", file, "--bars", "20000"], {
      onStart(kill) {
        const timer = setInterval(() => {
          // Half of it is there, under a name of its own.
          if (!readdirSync(path.dirname(file)).some((name) => name.includes("long"))) return;
          clearInterval(timer);
          kill(signal);
        }, 5);
      },
    });
    expect(exitCode).toBe(1);
    expect(stderr).toMatch(/^RENDER_CANCELLED /);
    expect(readdirSync(path.dirname(file)).filter((name) => name.includes("long"))).toEqual([]);
  });
});

describe("run", () => {
  test("a second one on the same state folder is refused politely, and the first plays on", async () => {
    const { exitCode, stdout } = await downbeat(
      ["run", "--null", "--config", box.settingsFile, "--state", box.stateFolder, "--port", "0"],
      {
        onOutput(text, kill) {
          if (text.includes("controls this engine already")) kill("SIGTERM");
        },
      },
    );
    expect(exitCode).toBe(0);
    expect(stdout).toContain(`process ${box.node.pid} controls this engine already`);
    expect(box.node.exitCode).toBeNull();
    expect((await box.transport()).status).toBe("playing");
  });
});
