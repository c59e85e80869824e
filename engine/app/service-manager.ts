// SPDX-License-Identifier: GPL-3.0-or-later
// What systemd is told: ready, one line of status, and a sign of life only while both hearts beat.
import type { Logger } from "../base/logger.ts";
import { notify, watchdogMs } from "../platform/notify.ts";

export interface ServiceManagerDependencies {
  /** The engine's heart and Node's loop both beat. */
  readonly isWell: () => boolean;
  readonly log: Logger;
}

export class ServiceManager {
  readonly #dependencies: ServiceManagerDependencies;
  #timer: NodeJS.Timeout | null = null;
  #wasWell = true;

  constructor(dependencies: ServiceManagerDependencies) {
    this.#dependencies = dependencies;
  }

  start(): void {
    notify("READY=1\nSTATUS=serving");
    const period = watchdogMs();
    if (period === null) return;
    this.#timer = setInterval(() => this.#feed(), Math.max(50, period / 3));
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    notify("STOPPING=1");
  }

  #feed(): void {
    const isWell = this.#dependencies.isWell();
    if (isWell) notify("WATCHDOG=1");
    if (isWell !== this.#wasWell) {
      this.#wasWell = isWell;
      notify(isWell ? "STATUS=serving" : "STATUS=the engine does not answer");
      if (!isWell)
        this.#dependencies.log.warn(
          {},
          "the engine's heart does not beat: systemd is not told that all is well",
        );
    }
  }
}
