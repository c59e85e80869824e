// SPDX-License-Identifier: GPL-3.0-or-later
// MIDI clock as it is made in JavaScript: a timer for each tick, aimed at the tick's own place, so that
// lateness does not add up. `node node-clock.ts TTY SECONDS TICK_MICROS` prints how late each tick was
// handed over, in microseconds, one on each line.
import { closeSync, constants, openSync, writeSync } from "node:fs";

const TICK = Buffer.from([0xf8]);
const [file = "", seconds = "0", tickMicros = "0"] = process.argv.slice(2);

const tty = openSync(file, constants.O_WRONLY | constants.O_NOCTTY);
const late: number[] = [];
const begun = performance.now();
let tick = 1;
const dueMs = (): number => begun + (tick * Number(tickMicros)) / 1000;

function next(): void {
  setTimeout(play, Math.max(0, dueMs() - performance.now()));
}

function play(): void {
  // A timer may fire up to a millisecond early: then the rest is waited for.
  const now = performance.now();
  if (now >= dueMs()) {
    writeSync(tty, TICK);
    late.push((now - dueMs()) * 1000);
    tick += 1;
  }
  if (now < begun + Number(seconds) * 1000) next();
  else end();
}

function end(): void {
  closeSync(tty);
  process.stdout.write(late.map((micros) => `${micros.toFixed(1)}\n`).join(""));
}

next();
