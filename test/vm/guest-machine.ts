// SPDX-License-Identifier: GPL-3.0-or-later
// The machines that images are booted in, and what of an image they are given: QEMU has no boot loader of ours.
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";

interface Machine {
  readonly program: string;
  /** Emulated; newer processors have more to emulate. */
  readonly emulated: readonly string[];
  /** Where KVM works. */
  readonly real: readonly string[];
  readonly console: string;
  readonly devices: readonly string[];
}

const PLAIN = ["-smp", "2", "-m", "1024", "-display", "none", "-no-reboot", "-serial", "stdio"];
const TCG = ["-accel", "tcg,thread=multi,tb-size=512"];
const KVM = ["-accel", "kvm", "-cpu", "host"];
const WATCHDOG = ["-device", "i6300esb", "-action", "watchdog=reset"];
const SILENT = ["-audiodev", "none,id=silent"];

const MACHINES = {
  amd64: {
    program: "qemu-system-x86_64",
    emulated: ["-M", "q35", ...TCG, "-cpu", "qemu64,+ssse3,+sse4.1,+sse4.2,+popcnt,+rdrand"],
    real: ["-M", "q35", ...KVM],
    console: "ttyS0",
    devices: [...SILENT, "-device", "AC97,audiodev=silent", ...WATCHDOG],
  },
  arm64: {
    program: "qemu-system-aarch64",
    // The processor of a Raspberry Pi 4.
    emulated: ["-M", "virt", ...TCG, "-cpu", "cortex-a72"],
    real: ["-M", "virt", ...KVM],
    console: "ttyAMA0",
    devices: [...SILENT, "-device", "intel-hda", "-device", "hda-output,audiodev=silent", ...WATCHDOG],
  },
} as const satisfies Readonly<Record<string, Machine>>;

export type Processor = keyof typeof MACHINES;

/** What a boot loader gives to the machine. */
export interface BootFiles {
  readonly kernel: string;
  readonly initrd: string;
  readonly line: string;
}

/** @param image - folder of deploy/image @throws Error when there is no image in it */
export function processorOf(image: string): Processor {
  const found = (Object.keys(MACHINES) as Processor[]).find((one) => existsSync(diskOf(image, one)));
  if (found === undefined) throw new Error(`expected an image of deploy/image in ${image}, found none`);
  return found;
}

export function diskOf(image: string, processor: Processor): string {
  return path.join(image, `downbeat-${processor}.img`);
}

/**
 * Kernel, initramfs and kernel line of an image. On a Raspberry Pi the firmware reads config.txt: what that names is taken.
 *
 * @param bootPartition - the disk and where the partition begins, as mtools write it
 * @param folder - takes copies
 */
export function bootFilesOf(image: string, bootPartition: string, folder: string): BootFiles {
  if (processorOf(image) === "amd64") {
    const line = readFileSync(path.join(image, "cmdline.txt"), "utf8").trim();
    return { kernel: unwrapped(image, folder), initrd: path.join(image, "initrd.img"), line };
  }
  const take = (name: string): string => {
    const file = path.join(folder, name);
    execFileSync("mcopy", ["-o", "-i", bootPartition, `::/${name}`, file]);
    return file;
  };
  const config = readFileSync(take("config.txt"), "utf8");
  const named = (pattern: RegExp): string => {
    const name = pattern.exec(config)?.[1];
    if (name === undefined) throw new Error(`config.txt: expected a line like ${pattern}, got\n${config}`);
    return take(name);
  };
  return {
    kernel: named(/^kernel=(\S+)$/m),
    initrd: named(/^initramfs (\S+)/m),
    // The last of its consoles counts: that is the machine's.
    line: readFileSync(take("cmdline.txt"), "utf8").trim(),
  };
}

/** The kernel without its wrapping, which takes an emulated processor seconds to take off. */
function unwrapped(image: string, folder: string): string {
  const wrapped = readFileSync(path.join(image, "vmlinuz"));
  const begin = wrapped.indexOf(Buffer.from([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0x00]));
  // What comes after the packed kernel is no mistake here.
  const { stdout } = spawnSync("xz", ["-dc", "--single-stream"], {
    input: wrapped.subarray(begin),
    maxBuffer: 2 ** 28,
  });
  if (begin < 0 || stdout.length < 2 ** 20) return path.join(image, "vmlinuz");
  const file = path.join(folder, "vmlinux");
  writeFileSync(file, stdout);
  return file;
}

let words: Promise<readonly string[]> | null = null;

/**
 * The machine's program and its words, with KVM where that works: inside a rented machine it may be there and hang.
 *
 * @param kernel - tried out, once
 */
export async function machineFor(
  processor: Processor,
  kernel: string,
): Promise<Machine & { readonly words: readonly string[] }> {
  const machine = MACHINES[processor];
  words ??= new Promise((resolve, reject) => {
    const probe = spawn(
      machine.program,
      [...machine.real, ...PLAIN, "-kernel", kernel, "-append", `console=${machine.console}`],
      { stdio: ["ignore", "pipe", "ignore"] },
    );
    const end = (): void => void probe.kill("SIGKILL");
    process.once("exit", end);
    const timer = setTimeout(end, 5000);
    let works = false;
    let said = "";
    probe.stdout.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      if (!said.includes("Linux version")) return;
      works = true;
      end();
    });
    probe.once("error", reject);
    probe.once("close", () => {
      clearTimeout(timer);
      process.off("exit", end);
      resolve([...(works ? machine.real : machine.emulated), ...PLAIN]);
    });
  });
  return { ...machine, words: await words };
}
