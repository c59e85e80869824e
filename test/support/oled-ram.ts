// SPDX-License-Identifier: GPL-3.0-or-later
// The memory of an SSD1306 or SH1106, as its data sheet says that it takes bytes from the bus: what the glass would
// show of a transcript.

import { Frame } from "../../engine/panel/frame.ts";

export interface OledWrite {
  readonly control: number;
  readonly bytes: Uint8Array;
}

/** Commands with bytes behind them, and how many. */
const ARGUMENTS = new Map([
  [0x20, 1],
  [0x81, 1],
  [0x8d, 1],
  [0xa8, 1],
  [0xad, 1],
  [0xd3, 1],
  [0xd5, 1],
  [0xd9, 1],
  [0xda, 1],
  [0xdb, 1],
]);

export class OledRam {
  readonly #columns: number;
  readonly #first: number;
  readonly #ram: Uint8Array;
  #page = 0;
  #column = 0;
  isOn = false;
  contrast = 0x7f;
  /** 0xa1 and 0xc8 turn the picture as modules are built. */
  segments = 0xa0;
  scan = 0xc0;
  /** Every command with its bytes, in order. */
  readonly commands: (readonly number[])[] = [];

  constructor(type: "ssd1306" | "sh1106") {
    this.#columns = type === "ssd1306" ? 128 : 132;
    this.#first = type === "ssd1306" ? 0 : 2;
    // What is in it after power is anything.
    this.#ram = new Uint8Array(this.#columns * 8).fill(0x5a);
  }

  take({ control, bytes }: OledWrite): void {
    if (bytes.length > 32) throw new Error(`a block of ${bytes.length} bytes`);
    if (control === 0x40) for (const byte of bytes) this.#pixel(byte);
    else if (control === 0x00) this.#takeCommands([...bytes]);
    else throw new Error(`control byte ${control}`);
  }

  /** What is seen: 128 by 64. */
  frame(): Frame {
    const frame = new Frame();
    for (let page = 0; page < 8; page += 1) {
      const start = page * this.#columns + this.#first;
      frame.bytes.set(this.#ram.subarray(start, start + 128), page * 128);
    }
    return frame;
  }

  #pixel(byte: number): void {
    this.#ram[this.#page * this.#columns + this.#column] = byte;
    // Page addressing: the column goes on, the page never does.
    this.#column = (this.#column + 1) % this.#columns;
  }

  #takeCommands(bytes: number[]): void {
    for (let index = 0; index < bytes.length; ) {
      const command = bytes[index] ?? 0;
      const length = 1 + (ARGUMENTS.get(command) ?? 0);
      if (index + length > bytes.length) throw new Error(`command ${command.toString(16)} without its bytes`);
      const whole = bytes.slice(index, index + length);
      this.commands.push(whole);
      this.#obey(command, whole[1] ?? 0);
      index += length;
    }
  }

  #obey(command: number, argument: number): void {
    if (command >= 0xb0 && command <= 0xb7) this.#page = command & 7;
    else if (command <= 0x0f) this.#column = (this.#column & 0xf0) | command;
    else if (command <= 0x1f) this.#column = (this.#column & 0x0f) | ((command & 0x0f) << 4);
    else if (command === 0xae || command === 0xaf) this.isOn = command === 0xaf;
    else if (command === 0x81) this.contrast = argument;
    else if (command === 0xa0 || command === 0xa1) this.segments = command;
    else if (command === 0xc0 || command === 0xc8) this.scan = command;
    else if (command === 0x20 && argument !== 2) throw new Error("not page by page");
  }
}
