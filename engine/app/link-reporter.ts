// SPDX-License-Identifier: GPL-3.0-or-later
// How well the box is tied to the others: what the engine saw and what the system says about Wi-Fi.
import type { EngineStatus } from "../binding/engine-status.ts";
import type { LinkStatus } from "../binding/link-status.ts";
import type { LinkFace, LinkReport } from "../control/link-face.ts";
import { readWifi } from "../platform/wifi.ts";
import { type WifiLink, wifiAdvice } from "../platform/wifi-text.ts";

export type { LinkReport } from "../control/link-face.ts";

const WIFI_EVERY_MS = 10_000;

/** The radios matter to whoever wants company. */
export function linkReport(status: LinkStatus, wifi: readonly WifiLink[]): LinkReport {
  return { status, wifi, advice: status.enabled ? wifiAdvice(wifi) : [] };
}

export class LinkReporter implements LinkFace {
  readonly #readWifi: () => Promise<readonly WifiLink[]>;
  #status: LinkStatus | null = null;
  #wifi: readonly WifiLink[] = [];
  #timer: NodeJS.Timeout | null = null;

  constructor(read: () => Promise<readonly WifiLink[]> = readWifi) {
    this.#readWifi = read;
  }

  start(): void {
    const look = (): void => {
      void this.#readWifi().then((wifi) => {
        this.#wifi = wifi;
      });
    };
    look();
    this.#timer = setInterval(look, WIFI_EVERY_MS);
  }

  stop(): void {
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
  }

  takeStatus(status: EngineStatus): void {
    this.#status = status.link;
  }

  link(): LinkReport | null {
    return this.#status === null ? null : linkReport(this.#status, this.#wifi);
  }
}
