// SPDX-License-Identifier: GPL-3.0-or-later
// Manners of the two services, as systemd sees them: the engine on its own and Node attached to it, each with
// a notification socket; what they tell, when they keep silent, how they log, reload and end.
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test, vi } from "vitest";
import { engineProgram, projectFolder } from "../../engine/binding/places.ts";
import { BareEngine } from "../support/bare-engine.ts";
import { NotifyListener } from "../support/notify-listener.ts";
import {
  DOWNBEAT,
  eventually,
  isAlive,
  makeBoxFolder,
  RunningBox,
  removeBoxFolder,
  settingsText,
} from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000 });

const WATCHDOG_MS = 600;
/** What the unit says, in microseconds. */
const WATCHDOG_USEC = String(WATCHDOG_MS * 1000);
/** `sh -c` with the process number that systemd would give. */
const AS_MAIN_PROCESS = ["sh", "-c", 'export WATCHDOG_PID=$$; exec "$@"', "sh"];
const AS_ANOTHER_PROCESS = ["env", "WATCHDOG_PID=1"];

/** Both services on one folder, as the units start them. */
class Services implements AsyncDisposable {
  readonly folder = makeBoxFolder();
  readonly engine: BareEngine;
  readonly engineTold: NotifyListener;
  readonly nodeTold: NotifyListener;
  #node: RunningBox | null = null;

  private constructor(engineTold: NotifyListener, nodeTold: NotifyListener) {
    this.engineTold = engineTold;
    this.nodeTold = nodeTold;
    this.engine = BareEngine.start(
      path.join(this.folder, "state"),
      [],
      ["env", `NOTIFY_SOCKET=${engineTold.path}`, `WATCHDOG_USEC=${WATCHDOG_USEC}`, "JOURNAL_STREAM=8:1"],
    );
  }

  static async start(node: { readonly inside?: readonly string[] } = {}): Promise<Services> {
    const services = new Services(await NotifyListener.start(), await NotifyListener.start());
    await services.engine.playing();
    services.#node = await RunningBox.start({
      folder: services.folder,
      arguments: ["--attach"],
      environment: { NOTIFY_SOCKET: services.nodeTold.path, WATCHDOG_USEC, JOURNAL_STREAM: "8:1" },
      inside: node.inside ?? AS_MAIN_PROCESS,
    });
    return services;
  }

  get node(): RunningBox {
    if (this.#node === null) throw new Error("Node was not started yet");
    return this.#node;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (isAlive(this.engine.pid)) process.kill(this.engine.pid, "SIGCONT");
    await this.#node?.[Symbol.asyncDispose]();
    await this.engine[Symbol.asyncDispose]();
    await this.engineTold[Symbol.asyncDispose]();
    await this.nodeTold[Symbol.asyncDispose]();
    removeBoxFolder(this.folder);
  }
}

const feeds = (listener: NotifyListener): number => listener.told("WATCHDOG").length;

test("the engine is ready with its first block, feeds its watchdog, and says when it ends", async () => {
  await using services = await Services.start();
  const { engine, engineTold } = services;
  await eventually("two signs of life", () => feeds(engineTold) >= 2);
  expect(engineTold.messages[0]?.fields).toEqual({ READY: "1", STATUS: "playing" });
  expect(engineTold.told("READY")).toHaveLength(1);
  expect(await engine.stop()).toBe(0);
  expect(engineTold.told("STOPPING")).toEqual(["1"]);
});

test("Node is ready when it serves, feeds its watchdog in time, and says when it ends", async () => {
  await using services = await Services.start();
  const { node, nodeTold } = services;
  await eventually("READY", () => nodeTold.told("READY").length > 0);
  expect(nodeTold.messages[0]?.fields).toEqual({ READY: "1", STATUS: "serving" });
  expect((await node.get("/transport/status")).playing).toBe(true);
  await eventually("five signs of life", () => feeds(nodeTold) >= 5);
  const times = nodeTold.messages.filter(({ fields }) => fields.WATCHDOG === "1").map(({ micros }) => micros);
  const gapsMs = times.slice(1).map((micros, i) => (micros - (times[i] ?? 0)) / 1000);
  gapsMs.sort((one, other) => one - other);
  // The usual gap leaves room for a late one.
  expect(gapsMs[Math.floor(gapsMs.length / 2)]).toBeLessThan(WATCHDOG_MS / 2);
  node.signal("SIGTERM");
  expect(await node.ended).toBe(0);
  expect(nodeTold.told("STOPPING")).toEqual(["1"]);
  // systemd keeps the engine: the music goes on.
  expect(isAlive(services.engine.pid)).toBe(true);
});

test("Node does not feed its watchdog while the engine stands still, and says why", async () => {
  await using services = await Services.start();
  const { engine, node, nodeTold } = services;
  await eventually("signs of life", () => feeds(nodeTold) >= 2);
  process.kill(engine.pid, "SIGSTOP");
  await eventually("a word about it", () => nodeTold.told("STATUS").includes("the engine does not answer"));
  await node.says(/heart does not beat/);
  const fed = feeds(nodeTold);
  await sleep(2 * WATCHDOG_MS);
  expect(feeds(nodeTold)).toBe(fed);
  expect(JSON.stringify(await node.get("/health"))).toMatch(/the engine does not play/);
  process.kill(engine.pid, "SIGCONT");
  await eventually("signs of life again", () => feeds(nodeTold) > fed + 1);
  expect(nodeTold.told("STATUS").at(-1)).toBe("serving");
});

