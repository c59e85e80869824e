// SPDX-License-Identifier: GPL-3.0-or-later
// What is seen of a box that boots: how soon it plays, that nothing but sound and files is in its way, that the services
// run in their sandbox, that keys and the rest of the card are taken, and that a card which comes later is found.
import { strict as assert } from "node:assert";
import { setTimeout as sleep } from "node:timers/promises";
import { BOOT_PATIENCE_MS, type GuestBox } from "./guest-box.ts";

/** What `downbeat status --json` says of it. */
export interface BoxStatus {
  readonly engine: { readonly pid: number; readonly version: string; readonly startedFrom: string };
  readonly audio: { readonly api: string; readonly sentence: string };
  readonly plan: { readonly name: string; readonly hash: string };
  readonly transport: { readonly status: string; readonly frame: number };
}

const SERVICES = ["downbeat-engine.service", "downbeat.service"] as const;

const CARD_PATIENCE_MS = 120_000;

export function say(sentence: string): void {
  console.log(sentence);
}

export async function statusOf(box: GuestBox): Promise<BoxStatus> {
  return JSON.parse(await box.run("downbeat status --json")) as BoxStatus;
}

export async function property(box: GuestBox, unit: string, name: string): Promise<string> {
  return (await box.run(`systemctl show --property=${name} --value ${unit}`)).trim();
}

/** Asks until it plays. */
export async function plays(box: GuestBox, patienceMs = 300_000): Promise<BoxStatus> {
  for (const until = performance.now() + patienceMs; ; await sleep(200)) {
    const answer = await box.try("downbeat status --json");
    if (answer.code === 0) {
      const status = JSON.parse(answer.stdout) as BoxStatus;
      if (status.transport.status === "playing" && status.transport.frame > 0) return status;
    }
    if (performance.now() > until) throw new Error(`it does not play: ${answer.stdout}${answer.stderr}`);
  }
}

async function secondsOf(box: GuestBox, unit: string): Promise<number> {
  return Number(await property(box, unit, "ActiveEnterTimestampMonotonic")) / 1e6;
}

/** Kernel start to music and to Node, as systemd counts. */
export async function checkTimes(box: GuestBox): Promise<void> {
  await box.try("systemctl is-system-running --wait");
  say((await box.run("systemd-analyze time")).trim());
  const [engine, node, whole, began] = [
    await secondsOf(box, SERVICES[0]),
    await secondsOf(box, SERVICES[1]),
    await secondsOf(box, "multi-user.target"),
    Number(await property(box, SERVICES[0], "ExecMainStartTimestampMonotonic")) / 1e6,
  ];
  say(
    `engine asked for at ${began.toFixed(2)} s, playing at ${engine.toFixed(2)} s, Node ready at ${node.toFixed(2)} s after the kernel's start`,
  );
  say(
    `our part: ${(engine - began).toFixed(2)} s to music, ${(node - engine).toFixed(2)} s more to Node, of ${whole.toFixed(2)} s for the whole boot: ${((100 * (engine - began)) / whole).toFixed(0)} % and ${((100 * (node - engine)) / whole).toFixed(0)} %`,
  );
  say((await box.run("systemd-analyze critical-chain --no-pager downbeat-engine.service")).trim());
  assert.ok(engine > 0 && engine < node, "the engine plays before Node is ready");
  const chain = await box.run("systemctl list-dependencies --plain --after downbeat-engine.service");
  assert.doesNotMatch(chain, /network|downbeat\.service/, "no network and no Node is in the engine's way");
  const failed = (await box.run("systemctl list-units --failed --plain --no-legend")).trim();
  assert.equal(failed, "", `units failed: ${failed}`);
}

