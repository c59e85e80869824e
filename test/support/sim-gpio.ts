// SPDX-License-Identifier: GPL-3.0-or-later
// GPIO lines of a real kernel that a test can move: gpio-sim, in the guest.
import { closeSync, mkdirSync, openSync, readFileSync, rmdirSync, writeFileSync, writeSync } from "node:fs";

const LINES = 8;

export class SimGpio implements Disposable {
  /** Of the chip, for boards. */
  readonly label: string;
  readonly #chip: string;
  readonly #lines: string;
  readonly #pulls = new Map<number, number>();

  /** @param inputs - lines that are contacts to ground */
  constructor(name: string, inputs: readonly number[]) {
    this.label = `downbeat-${name}`;
    this.#chip = `/sys/kernel/config/gpio-sim/${name}`;
    mkdirSync(`${this.#chip}/bank`, { recursive: true });
    writeFileSync(`${this.#chip}/bank/num_lines`, String(LINES));
    writeFileSync(`${this.#chip}/bank/label`, this.label);
    writeFileSync(`${this.#chip}/live`, "1");
    const read = (file: string): string => readFileSync(`${this.#chip}/${file}`, "utf8").trim();
    this.#lines = `/sys/devices/platform/${read("dev_name")}/${read("bank/chip_name")}/sim_gpio`;
    for (const line of inputs) this.#pulls.set(line, openSync(`${this.#lines}${line}/pull`, "w"));
  }

  contact(line: number, isClosed: boolean): void {
    writeSync(this.#pulls.get(line) ?? -1, isClosed ? "pull-down" : "pull-up", 0);
  }

  /** An output, such as a light. */
  isHigh(line: number): boolean {
    return readFileSync(`${this.#lines}${line}/value`, "utf8").trim() === "1";
  }

  [Symbol.dispose](): void {
    for (const pull of this.#pulls.values()) closeSync(pull);
    try {
      writeFileSync(`${this.#chip}/live`, "0");
      rmdirSync(`${this.#chip}/bank`);
      rmdirSync(this.#chip);
    } catch {
      // Somebody holds a line: it goes with the guest.
    }
  }
}

/** Waits without sleeping: half a millisecond is too short for that. */
export function until(timeMs: number): void {
  while (performance.now() < timeMs);
}
