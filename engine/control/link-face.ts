// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs to tell how well the box is tied to the others.
import type { LinkStatus } from "../binding/link-status.ts";
import type { WifiLink } from "../platform/wifi-text.ts";

/** What the engine and the system say, together. */
export interface LinkReport {
  readonly status: LinkStatus;
  readonly wifi: readonly WifiLink[];
  /** What would make it better, a sentence each. */
  readonly advice: readonly string[];
}

export interface LinkFace {
  /** The newest that is known; null before the engine was first heard. Never waits, never throws. */
  link(): LinkReport | null;
}
