// SPDX-License-Identifier: GPL-3.0-or-later
// A box in a virtual machine: an image of deploy/image on a disk of its own, with a sound card, a network that
// ends at this machine's loopback, and a hardware watchdog. Its owner comes in by SSH, with a key from the boot partition.
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import {
  appendFileSync,
  constants,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { projectFolder } from "../../engine/binding/places.ts";
import {
  type BootFiles,
  bootFilesOf,
  diskOf,
  machineFor,
  type Processor,
  processorOf,
} from "./guest-machine.ts";

/** Emulated processors take their time. */
export const BOOT_PATIENCE_MS = 600_000;
/** The boot partition begins here: deploy/image. */
const BOOT_PARTITION = "@@4M";
const SECTOR_BYTES = 512;
/** More than the image: the data partition has to grow. */
const DISK_BYTES = 2 * 1024 ** 3;

export interface Answer {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

const SNAPSHOT = "playing";

export interface StartOptions {
  /** Not from power on: from where `snapshot` was called. */
  readonly fromSnapshot?: boolean;
  /** More words for the kernel. */
  readonly kernel?: string;
  readonly network?: boolean;
}

const running = new Set<ChildProcess>();
process.on("exit", () => {
  for (const machine of running) machine.kill("SIGKILL");
});

/**
 * An emulated processor is slow: what is realtime leaves the larger part of it to the rest, and what starts has patience.
 */
const SLOWLY =
  "mitigations=off sysctl.kernel.sched_rt_runtime_us=300000 systemd.default_timeout_start_sec=900";

export class GuestBox implements Disposable {
  readonly folder = mkdtempSync(path.join(tmpdir(), "downbeat-vm-"));
  readonly #processor: Processor;
  readonly #bootFiles: BootFiles;
  #port = 0;
  #machine: ChildProcess | null = null;
  #console = "";
  #ended: Promise<void> = Promise.resolve();
  #format: "raw" | "qcow2" = "raw";

  /** @param image - folder of deploy/image */
  constructor(image: string) {
    this.#processor = processorOf(image);
    copyFileSync(diskOf(image, this.#processor), this.#disk, constants.COPYFILE_FICLONE);
    this.#bootFiles = bootFilesOf(image, `${this.#disk}${BOOT_PARTITION}`, this.folder);
    truncateSync(this.#disk, DISK_BYTES);
    this.#putOnDataPartition();
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "guest", "-f", this.#key]);
    this.putOnBootPartition("ssh-keys.txt", readFileSync(`${this.#key}.pub`, "utf8"));
  }

  get #disk(): string {
    return path.join(this.folder, "disk.img");
  }

  get #monitor(): string {
    return path.join(this.folder, "monitor");
  }

  /** The other end of `/dev/ttyS1` in the box. */
  line(): Socket {
    return connect(path.join(this.folder, "line"));
  }

  /** From the next start on the disk is one that `snapshot` can be used with. */
  canSnapshot(): void {
    const made = path.join(this.folder, "disk.qcow2");
    execFileSync("qemu-img", ["convert", "-O", "qcow2", this.#disk, made]);
    renameSync(made, this.#disk);
    this.#format = "qcow2";
  }

  /** Keeps the machine as it is now, memory and disk. */
  async snapshot(): Promise<void> {
    const monitor = connect(this.#monitor);
    let said = "";
    monitor.setEncoding("utf8").on("data", (text: string) => {
      said += text;
    });
    monitor.write(`savevm ${SNAPSHOT}\n`);
    // It asks for the next command when it has done this one.
    for (const until = performance.now() + BOOT_PATIENCE_MS; said.split("(qemu)").length < 3; await sleep(50))
      if (performance.now() > until) throw new Error(`savevm: ${said}`);
    monitor.destroy();
    if (/error/i.test(said)) throw new Error(`savevm: ${said}`);
  }

  /**
   * What is on the data partition of a box that is off, after its journal was played back.
   *
   * @param files - paths on that partition; a folder of this machine takes them
   */
  saveFiles(files: readonly string[], folder: string): void {
    const [raw, data] = ["seen.img", "seen.ext4"].map((name) => path.join(this.folder, name)) as [
      string,
      string,
    ];
    execFileSync("qemu-img", ["convert", "-O", "raw", this.#disk, raw]);
    const from = `skip=${(this.#dataPartition(raw).start * SECTOR_BYTES) / 2 ** 20}`;
    execFileSync("dd", [`if=${raw}`, `of=${data}`, "bs=1M", from, "conv=sparse", "status=none"]);
    // 1: it was mended.
    const { status, stdout } = spawnSync("e2fsck", ["-f", "-y", data], { encoding: "utf8" });
    if (status === null || status > 1) throw new Error(`e2fsck ended with ${status}: ${stdout}`);
    for (const file of files)
      execFileSync("debugfs", ["-R", `dump ${file} ${path.join(folder, path.basename(file))}`, data], {
        stdio: "ignore",
      });
    for (const made of [raw, data]) rmSync(made);
  }

  #dataPartition(disk: string): { readonly start: number; readonly size: number } {
    const text = execFileSync("sfdisk", ["--json", disk], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return JSON.parse(text).partitiontable.partitions[2];
  }

  get #key(): string {
    return path.join(this.folder, "key");
  }

  /** What came out of the serial port. */
  get console(): string {
    return this.#console;
  }

  putOnBootPartition(name: string, text: string): void {
    const file = path.join(this.folder, name);
    writeFileSync(file, text);
    execFileSync("mcopy", ["-o", "-i", `${this.#disk}${BOOT_PARTITION}`, file, `::/${name}`]);
  }

  /** Settings whose session an emulated processor can play, in the layer above the system. */
  #putOnDataPartition(): void {
    const partition = this.#dataPartition(this.#disk);
    const layer = path.join(this.folder, "layer");
    const settings = path.join(layer, "system/upper/etc/downbeat");
    mkdirSync(settings, { recursive: true, mode: 0o755 });
    mkdirSync(path.join(layer, "system/work"));
    const text = readFileSync(path.join(projectFolder(), "config/downbeat.yaml"), "utf8");
    writeFileSync(
      path.join(settings, "downbeat.yaml"),
      text.replace(/^session: .*$/m, "session: light-rack.json"),
    );
    copyFileSync(path.join(import.meta.dirname, "light-rack.json"), path.join(settings, "light-rack.json"));
    const data = path.join(this.folder, "data.ext4");
    execFileSync("truncate", ["-s", String(partition.size * SECTOR_BYTES), data]);
    execFileSync("mkfs.ext4", [
      "-q",
      "-F",
      "-L",
      "downbeat-data",
      "-m",
      "0",
      "-E",
      "root_owner=0:0",
      "-d",
      layer,
      data,
    ]);
    const place = `seek=${(partition.start * SECTOR_BYTES) / 2 ** 20}`;
    execFileSync("dd", [
      `if=${data}`,
      `of=${this.#disk}`,
      "bs=1M",
      place,
      "conv=notrunc,sparse",
      "status=none",
    ]);
    rmSync(data);
  }

  /** Power on. */
  async start(options: StartOptions = {}): Promise<void> {
    this.#port = await freePort();
    this.#console = "";
    const { kernel, initrd, line } = this.#bootFiles;
    const { program, words, console, devices } = await machineFor(this.#processor, kernel);
    const machine = spawn(
      program,
      [
        ...words,
        ...["-serial", `unix:${path.join(this.folder, "line")},server,nowait`],
        ...["-monitor", `unix:${this.#monitor},server,nowait`],
        ...(options.fromSnapshot === true ? ["-loadvm", SNAPSHOT] : []),
        ...["-kernel", kernel, "-initrd", initrd],
        ...["-append", `${line} console=${console} panic=-1 ${SLOWLY} ${options.kernel ?? ""}`],
        ...["-drive", `file=${this.#disk},if=virtio,format=${this.#format},cache=writeback`],
        ...(options.network === false
          ? ["-nic", "none"]
          : ["-nic", `user,model=virtio-net-pci,hostfwd=tcp:127.0.0.1:${this.#port}-:22`]),
        ...devices,
      ],
      { stdio: ["ignore", "pipe", "pipe"] },
    );
    running.add(machine);
    this.#machine = machine;
    for (const stream of [machine.stdout, machine.stderr])
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#console += text;
        appendFileSync(path.join(this.folder, "console.log"), text);
      });
    this.#ended = new Promise((resolve) => {
      machine.once("close", () => {
        running.delete(machine);
        resolve();
      });
    });
  }

  /** Power on, and in by SSH. */
  async boot(options: StartOptions = {}): Promise<void> {
    await this.start(options);
    for (const until = performance.now() + BOOT_PATIENCE_MS; ; await sleep(100)) {
      if ((await this.try("true", { seconds: 30 })).code === 0) return;
      if (performance.now() > until || this.#machine?.exitCode !== null)
        throw new Error(`the box did not come up. Its last words:\n${this.#console.slice(-3000)}`);
    }
  }

  /** The plug is pulled: what the guest had in memory is gone. */
  async cutPower(): Promise<void> {
    this.#machine?.kill("SIGKILL");
    await this.#ended;
  }

  /** In order: as an owner who says so. */
  async shutDown(): Promise<void> {
    await this.try("systemctl poweroff", { seconds: 10 });
    await this.ended(60_000);
    await this.cutPower();
  }

  /** Until the machine ends by itself, or for so long. */
  async ended(patienceMs: number): Promise<void> {
    await Promise.race([this.#ended, sleep(patienceMs, undefined, { ref: false })]);
  }

  /** Runs a command line in the box. */
  async try(
    command: string,
    options: { readonly seconds?: number; readonly input?: string } = {},
  ): Promise<Answer> {
    const child = this.spawn(command);
    let stdout = "";
    let stderr = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      stdout += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      stderr += text;
    });
    child.stdin?.on("error", () => undefined);
    child.stdin?.end(options.input ?? "");
    const timer = setTimeout(() => child.kill("SIGKILL"), (options.seconds ?? 120) * 1000);
    const code = await new Promise<number>((resolve) =>
      child.once("close", (status) => resolve(status ?? 255)),
    );
    clearTimeout(timer);
    return { code, stdout, stderr };
  }

  /** The same, where anything but success is a failure. @returns what it printed */
  async run(command: string, input = "", seconds = 300): Promise<string> {
    const { code, stdout, stderr } = await this.try(command, { input, seconds });
    if (code !== 0) throw new Error(`${command}: ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** A command that is left running. */
  spawn(command: string): ChildProcess {
    return spawn("ssh", [...this.#sshOptions("-p"), "root@127.0.0.1", command], { stdio: "pipe" });
  }

  copyIn(file: string, place: string): void {
    execFileSync("scp", ["-q", ...this.#sshOptions("-P"), file, `root@127.0.0.1:${place}`]);
  }

  #sshOptions(port: "-p" | "-P"): string[] {
    const options = [
      ...[
        `IdentityFile=${this.#key}`,
        "IdentitiesOnly=yes",
        "BatchMode=yes",
        "ConnectTimeout=20",
        "LogLevel=ERROR",
      ],
      ...["StrictHostKeyChecking=no", "UserKnownHostsFile=/dev/null"],
    ];
    return ["-F", "/dev/null", port, String(this.#port), ...options.flatMap((option) => ["-o", option])];
  }

  [Symbol.dispose](): void {
    this.#machine?.kill("SIGKILL");
    rmSync(this.folder, { recursive: true, force: true });
  }
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}
