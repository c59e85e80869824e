// SPDX-License-Identifier: GPL-3.0-or-later
// An I2C bus with a display on it that can be pulled out: what is written goes into the display's memory, byte for
// byte as its data sheet says.

import type { I2cBus } from "../../engine/platform/i2c.ts";
import { OledRam, type OledWrite } from "./oled-ram.ts";

export class ScriptedOled {
  readonly type: "ssd1306" | "sh1106";
  readonly address: number;
  ram: OledRam;
  isThere = true;
  /** False: the bus itself is not there. */
  hasBus = true;
  /** How long a write is on its way, in milliseconds. */
  writeMs = 0;
  opened = 0;
  closed = 0;
  /** Writes that are on their way at once, at most. */
  mostAtOnce = 0;
  writes: OledWrite[] = [];
  #now = 0;

  constructor(type: "ssd1306" | "sh1106", address = 0x3c) {
    this.type = type;
    this.address = address;
    this.ram = new OledRam(type);
  }

  readonly open = async (bus: number): Promise<I2cBus> => {
    if (!this.hasBus) throw new Error(`/dev/i2c-${bus}: no such bus`);
    this.opened += 1;
    return {
      writeBlock: (address, control, bytes) => this.#write(address, { control, bytes }),
      readByte: async (address) => {
        this.#answer(address);
        return this.type === "ssd1306" ? 0x43 : 0x48;
      },
      close: async () => {
        this.closed += 1;
      },
    };
  };

  /** Out and in again: what it had is gone. */
  powerCycle(): void {
    this.ram = new OledRam(this.type);
  }

  async #write(address: number, write: OledWrite): Promise<void> {
    this.#now += 1;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#now);
    if (this.writeMs > 0) await new Promise((resolve) => setTimeout(resolve, this.writeMs));
    this.#now -= 1;
    this.#answer(address);
    this.writes.push(write);
    this.ram.take(write);
  }

  #answer(address: number): void {
    if (!this.isThere || address !== this.address) throw new Error("ENXIO: No such device or address");
  }
}
