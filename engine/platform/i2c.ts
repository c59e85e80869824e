// SPDX-License-Identifier: GPL-3.0-or-later
// An I2C bus of this machine, through `i2c-bus`: a package that must be compiled and is not there on every machine.
// Without it, or without a bus, opening says why; everything else works.

import { access, constants } from "node:fs/promises";
import { createRequire } from "node:module";
import { AppError, messageOf, systemCodeOf } from "../base/errors.ts";

/** Thread: the calls wait on a worker of Node's, never on the main loop. */
export interface I2cBus {
  /** Writes a block of at most 32 bytes behind a register (SMBus "I2C block write"). */
  writeBlock(address: number, register: number, bytes: Uint8Array): Promise<void>;
  readByte(address: number, register: number): Promise<number>;
  close(): Promise<void>;
}

type Done<T> = (error: Error | null, result: T) => void;

interface RawBus {
  writeI2cBlock(
    address: number,
    register: number,
    length: number,
    bytes: Buffer,
    done: Done<unknown>,
  ): unknown;
  readByte(address: number, register: number, done: Done<number>): unknown;
  close(done: (error: Error | null) => void): void;
}

interface RawModule {
  open(bus: number, done: (error: Error | null) => void): RawBus;
}

/** @throws {AppError} `BUS_FAILED` when there is no such bus, no right to it, or no way to use it */
export async function openI2c(bus: number): Promise<I2cBus> {
  const file = `/dev/i2c-${bus}`;
  try {
    await access(file, constants.R_OK | constants.W_OK);
  } catch (cause) {
    throw new AppError("BUS_FAILED", `${file}: ${whyClosed(systemCodeOf(cause))}`, { cause });
  }
  const i2c = loadModule();
  try {
    return await opened(i2c, bus);
  } catch (cause) {
    throw new AppError("BUS_FAILED", `${file}: the bus cannot be opened (${messageOf(cause)})`, { cause });
  }
}

function whyClosed(code: string | undefined): string {
  if (code === "ENOENT")
    return "expected an I2C bus, found none. On a Raspberry Pi `sudo raspi-config nonint do_i2c 0` switches it on";
  if (code === "EACCES" || code === "EPERM")
    return "expected the right to use the bus, got none. Be in the group i2c: `sudo usermod -aG i2c $USER`";
  return `the bus cannot be used (${code ?? "no reason given"})`;
}

/** Loaded late: it is only there where it could be built. */
function loadModule(): RawModule {
  try {
    return createRequire(import.meta.url)("i2c-bus") as RawModule;
  } catch (cause) {
    throw new AppError(
      "BUS_FAILED",
      `i2c-bus: expected the package that speaks I2C, and it does not load (${firstLine(messageOf(cause))}). Build it with ./deploy/play --setup-only`,
      { cause },
    );
  }
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0] ?? "";
}

function opened(i2c: RawModule, number: number): Promise<I2cBus> {
  return new Promise((resolve, reject) => {
    const raw = i2c.open(number, (error) => (error === null ? resolve(wrapped(raw)) : reject(error)));
  });
}

function wrapped(raw: RawBus): I2cBus {
  return {
    writeBlock: (address, register, bytes) =>
      new Promise((resolve, reject) => {
        raw.writeI2cBlock(address, register, bytes.length, Buffer.from(bytes), (error) =>
          error === null ? resolve() : reject(error),
        );
      }),
    readByte: (address, register) =>
      new Promise((resolve, reject) => {
        raw.readByte(address, register, (error, byte) => (error === null ? resolve(byte) : reject(error)));
      }),
    close: () =>
      new Promise((resolve, reject) => {
        raw.close((error) => (error === null ? resolve() : reject(error)));
      }),
  };
}
