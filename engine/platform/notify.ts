// SPDX-License-Identifier: GPL-3.0-or-later
// The sd_notify protocol, through the addon: Node has no datagram sockets of that kind.
import { sendNotification } from "../binding/addon.ts";

/** Lines of KEY=VALUE for the service manager; nothing happens where there is none. */
export function notify(message: string): void {
  if (process.env.NOTIFY_SOCKET === undefined) return;
  sendNotification(message);
}

/** The longest silence that the service manager accepts, in milliseconds; null when it does not watch us. */
export function watchdogMs(): number | null {
  const micros = Number(process.env.WATCHDOG_USEC);
  const pid = process.env.WATCHDOG_PID;
  if (!Number.isFinite(micros) || micros <= 0) return null;
  if (pid !== undefined && Number(pid) !== process.pid) return null;
  return micros / 1000;
}