test("a watchdog that is meant for another process is not fed", async () => {
  await using services = await Services.start({ inside: AS_ANOTHER_PROCESS });
  const { nodeTold } = services;
  await eventually("READY", () => nodeTold.told("READY").length > 0);
  await sleep(2 * WATCHDOG_MS);
  expect(feeds(nodeTold)).toBe(0);
});

test("log lines are JSON with the journal's priority in front, and the engine's have it too", async () => {
  await using services = await Services.start();
  const { engine, node } = services;
  node.save(settingsText({ "link.quantum": 99 }));
  await node.says(/what was good before plays on/);
  const lines = node.output.trimEnd().split("\n");
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) {
    const [, priority, json = ""] = /^<(\d)>(\{.*\})$/.exec(line) ?? [];
    const { level, time, msg } = JSON.parse(json) as { level: number; time: number; msg: string };
    expect(priority).toBe({ 20: "7", 30: "6", 40: "4", 50: "3" }[level]);
    expect(Math.abs(Date.now() - time)).toBeLessThan(60_000);
    expect(msg).toMatch(/\w/);
  }
  expect(lines.some((line) => line.startsWith("<3>") && line.includes("link.quantum"))).toBe(true);
  for (const line of engine.output.trimEnd().split("\n")) expect(line).toMatch(/^<[3467]>\w+: \S/);
});

test("SIGHUP reloads Node's files and means nothing to the engine", async () => {
  await using services = await Services.start();
  const { engine, node } = services;
  const warnings = () => node.sentences.filter((sentence) => /bass-line is silent/.test(sentence)).length;
  node.save(settingsText({ "midi.virtualPort": null }));
  await eventually("a warning", () => warnings() === 1);
  node.signal("SIGHUP");
  await eventually("the same warning", () => warnings() === 2);
  process.kill(engine.pid, "SIGHUP");
  const before = await node.transport();
  await eventually("music", async () => (await node.transport()).frame > before.frame + 12_000);
  expect((await node.status()).engine.pid).toBe(engine.pid);
});

test("Node attached to nothing waits for the engine, which then plays its plan", async () => {
  const folder = makeBoxFolder();
  try {
    await using node = await RunningBox.start({ folder, arguments: ["--attach"], waits: false });
    await node.says(/no engine answers/);
    await using engine = BareEngine.start(path.join(folder, "state"));
    await engine.playing();
    await eventually("the plan", async () => (await node.status()).plan.name === "First Light");
    expect((await node.status()).engine.controllerPid).toBe(node.node.pid);
  } finally {
    removeBoxFolder(folder);
  }
});

test("wrong use of the engine ends with 2, a folder that it cannot have with 1", () => {
  const endOf = (args: readonly string[]): { status: number; stderr: string } => {
    try {
      execFileSync(engineProgram(), args, { stdio: "pipe" });
      return { status: 0, stderr: "" };
    } catch (error) {
      const { status, stderr } = error as { status: number; stderr: Buffer };
      return { status, stderr: stderr.toString() };
    }
  };
  expect(endOf(["--version"]).status).toBe(0);
  expect(endOf(["--help"]).status).toBe(0);
  expect(endOf([])).toMatchObject({ status: 2, stderr: expect.stringMatching(/^WRONG_USE --state: /) });
  expect(endOf(["--loud"])).toMatchObject({
    status: 2,
    stderr: expect.stringMatching(/"--loud" is no option/),
  });
  expect(endOf(["--state", "/proc/none", "--null"]).status).toBe(1);
});

test("the units are what systemd understands", ({ skip }) => {
  try {
    execFileSync("systemd-analyze", ["--version"], { stdio: "ignore" });
  } catch {
    skip("systemd-analyze is not here");
  }
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-units-"));
  try {
    const source = path.join(projectFolder(), "systemd");
    const units = readdirSync(source).filter((name) => /\.(?:service|target|slice)$/.test(name));
    expect(units).toEqual([
      "downbeat-engine.service",
      "downbeat.service",
      "downbeat.slice",
      "downbeat.target",
    ]);
    for (const name of units) {
      // Nothing is installed here: the programs are those of the source tree.
      const text = readFileSync(path.join(source, name), "utf8")
        .replaceAll("/usr/lib/downbeat/downbeat-engine", engineProgram())
        .replaceAll("/usr/lib/downbeat/downbeat ", `${DOWNBEAT} `);
      expect(text).not.toContain("/usr/lib/downbeat");
      writeFileSync(path.join(folder, name), text);
    }
    const words = execFileSync(
      "systemd-analyze",
      ["verify", "--man=no", ...units.map((name) => path.join(folder, name))],
      { encoding: "utf8", stdio: "pipe" },
    );
    expect(words).toBe("");
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
