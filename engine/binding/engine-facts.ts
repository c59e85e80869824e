// SPDX-License-Identifier: GPL-3.0-or-later
// What the engine program says about the machine without playing: `downbeat-engine --facts` and
// `--list-devices`. A process of its own, because asking sound drivers may hang.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { AppError } from "../base/errors.ts";
import { engineProgram } from "./places.ts";

export interface AudioDeviceEntry {
  readonly api: string;
  readonly name: string;
  /** server, usb, expansion, onBoard, hdmi or imaginary. */
  readonly kind: string;
  readonly outputChannels: number;
  readonly inputChannels: number;
  readonly sampleRates: readonly number[];
  readonly isDefault: boolean;
}

export interface MidiPortEntry {
  readonly name: string;
  readonly direction: "input" | "output";
}

export interface DeviceList {
  readonly audio: readonly AudioDeviceEntry[];
  readonly midi: readonly MidiPortEntry[];
  /** False: there is no MIDI system on this machine (on Linux: no ALSA sequencer). */
  readonly midiIsAvailable: boolean;
  /** What `audio.device: auto` would take, and why. */
  readonly choice: { readonly api: string; readonly device: string; readonly reason: string };
}

export interface MachineFacts {
  readonly realtime: { readonly isAllowed: boolean; readonly limit: number; readonly sentence: string };
  readonly memoryLock: { readonly isUnlimited: boolean; readonly bytes: number };
  readonly memory: { readonly totalBytes: number; readonly availableBytes: number };
  readonly governors: readonly { readonly cpu: number; readonly name: string }[];
  readonly kernelPreemption: string;
  readonly disk: {
    readonly totalBytes: number;
    readonly freeBytes: number;
    readonly isReadOnly: boolean;
  } | null;
  readonly interfaces: readonly {
    readonly name: string;
    readonly addresses: readonly string[];
    readonly isUp: boolean;
    readonly isRunning: boolean;
    readonly isLoopback: boolean;
    readonly hasMulticast: boolean;
    readonly isWireless: boolean;
  }[];
  readonly linkVersion: string;
}

/** @throws {AppError} `ENGINE_MISSING`, `ENGINE_TIMEOUT` or `ENGINE_FAILED` */
export async function listDevices(): Promise<DeviceList> {
  return (await ask(["--list-devices"], 8000)) as DeviceList;
}

/** @param stateFolder - whose disk is looked at */
export async function machineFacts(stateFolder: string): Promise<MachineFacts> {
  return (await ask(["--facts", "--state", stateFolder], 5000)) as MachineFacts;
}

function ask(args: readonly string[], timeoutMs: number): Promise<unknown> {
  const program = engineProgram();
  if (!existsSync(program)) {
    throw new AppError(
      "ENGINE_MISSING",
      `${program}: expected the engine, found none. Build it with ./deploy/play --setup-only`,
    );
  }
  return new Promise((resolve, reject) => {
    execFile(
      program,
      args,
      { timeout: timeoutMs, killSignal: "SIGKILL", maxBuffer: 8 * 1024 * 1024 },
      (error, stdout) => {
        if (error?.killed === true) {
          reject(
            new AppError(
              "ENGINE_TIMEOUT",
              `downbeat-engine ${args[0]}: no answer within ${timeoutMs / 1000} s: a sound driver hangs. Unplug USB devices one by one and try again`,
            ),
          );
          return;
        }
        try {
          resolve(JSON.parse(stdout));
        } catch (cause) {
          reject(
            new AppError(
              "ENGINE_FAILED",
              `downbeat-engine ${args[0]}: expected JSON, got ${stdout.slice(0, 80) || "nothing"}`,
              { cause },
            ),
          );
        }
      },
    );
  });
}
