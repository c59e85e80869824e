// SPDX-License-Identifier: GPL-3.0-or-later
// The display, at its own pace: what plays is read from shared memory when a picture is drawn, and nothing that plays
// or is asked for waits for it.

import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import { nearestName } from "../base/nearest-name.ts";
import type { DisplaySettings } from "../config/schema.ts";
import type { DisplayFace, DisplayReport } from "../control/display-face.ts";
import type { BoardDisplay } from "../panel/board.ts";
import type { Shift } from "../panel/canvas.ts";
import { CENTRED, shiftAt } from "../panel/canvas.ts";
import { Display, type DisplayOptions, type DisplayPlace } from "../panel/display.ts";
import { drawPicture } from "../panel/draw-picture.ts";
import { PageChoice } from "../panel/page-choice.ts";
import { PAGE_NAMES, type PageName, type Picture } from "../panel/picture.ts";
import { framePng } from "../panel/png.ts";
import { openI2c } from "../platform/i2c.ts";
import type { PictureSource } from "./picture-source.ts";

export interface DisplayDeskOptions {
  readonly log: Logger;
  readonly pictures: PictureSource;
  readonly openBus?: DisplayOptions["openBus"];
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs?: () => number;
}

const FRAMES_PER_SECOND = 15;
const AUTO = "auto";
const MS_PER_MINUTE = 60_000;
/** Troubles are looked at less often than pictures are drawn. */
const TROUBLES_EVERY_MS = 500;
/** A box that does not play after so long says why instead of waiting. */
const LONGEST_BOOT_MS = 15_000;
const LONGEST_GOODBYE_MS = 1000;

/** Thread: control. */
export class DisplayDesk implements DisplayFace {
  readonly #options: DisplayDeskOptions;
  readonly #choice = new PageChoice();
  readonly #monotonicMs: () => number;
  #settings: DisplaySettings | null = null;
  #place: DisplayPlace | null = null;
  #display: Display | null = null;
  #timer: NodeJS.Timeout | null = null;
  #isOver = false;
  readonly #startedMs: number;
  #activeMs: number;
  #troublesMs = Number.NEGATIVE_INFINITY;
  #changing: Promise<void> = Promise.resolve();

  constructor(options: DisplayDeskOptions) {
    this.#options = options;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
    this.#startedMs = this.#monotonicMs();
    this.#activeMs = this.#startedMs;
  }

  /** Also in place of other settings; only another place lets the display begin anew. @param built - what the board has */
  take(settings: DisplaySettings, built: BoardDisplay | null): void {
    const before = this.#place;
    const place = displayPlace(settings, built);
    this.#settings = settings;
    this.#place = place;
    this.wake();
    if (isSamePlace(before, place)) return;
    this.#changing = this.#changing.then(() => this.#begin(place));
  }

  /** Shows goodbye; a bus that hangs does not hold up the end. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await Promise.race([this.#end(), sleep(LONGEST_GOODBYE_MS, undefined, { ref: false })]);
  }

  /** Somebody plays: the display is bright. */
  wake(): void {
    this.#activeMs = this.#monotonicMs();
  }

  /** A hand moved something that is worth a page. */
  touch(): void {
    this.wake();
    this.#choice.touch(this.#monotonicMs());
  }

