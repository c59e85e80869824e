// SPDX-License-Identifier: GPL-3.0-or-later
// The kernel's own I2C chip without hardware, i2c-stub, and everything that is written to it, as the kernel tells it.
import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { type I2cBus, openI2c } from "../../engine/platform/i2c.ts";
import type { OledWrite } from "./oled-ram.ts";

const TRACES = "/sys/kernel/tracing";
const BUSES = "/sys/bus/i2c/devices";
/** `smbus_write: i2c-0 a=03c f=0000 c=40 I2C_BLOCK_DATA l=9 [08-00-…]`: the first byte is the length. */
const WRITE = /smbus_write: i2c-(\d+) a=(\w+) f=\w+ c=(\w+) I2C_BLOCK_DATA l=\d+ \[([\w-]+)\]/;

export class StubBus {
  readonly number: number;
  readonly address: number;
  readonly #bus: I2cBus;

  private constructor(number: number, address: number, bus: I2cBus) {
    this.number = number;
    this.address = address;
    this.#bus = bus;
  }

  static async start(address: number): Promise<StubBus> {
    const { status, stderr } = spawnSync("modprobe", ["i2c-stub", `chip_addr=${address}`], {
      encoding: "utf8",
    });
    if (status !== 0) throw new Error(`i2c-stub: ${stderr}`);
    spawnSync("mount", ["-t", "tracefs", "tracefs", TRACES]);
    writeFileSync(path.join(TRACES, "buffer_size_kb"), "16384");
    writeFileSync(path.join(TRACES, "events/smbus/smbus_write/enable"), "1");
    const number = stubNumber();
    return new StubBus(number, address, await openI2c(number));
  }

  /** What a display answers when it is asked how it is. */
  answers(status: number): Promise<void> {
    return this.#bus.writeBlock(this.address, 0, Uint8Array.of(status));
  }

  register(register: number): Promise<number> {
    return this.#bus.readByte(this.address, register);
  }

  forget(): void {
    writeFileSync(path.join(TRACES, "trace"), "");
  }

  /** Every block that was written to the chip since the last `forget`. */
  writes(): readonly OledWrite[] {
    const lines = readFileSync(path.join(TRACES, "trace"), "utf8").split("\n");
    return lines.flatMap((line) => {
      const [, bus, address = "", control = "", data = ""] = WRITE.exec(line) ?? [];
      if (Number(bus) !== this.number || Number.parseInt(address, 16) !== this.address) return [];
      const bytes = Buffer.from(data.replaceAll("-", ""), "hex");
      if (bytes[0] !== bytes.length - 1) throw new Error(`a block that is cut: ${line}`);
      return [{ control: Number.parseInt(control, 16), bytes: bytes.subarray(1) }];
    });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#bus.close();
  }
}

function stubNumber(): number {
  const name = readdirSync(BUSES).find(
    (one) =>
      one.startsWith("i2c-") && readFileSync(path.join(BUSES, one, "name"), "utf8").startsWith("SMBus stub"),
  );
  if (name === undefined) throw new Error("the kernel has no i2c-stub");
  return Number(name.slice("i2c-".length));
}
