// SPDX-License-Identifier: GPL-3.0-or-later
// Which boot of the machine this is.

import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";

/**
 * The same until the machine starts again; empty where nobody says. A service that sees no more of /proc than
 * its own processes is told by its unit, in `DOWNBEAT_BOOT_ID`.
 */
export function bootId(): string {
  try {
    if (process.platform === "darwin")
      return execFileSync("/usr/sbin/sysctl", ["-n", "kern.bootsessionuuid"], { encoding: "utf8" }).trim();
    return plain(readFileSync("/proc/sys/kernel/random/boot_id", "utf8"));
  } catch {
    return plain(process.env.DOWNBEAT_BOOT_ID ?? "");
  }
}

/** As the kernel writes it; systemd leaves the hyphens out. */
function plain(text: string): string {
  return text.trim().replaceAll("-", "").toLowerCase();
}
