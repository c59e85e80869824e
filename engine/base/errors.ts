// SPDX-License-Identifier: GPL-3.0-or-later
// Every error that crosses a folder: a code for programs, a sentence for people.
// docs/errors.md says for each code what happened and what to do; a test keeps the two together.

/** Texts may change, codes may not. Grouped by who reports them. */
export const ERROR_CODES = [
  // Settings and files.
  "CONFIG_INVALID",
  "CONFIG_UNREADABLE",
  "CONFIG_TOO_LARGE",
  "CONFIG_TOO_NEW",
  "RACK_INVALID",
  "SESSION_INVALID",
  "PROFILE_INVALID",
  "PROFILE_UNKNOWN",
  "CONTROL_UNKNOWN",
  "SCENE_UNKNOWN",
  "TRACK_UNKNOWN",
  "PARAMETER_UNKNOWN",
  "LABEL_UNKNOWN",
  "PAGE_UNKNOWN",
  "SYNTH_UNKNOWN",
  "SYNTH_AMBIGUOUS",
  "FILE_MISSING",
  "FILE_READ_FAILED",
  "FILE_WRITE_FAILED",
  "FILE_TOO_LARGE",
  "FILE_DAMAGED",
  "SNAPSHOT_UNKNOWN",
  "EDITOR_FAILED",
  "DISK_SPACE_UNKNOWN",
  "RECORD_RUNNING",
  "RECORD_FAILED",
  "RENDER_CANCELLED",
  // Devices and ports.
  "AUDIO_DEVICE_MISSING",
  "AUDIO_DEVICE_FAILED",
  "CALIBRATION_FAILED",
  "MIDI_PORT_MISSING",
  "MIDI_PORT_FAILED",
  "PANEL_MISSING",
  "PANEL_DEVICE_MISSING",
  "PANEL_DEVICE_FAILED",
  "BUS_FAILED",
  "DISPLAY_MISSING",
  "DISPLAY_FAILED",
  // The engine and the way to it.
  "DAEMON_AWAY",
  "ENGINE_MISSING",
  "ENGINE_AWAY",
  "ENGINE_RUNNING",
  "ENGINE_VERSION",
  "ENGINE_TIMEOUT",
  "ENGINE_FAILED",
  "CONTROLLER_PRESENT",
  "NOT_CONTROLLER",
  "MESSAGE_INVALID",
  "MESSAGE_TOO_LARGE",
  "UNKNOWN_REQUEST",
  "SOCKET_FAILED",
  "PLAN_INVALID",
  "PLAN_SET_ASIDE",
  "VALUE_INVALID",
  "VALUE_MISSING",
  "VALUE_UNKNOWN",
  "QUEUE_FULL",
  "SHARED_MEMORY_FAILED",
  "NOTIFY_FAILED",
  "NATIVE_FAILED",
  "NATIVE_MISSING",
  // Playing and being asked to.
  "TRANSPORT_STOPPED",
  "OUT_OF_RANGE",
  "REQUEST_INVALID",
  "HTTP_PORT_TAKEN",
  "OSC_PORT_TAKEN",
  "WRONG_USE",
  "ARGUMENT_INVALID",
  "LINK_CLOSED",
  // Ours alone: a mistake in Downbeat.
  "INTERNAL",
] as const;

export type ErrorCode = (typeof ERROR_CODES)[number];

export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;

  constructor(code: ErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

export function isAppError(error: unknown, code?: ErrorCode): error is AppError {
  return error instanceof AppError && (code === undefined || error.code === code);
}

export function isErrorCode(text: string): text is ErrorCode {
  return (ERROR_CODES as readonly string[]).includes(text);
}

/** The sentence of anything that was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** `ENOENT` and its kind, or undefined when the system did not say one. */
export function systemCodeOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === "string" ? code : undefined;
}
