// SPDX-License-Identifier: GPL-3.0-or-later
// The display on its bus: found, switched on, and given what differs between what it shows and what it should show.
// One transfer is on its way at a time and the newest frame wins. A display that fails is dropped, said once, and
// looked for again with growing pauses; nothing else waits for it.

import { setTimeout as sleep } from "node:timers/promises";
import { AppError, messageOf } from "../base/errors.ts";
import type { Logger } from "../base/logger.ts";
import type { I2cBus } from "../platform/i2c.ts";
import { type Frame, HEIGHT, PAGE_ROWS } from "./frame.ts";
import {
  type BusWrite,
  brightnessWrites,
  initialWrites,
  type OledType,
  oledOfStatus,
  runWrites,
  wakeWrites,
} from "./oled.ts";
import { applyRun, changedRuns, copyOf, pageRun, type Run } from "./tiles.ts";

export interface DisplayPlace {
  readonly type: OledType | "auto";
  /** `/dev/i2c-N`. */
  readonly bus: number;
  /** null: where displays usually are. */
  readonly address: number | null;
  readonly rotation: 0 | 180;
}

export interface DisplayOptions {
  readonly place: DisplayPlace;
  readonly openBus: (bus: number) => Promise<I2cBus>;
  readonly log: Logger;
  /** Milliseconds of a clock that never jumps. */
  readonly monotonicMs?: () => number;
}

export interface DisplayStatus {
  readonly state: "looking" | "on";
  /** null while it is looked for. */
  readonly type: OledType | null;
  readonly address: number | null;
  /** Why there is none; empty when there is one. */
  readonly sentence: string;
  /** On the bus, since the start. */
  readonly bytesSent: number;
  readonly framesSent: number;
}

const USUAL_ADDRESSES = [0x3c, 0x3d];
const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60_000;
/** Who answered for so long was well. */
const STEADY_MS = 10_000;
/** Pictures a second, at most. */
const FRAME_MS = 1000 / 15;
/** So often one of the pages is sent again, in turn: what a spark has changed on the glass is gone soon. */
const HEAL_EVERY_MS = 2000;
const PAGES = HEIGHT / PAGE_ROWS;

/** A display that answers. */
interface Panel {
  readonly bus: I2cBus;
  readonly type: OledType;
  readonly address: number;
}

/** Thread: control. */
export class Display {
  readonly #options: DisplayOptions;
  readonly #abort = new AbortController();
  readonly #monotonicMs: () => number;
  #panel: Panel | null = null;
  /** What the glass has; null: nobody knows. */
  #shown: Frame | null = null;
  #wanted: Frame | null = null;
  #brightness = 100;
  #shownBrightness: number | null = null;
  #wake: (() => void) | null = null;
  #running: Promise<void> | null = null;
  #sentence = "";
  #isSaid = false;
  #bytesSent = 0;
  #framesSent = 0;
  #healedMs = 0;
  #healPage = 0;

  constructor(options: DisplayOptions) {
    this.#options = options;
    this.#monotonicMs = options.monotonicMs ?? (() => performance.now());
  }

  start(): void {
    this.#running ??= this.#run();
  }

