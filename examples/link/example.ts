// SPDX-License-Identifier: GPL-3.0-or-later
// What the four examples share: options, an end, lines for people or programs, and waiting on Link's clock.
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Link } from "../../engine/link/link.ts";

export interface ExampleOptions {
  /** Bpm, until others are there. */
  readonly tempo: number;
  /** Beats in a cycle. */
  readonly quantum: number;
  readonly json: boolean;
  /** Of `more`: those that were given. */
  readonly given: Readonly<Record<string, string | boolean | undefined>>;
  /** Aborted by `--for SECONDS`, Ctrl-C or SIGTERM. */
  readonly end: AbortSignal;
}

/**
 * Reads the command line. With `--help`, or options it does not know, it says how and ends the process.
 *
 * @param about - one line
 * @param more - options of this example: name, and what it takes ("" for a switch) and does
 */
export function readOptions(
  about: string,
  more: Readonly<Record<string, readonly [takes: string, does: string]>> = {},
): ExampleOptions {
  const own = Object.entries(more);
  try {
    const { values } = parseArgs({
      options: {
        for: { type: "string" },
        tempo: { type: "string", default: "120" },
        quantum: { type: "string", default: "4" },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false },
        ...Object.fromEntries(
          own.map(([name, [takes]]) => [name, { type: takes === "" ? "boolean" : "string" } as const]),
        ),
      },
    });
    if (values.help) {
      process.stdout.write(usage(about, own));
      process.exit(0);
    }
    return {
      tempo: numberOf("tempo", values.tempo, 20, 999),
      quantum: numberOf("quantum", values.quantum, 0.25, 64),
      json: values.json,
      given: values as Readonly<Record<string, string | boolean | undefined>>,
      end: endAfter(values.for === undefined ? null : numberOf("for", values.for, 0.1, 86_400)),
    };
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${usage(about, own)}`);
    process.exit(2);
  }
}

function usage(
  about: string,
  more: readonly (readonly [string, readonly [takes: string, does: string]])[],
): string {
  const lines = [
    ["--for SECONDS", "ends by itself"],
    ["--tempo BPM", "the tempo while nobody else is there; 120"],
    ["--quantum BEATS", "length of a cycle; 4"],
    ["--json", "one JSON object on each line"],
    ...more.map(([name, [takes, does]]) => [`--${name}${takes === "" ? "" : ` ${takes}`}`, does]),
  ];
  return `${about}\n${lines.map(([option = "", does]) => `  ${option.padEnd(18)}${does}`).join("\n")}\n`;
}

function numberOf(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text.trim() === "" || !(value >= min && value <= max))
    throw new Error(`--${name}: expected ${min} to ${max}, got ${text}`);
  return value;
}

function endAfter(seconds: number | null): AbortSignal {
  const control = new AbortController();
  const end = (): void => control.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, end);
  // Whoever read our lines has gone: `... | head`.
  process.stdout.once("error", end);
  if (seconds !== null) setTimeout(end, seconds * 1000).unref();
  return control.signal;
}

/** Waits, at most until the end. */
export async function pause(ms: number, end: AbortSignal): Promise<void> {
  if (!end.aborted) await sleep(ms, undefined, { signal: end }).catch(() => undefined);
}

/** A line for people, or the same facts for programs. */
export function say(options: ExampleOptions, facts: Readonly<Record<string, unknown>>, text: string): void {
  process.stdout.write(`${options.json ? JSON.stringify(facts) : text}\n`);
}

const cell = new Int32Array(new SharedArrayBuffer(4));
/** Timers of JavaScript come up to some milliseconds late; the rest is waited for by the system, in microseconds. */
const TIMER_MARGIN_MS = 10;
const MAX_WAIT_MS = 50;

/**
 * Waits for a time on Link's clock that may move: a peer changes the tempo, or joins.
 *
 * @param dueMicros - asked again every 50 ms; null gives up
 * @returns microseconds by which it is late now, or null when it was given up or the end came
 */
export async function waitFor(
  link: Link,
  dueMicros: () => bigint | null,
  end: AbortSignal,
): Promise<number | null> {
  for (;;) {
    const due = dueMicros();
    if (due === null || end.aborted) return null;
    const leftMs = Number(due - link.clock().micros()) / 1000;
    if (leftMs > TIMER_MARGIN_MS) {
      await pause(Math.min(leftMs - TIMER_MARGIN_MS, MAX_WAIT_MS), end);
      continue;
    }
    // Nothing else of this process runs meanwhile, for 10 ms at most.
    if (leftMs > 0) Atomics.wait(cell, 0, 0, leftMs);
    return Number(link.clock().micros() - due);
  }
}