/** The sandbox as it is, not as it is written. */
export async function checkSandbox(box: GuestBox): Promise<void> {
  for (const unit of SERVICES) {
    const security = await box.run(`systemd-analyze security --no-pager ${unit} | tail -n 1`);
    const exposure = Number(/: (\d+\.\d+)/.exec(security)?.[1]);
    const limit = unit === SERVICES[0] ? 1.5 : 1.4;
    say(`${unit}: exposure ${exposure}, running`);
    assert.ok(exposure <= limit, security);
    const pid = await property(box, unit, "MainPID");
    const facts = await box.run(`cat /proc/${pid}/status; stat -c user=%U /proc/${pid}`);
    assert.match(facts, /user=downbeat/);
    assert.match(facts, /CapEff:\s+0{16}/, `${unit} has no capability`);
    assert.match(facts, /NoNewPrivs:\s+1/);
    assert.match(facts, /Seccomp:\s+2/);
    const inside = (command: string) =>
      box.try(
        `nsenter --target ${pid} --mount -- setpriv --reuid downbeat --regid downbeat --init-groups ${command}`,
      );
    assert.notEqual((await inside("touch /usr/x")).code, 0, "the system is read-only");
    assert.equal((await inside("touch /var/lib/downbeat/seen")).code, 0, "its state is not");
    assert.notEqual((await inside("ls /root")).code, 0);
    assert.match(await property(box, unit, "ControlGroup"), /^\/downbeat\.slice\//);
  }
  const engine = await property(box, SERVICES[0], "MainPID");
  const policies = await box.run(
    `for t in /proc/${engine}/task/*; do echo "$(cat $t/comm) $(cut -d' ' -f41 $t/stat)"; done`,
  );
  say(
    `realtime threads of the engine: ${policies
      .split("\n")
      .filter((line) => line.endsWith(" 1"))
      .map((line) => line.split(" ")[0])
      .join(", ")}`,
  );
  assert.match(policies, / 1$/m, "a thread of the engine is SCHED_FIFO");
  const locked = Number(/VmLck:\s+(\d+)/.exec(await box.run(`cat /proc/${engine}/status`))?.[1]);
  assert.ok(locked > 1000, `the engine has locked its memory, ${locked} kB`);
}

/** Root read-only, data to the end of the card, the name, the watchdog. */
export async function checkSystem(box: GuestBox): Promise<void> {
  const mounts = await box.run("cat /proc/mounts");
  assert.match(mounts, /^overlay \/ overlay rw.*lowerdir=\/run\/downbeat-image\/root/m);
  assert.match(mounts, /\/run\/downbeat-image\/root squashfs ro/);
  assert.equal((await box.run("hostname")).trim(), "downbeat");
  const data = Number((await box.run("df --output=size -B1 /run/downbeat-image/data | tail -n 1")).trim());
  say(`data partition: ${(data / 1024 ** 2).toFixed(0)} MiB of a disk of 2048 MiB`);
  assert.ok(data > 1000 * 1024 ** 2, "the data partition has the rest of the disk");
  assert.match(await box.run("resolvectl mdns"), /yes/);
  const sources = await box.run("cat /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null || true");
  assert.deepEqual(
    sources.split("\n").filter((line) => !/^(deb http:\/\/\S+\.debian\.org\/.*)?$/.test(line)),
    [],
    "updates come from Debian",
  );
  assert.match(await box.run("cat /sys/class/watchdog/watchdog0/state"), /^active/);
  assert.equal((await box.try("test -e /root/.ssh/authorized_keys")).code, 0);
}

/** The engine reaches the sound card from its sandbox. An emulated card may stand still now and then: it is taken again. */
export async function checkCard(box: GuestBox): Promise<void> {
  const seen = new Set<string>();
  for (const until = performance.now() + CARD_PATIENCE_MS; ; await sleep(500)) {
    const { audio } = await plays(box);
    if (!seen.has(audio.sentence)) say(`sound: ${audio.sentence}`);
    seen.add(audio.sentence);
    if (/alsa/i.test(audio.api)) return;
    assert.ok(performance.now() < until, audio.sentence);
  }
}

/** A unit that says at the serial port how it stands, and switches off. */
const REPORT = `[Service]
Type=oneshot
ExecStart=/bin/sh -c 'exec >/dev/ttyS0 2>&1; sleep 3; downbeat status --json >/run/said; echo ALONE; ls /sys/class/net; systemctl is-active downbeat.service; cat /run/said; echo END; sleep 3'
ExecStopPost=systemctl poweroff
[Install]
WantedBy=multi-user.target
`;

/** Neither network nor Node: what it says comes out of the serial port. */
export async function checkAlone(box: GuestBox): Promise<void> {
  await box.run(
    "cat >/etc/systemd/system/vm-report.service && systemctl enable vm-report.service && sync",
    REPORT,
  );
  await box.shutDown();
  await box.start({
    network: false,
    // A login prompt would hang up on who writes to its line.
    kernel:
      "systemd.mask=downbeat.service systemd.mask=systemd-networkd.service systemd.mask=serial-getty@ttyS0.service",
  });
  await box.ended(BOOT_PATIENCE_MS);
  const [, said = ""] = /ALONE\r?\n([\s\S]*?)END/.exec(box.console) ?? [];
  assert.match(said, /^lo\r?\n/, `there is no network:\n${box.console.slice(-2000)}`);
  assert.match(said, /inactive/);
  const status = JSON.parse(/\{[\s\S]*\}/.exec(said)?.[0] ?? "null") as BoxStatus | null;
  assert.equal(status?.transport.status, "playing");
  assert.ok((status?.transport.frame ?? 0) > 48_000);
  say(`without network and Node: "${status?.plan.name}" plays, frame ${status?.transport.frame}`);
  await box.boot({ kernel: "systemd.mask=vm-report.service" });
  await box.run("systemctl disable vm-report.service; rm -f /etc/systemd/system/vm-report.service; sync");
}
