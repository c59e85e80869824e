// SPDX-License-Identifier: GPL-3.0-or-later
// What the control room needs of the display: pictures of it, and which page it shows.

export interface DisplayReport {
  /** off: the settings want none. */
  readonly state: "off" | "looking" | "on";
  /** null while there is none. */
  readonly type: string | null;
  readonly address: number | null;
  /** That is shown now, or would be. */
  readonly page: string;
  /** Kept by somebody; null when it changes by itself. */
  readonly chosen: string | null;
  readonly pages: readonly string[];
  /** Why there is no display; empty when there is one. */
  readonly sentence: string;
  /** On the bus since the start, and in how many pictures. */
  readonly bytesSent: number;
  readonly framesSent: number;
}

export interface DisplayFace {
  report(): DisplayReport;
  /**
   * As PNG, also when there is no display.
   *
   * @param page - null for the one that is shown
   * @param scale - pixels for each of the display's, 1 to 16
   * @throws {AppError} `PAGE_UNKNOWN`
   */
  screenshot(page: string | null, scale: number): Buffer;
  /** @param page - `auto` lets it change by itself again. @throws {AppError} `PAGE_UNKNOWN` */
  choosePage(page: string): DisplayReport;
}
