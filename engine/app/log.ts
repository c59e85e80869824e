// SPDX-License-Identifier: GPL-3.0-or-later
// Where log sentences go: JSON lines by pino for the journal, plain sentences above the status line
// for a person at a terminal.
import { type DestinationStream, pino } from "pino";
import type { Logger } from "../base/logger.ts";

export type LogLevel = "debug" | "info" | "warn" | "error";

/** pino's numbers as syslog's, which the journal reads from a prefix. */
const JOURNAL_LEVELS: Readonly<Record<number, number>> = { 20: 7, 30: 6, 40: 4, 50: 3, 60: 2 };

export interface LogHandle extends Logger {
  level: LogLevel;
}

/** JSON lines on standard output; with the journal's priority in front when it listens. */
export function makeServiceLog(level: LogLevel): LogHandle {
  const isJournal = process.env.JOURNAL_STREAM !== undefined;
  const stream: DestinationStream = {
    write: (line) => {
      const priority = isJournal ? `<${JOURNAL_LEVELS[Number(/"level":(\d+)/.exec(line)?.[1])] ?? 6}>` : "";
      process.stdout.write(`${priority}${line}`);
    },
  };
  return pino({ level, base: null }, stream) as unknown as LogHandle;
}

const RANKS: Readonly<Record<LogLevel, number>> = { debug: 0, info: 1, warn: 2, error: 3 };

/** Sentences for people; `say` puts one where it does not disturb the status line. */
export function makeTerminalLog(level: LogLevel, say: (sentence: string) => void): LogHandle {
  const handle = { level } as { level: LogLevel };
  const at =
    (own: LogLevel, prefix: string) =>
    (_fields: object, sentence: string): void => {
      if (RANKS[own] >= RANKS[handle.level]) say(`${prefix}${sentence}`);
    };
  return Object.assign(handle, {
    debug: at("debug", ""),
    info: at("info", ""),
    warn: at("warn", "warning: "),
    error: at("error", "error: "),
  });
}
