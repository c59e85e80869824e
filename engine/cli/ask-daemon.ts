// SPDX-License-Identifier: GPL-3.0-or-later
// A question to the running daemon, over its HTTP interface.
import { isIPv6 } from "node:net";
import { findPlaces } from "../app/places.ts";
import { AppError, isErrorCode, messageOf, systemCodeOf } from "../base/errors.ts";
import { loadTolerant } from "../config/load-settings.ts";
import type { Settings } from "../config/schema.ts";

export interface DaemonOptions {
  readonly url?: string;
  readonly config?: string;
}

const PATIENCE_MS = 5000;

/** @throws {AppError} `DAEMON_AWAY`, or what the daemon refuses with */
export async function askDaemon(
  options: DaemonOptions,
  method: "GET" | "POST",
  path: string,
): Promise<{ readonly response: Response; readonly url: string }> {
  const base = options.url ?? (await urlOfSettings(options));
  if (!URL.canParse(base))
    throw new AppError(
      "WRONG_USE",
      `--url: expected an address such as http://127.0.0.1:8000, got "${base}"`,
    );
  const url = new URL(path, base).href;
  let response: Response;
  try {
    response = await fetch(url, { method, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch (cause) {
    throw new AppError("DAEMON_AWAY", `${base}: ${await whyAway(options, cause)}`, { cause });
  }
  if (response.ok) return { response, url };
  throw await refusalOf(response, base);
}

async function urlOfSettings(options: DaemonOptions): Promise<string> {
  const { settings } = await loadTolerant(findPlaces(options).settingsFile);
  return `http://${hostOf(settings.http)}:${settings.http.port}`;
}

/** Who listens everywhere is asked on this machine. */
function hostOf({ host }: Settings["http"]): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return isIPv6(host) ? `[${host}]` : host;
}

async function whyAway(options: DaemonOptions, cause: unknown): Promise<string> {
  const isOff = options.url === undefined && !(await isServed(options));
  if (isOff) return "expected Downbeat, and http.enabled is false in the settings. Switch it on";
  const inner = cause instanceof Error ? cause.cause : undefined;
  const reason = systemCodeOf(inner) ?? messageOf(cause);
  return `expected Downbeat, and nobody answers (${reason}). Start it with \`downbeat run\`, or give its address with --url`;
}

async function isServed(options: DaemonOptions): Promise<boolean> {
  const { settings } = await loadTolerant(findPlaces(options).settingsFile);
  return settings.http.enabled;
}

async function refusalOf(response: Response, base: string): Promise<AppError> {
  const body = (await response.json().catch(() => null)) as {
    readonly error?: { readonly code?: unknown; readonly message?: unknown };
  } | null;
  const { code, message } = body?.error ?? {};
  if (typeof message !== "string")
    return new AppError(
      "DAEMON_AWAY",
      `${base}: expected Downbeat, and something else answers (${response.status}). Give its address with --url`,
    );
  return new AppError(typeof code === "string" && isErrorCode(code) ? code : "REQUEST_INVALID", message);
}
