// SPDX-License-Identifier: GPL-3.0-or-later
// What a service logs to: sentences with fields, `log.warn({ port, jitterMs }, "clock is unsteady")`.
// pino's loggers fit; tests pass one that remembers.

export interface Logger {
  debug(fields: object, sentence: string): void;
  info(fields: object, sentence: string): void;
  warn(fields: object, sentence: string): void;
  error(fields: object, sentence: string): void;
}

/** For callers that do not care. */
export const SILENT_LOGGER: Logger = {
  debug: () => {},
  info: () => {},
  warn: () => {},
  error: () => {},
};