  /** Lets the transfer that is on its way end, and shows `last` when there is a display. */
  async stop(last?: Frame): Promise<void> {
    this.#abort.abort();
    this.#wake?.();
    await this.#running;
    const panel = this.#panel;
    this.#panel = null;
    if (panel === null) return;
    try {
      if (last !== undefined) {
        for (const run of changedRuns(this.#shown, last)) await this.#sendRun(panel, run);
        // Nobody is here to move the picture any more: it is kept from burning in.
        await this.#write(panel, brightnessWrites(LAST_BRIGHTNESS));
      }
    } catch {
      // It went away in the last moment.
    }
    await panel.bus.close().catch(() => undefined);
  }

  /** Somebody looks: pictures are worth drawing. */
  get isOn(): boolean {
    return this.#panel !== null;
  }

  get status(): DisplayStatus {
    return {
      state: this.#panel === null ? "looking" : "on",
      type: this.#panel?.type ?? null,
      address: this.#panel?.address ?? null,
      sentence: this.#sentence,
      bytesSent: this.#bytesSent,
      framesSent: this.#framesSent,
    };
  }

  /** From now on, or as soon as there is a display. Never waits. @param brightness - percent, 0 is dark */
  show(frame: Frame, brightness: number): void {
    this.#wanted = frame;
    this.#brightness = brightness;
    this.#wake?.();
  }

  async #run(): Promise<void> {
    const { signal } = this.#abort;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; ) {
      let foundMs = Number.POSITIVE_INFINITY;
      try {
        this.#panel = await this.#find();
        foundMs = this.#monotonicMs();
        this.#tellFound(this.#panel);
        await this.#serve(this.#panel);
      } catch (error) {
        if (signal.aborted) return;
        // A wire that trembles is not news each time.
        if (this.#monotonicMs() - foundMs >= STEADY_MS) {
          pauseMs = FIRST_PAUSE_MS;
          this.#isSaid = false;
        }
        await this.#drop(error);
        await sleep(pauseMs, undefined, { signal, ref: false }).catch(() => undefined);
        pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * 2);
      }
    }
  }

  /** Sends until the display fails or nobody wants it any more. */
  async #serve(panel: Panel): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      const startMs = this.#monotonicMs();
      await this.#sendNewest(panel, startMs);
      if (signal.aborted) return;
      const restMs = FRAME_MS - (this.#monotonicMs() - startMs);
      if (restMs > 0) await sleep(restMs, undefined, { signal, ref: false }).catch(() => undefined);
      if (!signal.aborted && !this.#hasNews) await this.#news();
    }
  }

  get #hasNews(): boolean {
    return this.#wanted !== null;
  }

  /** Until `show` or `stop`. */
  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null;
        resolve();
      };
    });
  }

  async #sendNewest(panel: Panel, nowMs: number): Promise<void> {
    const wanted = this.#wanted;
    if (wanted === null) return;
    this.#wanted = null;
    const runs = [...changedRuns(this.#shown, wanted)];
    if (nowMs - this.#healedMs >= HEAL_EVERY_MS && this.#shownBrightness !== 0) {
      this.#healedMs = nowMs;
      await this.#write(panel, wakeWrites(panel.type, this.#options.place.rotation));
      this.#shownBrightness = null;
      runs.push(pageRun(wanted, this.#healPage));
      this.#healPage = (this.#healPage + 1) % PAGES;
    }
    for (const run of runs) {
      await this.#sendRun(panel, run);
      if (this.#abort.signal.aborted) return;
    }
    this.#shown ??= copyOf(wanted);
    if (this.#shownBrightness !== this.#brightness) {
      const brightness = this.#brightness;
      await this.#write(panel, brightnessWrites(brightness));
      this.#shownBrightness = brightness;
    }
    if (runs.length > 0) this.#framesSent += 1;
  }

  async #sendRun(panel: Panel, run: Run): Promise<void> {
    await this.#write(panel, runWrites(panel.type, run));
    if (this.#shown !== null) applyRun(this.#shown, run);
  }

  async #write({ bus, address }: Panel, writes: readonly BusWrite[]): Promise<void> {
    for (const { control, bytes } of writes) {
      await bus.writeBlock(address, control, bytes);
      // The address and the control byte travel too.
      this.#bytesSent += bytes.length + 2;
    }
  }

  /** @throws {AppError} `BUS_FAILED`, `DISPLAY_MISSING` */
  async #find(): Promise<Panel> {
    const { place, openBus } = this.#options;
    const bus = await openBus(place.bus);
    try {
      const addresses = place.address === null ? USUAL_ADDRESSES : [place.address];
      for (const address of addresses) {
        const type = await this.#typeAt(bus, address);
        if (type === null) continue;
        const panel = { bus, type, address };
        await this.#write(panel, initialWrites(type, place.rotation));
        this.#shown = null;
        this.#shownBrightness = null;
        this.#healedMs = this.#monotonicMs();
        return panel;
      }
      throw missing(place, addresses);
    } catch (error) {
      await bus.close().catch(() => undefined);
      throw error;
    }
  }

  /** null: nobody answers there. */
  async #typeAt(bus: I2cBus, address: number): Promise<OledType | null> {
    const { type } = this.#options.place;
    const status = await bus.readByte(address, 0).catch(() => null);
    if (type === "auto") return status === null ? null : oledOfStatus(status);
    // Some modules take what they are told and cannot be asked.
    if (status !== null) return type;
    const isThere = await bus.writeBlock(address, 0, Uint8Array.of(NOTHING)).then(
      () => true,
      () => false,
    );
    return isThere ? type : null;
  }

  #tellFound({ type, address }: Panel): void {
    this.#sentence = "";
    const { bus } = this.#options.place;
    this.#options.log.info(
      { bus, address },
      `the display is ${NAMES[type]} at I2C bus ${bus}, ${hex(address)}`,
    );
  }

  async #drop(error: unknown): Promise<void> {
    const { place, log } = this.#options;
    const panel = this.#panel;
    this.#panel = null;
    this.#shown = null;
    await panel?.bus.close().catch(() => undefined);
    const failed = new AppError(
      "DISPLAY_FAILED",
      `the display at I2C bus ${place.bus}, ${hex(panel?.address ?? 0)} stopped answering (${messageOf(error)}): the music plays on without it, and it is looked for again`,
      { cause: error },
    );
    this.#sentence = panel === null ? messageOf(error) : failed.message;
    if (this.#isSaid) return;
    this.#isSaid = true;
    // Who asked for no display does not miss one.
    if (panel === null && place.type === "auto") log.debug({}, this.#sentence);
    else log.warn({}, this.#sentence);
  }
}

const NAMES: Readonly<Record<OledType, string>> = { ssd1306: "an SSD1306", sh1106: "an SH1106" };
/** Percent, of the picture that stays. */
const LAST_BRIGHTNESS = 10;
/** The controllers' command that does nothing. */
const NOTHING = 0xe3;

function missing({ bus, type }: DisplayPlace, addresses: readonly number[]): AppError {
  const what = type === "auto" ? "an SSD1306 or SH1106" : NAMES[type];
  return new AppError(
    "DISPLAY_MISSING",
    `panel.display: expected ${what} at I2C bus ${bus}, ${addresses.map(hex).join(" or ")}, and none answers. Look at its four wires; \`i2cdetect -y ${bus}\` shows who is there`,
  );
}

function hex(address: number): string {
  return `0x${address.toString(16).padStart(2, "0")}`;
}
