// SPDX-License-Identifier: GPL-3.0-or-later
// A display for the control room's tests: it keeps what is asked of it.

import { AppError } from "../../engine/base/errors.ts";
import type { DisplayFace, DisplayReport } from "../../engine/control/display-face.ts";
import { Frame } from "../../engine/panel/frame.ts";
import { framePng } from "../../engine/panel/png.ts";

const PAGES = ["play", "network"];

export class ScriptedDisplay implements DisplayFace {
  chosen: string | null = null;
  readonly asked: { page: string | null; scale: number }[] = [];

  report(): DisplayReport {
    return {
      state: "on",
      type: "ssd1306",
      address: 0x3c,
      page: this.chosen ?? "play",
      chosen: this.chosen,
      pages: PAGES,
      sentence: "",
      bytesSent: 1100,
      framesSent: 1,
    };
  }

  screenshot(page: string | null, scale: number): Buffer {
    this.#check(page);
    this.asked.push({ page, scale });
    return framePng(new Frame(), scale);
  }

  choosePage(page: string): DisplayReport {
    const chosen = page === "auto" ? null : page;
    this.#check(chosen);
    this.chosen = chosen;
    return this.report();
  }

  #check(page: string | null): void {
    if (page === null || PAGES.includes(page)) return;
    throw new AppError("PAGE_UNKNOWN", `expected a page, got "${page}". There are: ${PAGES.join(", ")}.`);
  }
}
