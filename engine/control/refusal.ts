// SPDX-License-Identifier: GPL-3.0-or-later
// A request that is not done: why, in a code for programs and a sentence for people. The same
// object answers over HTTP and over a WebSocket.

/** HTTP status of each code. Listed in docs/http.md: texts may change, codes may not. */
export const REFUSAL_STATUS = {
  VALUE_MISSING: 400,
  VALUE_INVALID: 400,
  VALUE_UNKNOWN: 400,
  COMMAND_UNKNOWN: 400,
  MESSAGE_INVALID: 400,
  REQUEST_MALFORMED: 400,
  LABEL_UNKNOWN: 400,
  ORIGIN_REFUSED: 403,
  ROUTE_UNKNOWN: 404,
  SYNTH_UNKNOWN: 404,
  PARAMETER_UNKNOWN: 404,
  CONTROL_UNKNOWN: 404,
  TRACK_UNKNOWN: 404,
  SCENE_UNKNOWN: 404,
  PAGE_UNKNOWN: 404,
  METHOD_WRONG: 405,
  REQUEST_TIMEOUT: 408,
  LOOP_MISSING: 409,
  CONFIG_INVALID: 409,
  FILE_WRITE_FAILED: 500,
  SYNTH_AMBIGUOUS: 409,
  BODY_TOO_LARGE: 413,
  HOST_REFUSED: 421,
  WEBSOCKET_EXPECTED: 426,
  TOO_MANY_COMMANDS: 429,
  HEADERS_TOO_LARGE: 431,
  INTERNAL: 500,
  TOO_MANY_CLIENTS: 503,
  QUEUE_FULL: 503,
  ENGINE_AWAY: 503,
  ENGINE_TIMEOUT: 503,
  MIDI_PORT_MISSING: 503,
} as const;

export type RefusalCode = keyof typeof REFUSAL_STATUS;

export function isRefusalCode(code: string): code is RefusalCode {
  return Object.hasOwn(REFUSAL_STATUS, code);
}

export interface Refusal {
  readonly code: RefusalCode;
  /** Where, what was expected, what came, what to do. */
  readonly message: string;
}

export interface RefusalJson {
  readonly error: Refusal;
}

export function refusalJson(code: RefusalCode, message: string): RefusalJson {
  return { error: { code, message } };
}

/** What came, short enough to be read back in a sentence. Never throws. */
export function quoted(value: unknown): string {
  if (value === undefined) return "nothing";
  const text = jsonOf(value);
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "something else";
  } catch {
    // JSON is read to any depth, but written only as deep as the stack goes.
    return Array.isArray(value) ? "a list that is nested too deeply" : "a value that is nested too deeply";
  }
}