  report(): DisplayReport {
    const { chosen } = this.#choice;
    const facts = { page: this.#picture(null).page, chosen, pages: PAGE_NAMES };
    if (this.#display === null)
      return { state: "off", type: null, address: null, sentence: "", bytesSent: 0, framesSent: 0, ...facts };
    return { ...this.#display.status, ...facts };
  }

  screenshot(page: string | null, scale: number): Buffer {
    const picture = this.#picture(page === null ? null : pageNamed(page));
    return framePng(drawPicture(picture, page === null ? this.#shift() : CENTRED), scale);
  }

  choosePage(page: string): DisplayReport {
    this.#choice.choose(page === AUTO ? null : pageNamed(page, [AUTO]), this.#monotonicMs());
    this.wake();
    return this.report();
  }

  async #end(): Promise<void> {
    await this.#changing;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    const display = this.#display;
    this.#display = null;
    await display?.stop(drawPicture(this.#options.pictures.shutdown(), this.#shift()));
  }

  async #begin(place: DisplayPlace | null): Promise<void> {
    await this.#display?.stop();
    this.#display = null;
    if (this.#timer !== null) clearInterval(this.#timer);
    this.#timer = null;
    if (place === null || this.#isOver) return;
    const { log, openBus = openI2c } = this.#options;
    const display = new Display({ place, openBus, log, monotonicMs: this.#monotonicMs });
    this.#display = display;
    display.start();
    this.#timer = setInterval(() => {
      if (!display.isOn) return;
      const frame = drawPicture(this.#picture(null), this.#shift());
      display.show(frame, this.#brightness());
    }, 1000 / FRAMES_PER_SECOND);
  }

  #shift(): Shift {
    return shiftAt(this.#monotonicMs());
  }

  #brightness(): number {
    const settings = this.#settings;
    if (settings === null) return 100;
    const { idleAfterMinutes, idleBrightness, brightness } = settings;
    const idleMs = this.#monotonicMs() - this.#activeMs;
    const isIdle = idleAfterMinutes !== null && idleMs >= idleAfterMinutes * MS_PER_MINUTE;
    return isIdle ? idleBrightness : brightness;
  }

  /** @param page - null for the one whose turn it is */
  #picture(page: PageName | null): Picture {
    const nowMs = this.#monotonicMs();
    const { pictures } = this.#options;
    if (nowMs - this.#troublesMs >= TROUBLES_EVERY_MS) {
      this.#troublesMs = nowMs;
      this.#choice.setTroubles(pictures.troubles(), nowMs);
    }
    const choice = this.#choice.at(nowMs);
    const isBooting = pictures.boot().waitsFor !== "" && nowMs - this.#startedMs < LONGEST_BOOT_MS;
    const wanted = page ?? (isBooting && this.#choice.chosen === null ? "boot" : choice.page);
    if (wanted !== "trouble") return pictures.page(wanted);
    const { index, shownMs } = choice.page === "trouble" ? choice : { index: 0, shownMs: 0 };
    const { troubles } = this.#choice;
    const sentence = troubles[index];
    if (sentence === undefined)
      return { page: "trouble", sentence: "Nothing is wrong.", number: 0, count: 0, shownMs: 0 };
    return { page: "trouble", sentence, number: index + 1, count: troubles.length, shownMs };
  }
}

/** Where it is, and how it stands: what the settings leave open, the board knows. null: none is looked for. */
export function displayPlace(settings: DisplaySettings, built: BoardDisplay | null): DisplayPlace | null {
  const { type, bus, address, rotation } = settings;
  if (type === "none") return null;
  if (type !== "auto" || address !== null || built === null) return { type, bus, address, rotation };
  const isUpsideDown = (rotation === 180) !== built.isFlipped;
  return { type: built.chip, bus: built.bus, address: built.address, rotation: isUpsideDown ? 180 : 0 };
}

function isSamePlace(one: DisplayPlace | null, other: DisplayPlace | null): boolean {
  if (one === null || other === null) return one === other;
  return (["type", "bus", "address", "rotation"] as const).every((key) => one[key] === other[key]);
}

function pageNamed(name: string, besides: readonly string[] = []): PageName {
  const page = PAGE_NAMES.find((one) => one === name.toLowerCase());
  if (page !== undefined) return page;
  const known = [...PAGE_NAMES, ...besides];
  const near = nearestName(name, known);
  const hint = near === null ? `There are: ${known.join(", ")}.` : `Did you mean ${near}?`;
  throw new AppError("PAGE_UNKNOWN", `expected a page of the display, got "${name}". ${hint}`);
}
