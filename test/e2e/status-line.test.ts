// SPDX-License-Identifier: GPL-3.0-or-later
// What an owner sees who starts the box in a terminal: sentences, and one calm line below them.
import { spawn } from "node:child_process";
import path from "node:path";
import { expect, test, vi } from "vitest";
import { downbeat } from "../support/downbeat-command.ts";
import { DOWNBEAT, eventually, makeBoxFolder, removeBoxFolder } from "../support/running-box.ts";

vi.setConfig({ testTimeout: 60_000 });

const COLUMNS = 80;
const CTRL_C = "\x03";

/** A shell word. */
const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`;

test.skipIf(process.platform !== "linux")(
  "in a terminal of 80 columns the status is one line that never wraps, and Ctrl-C ends it",
  async ({ annotate }) => {
    const folder = makeBoxFolder();
    const run = [
      DOWNBEAT,
      ...["run", "--null", "--config", path.join(folder, "downbeat.yaml")],
      ...["--state", path.join(folder, "state"), "--port", "0"],
    ];
    // `script` makes the terminal; closing it ends everything inside.
    const terminal = spawn(
      "script",
      [
        "-qefc",
        `stty cols ${COLUMNS} rows 24; exec ${run.map(quoted).join(" ")}`,
        path.join(folder, "typescript"),
      ],
      { stdio: ["pipe", "pipe", "inherit"] },
    );
    let text = "";
    terminal.stdout.setEncoding("utf8").on("data", (piece: string) => {
      text += piece;
    });
    const ended = new Promise<number | null>((resolve) => terminal.once("close", resolve));
    try {
      await eventually("bar 4", () => / 4\.\d /.test(text), 30_000);
      terminal.stdin.write(CTRL_C);
      expect(await ended).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: what erases a line begins with Escape
      const pieces = text.split(/\r\u001b\[2K|\r?\n/);
      const lines = pieces.filter((piece) => piece.startsWith("playing"));
      await annotate(lines.at(-1) ?? "");
      expect(lines.length).toBeGreaterThan(3);
      for (const line of lines) {
        expect(line.length).toBeLessThan(COLUMNS);
        expect(line).toMatch(
          /^playing {2}122\.00 bpm +\d+\.[1-4] {2}Link off {2}(opening|no sound) {2}\S.* {2}load +\d+ % {2}\d+ xruns?(\^C)?$/,
        );
      }
      // Nothing but sentences takes a line of its own.
      const rows = text
        .split(/\r?\n/)
        .filter((row) => row !== "")
        .map((row) => row.split("[2K").at(-1));
      expect(rows.slice(0, -2).sort()).toEqual([
        'audio.device is "null": playing in time without sound',
        expect.stringMatching(/^the transport is served at http:\/\/127\.0\.0\.1:\d+; see \S+\/docs$/),
      ]);
      expect(rows.slice(-2)).toEqual([lines.at(-1), "Stopped."]);
    } finally {
      if (terminal.exitCode === null) {
        terminal.kill("SIGKILL");
        await downbeat(["stop", "--state", path.join(folder, "state")]);
      }
      removeBoxFolder(folder);
    }
  },
);
