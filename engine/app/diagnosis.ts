// SPDX-License-Identifier: GPL-3.0-or-later
// Why is it silent? Facts in, findings out: each with what to do. No input or output of its own, so
// that every sentence can be tested.
import type { DeviceList, MachineFacts } from "../binding/engine-facts.ts";
import type { EngineStatus, MidiPortStatus } from "../binding/engine-status.ts";
import { type FoundSynths, whoText } from "./found-synths.ts";
import { type Front, frontFindings } from "./front-diagnosis.ts";

export type Verdict = "ok" | "warning" | "problem";

export interface Finding {
  readonly verdict: Verdict;
  /** One word: "audio", "link". */
  readonly about: string;
  readonly sentence: string;
  /** What to do; empty when there is nothing to do. */
  readonly advice: string;
}

export interface DiagnosisInput {
  readonly settingsFile: string;
  /** Problems of the settings, session and racks, as sentences. */
  readonly settingsProblems: readonly string[];
  readonly machine: MachineFacts;
  /** Null, with the reason, when the devices could not be asked. */
  readonly devices: DeviceList | null;
  readonly devicesFailure: string;
  /** Null when no engine runs. */
  readonly status: EngineStatus | null;
  /** Synths at ports whose settings leave it open. */
  readonly found: FoundSynths;
  /** Why the default settings play; empty when the owner's do. */
  readonly trouble?: string;
  /** Panel and display; null when there is no daemon to ask. */
  readonly front: Front | null;
  readonly stateFolder: string;
}

const LOW_DISK_BYTES = 200_000_000;
const LINK_WITH_SUBNET_FILTER = /^3\.1\.[2-5]/;

export function diagnose(input: DiagnosisInput): readonly Finding[] {
  return [
    ...settingsFindings(input),
    ...engineFindings(input),
    ...audioFindings(input),
    ...midiFindings(input),
    ...linkFindings(input),
    ...frontFindings(input.front),
    ...machineFindings(input),
  ];
}

function finding(verdict: Verdict, about: string, sentence: string, advice = ""): Finding {
  return { verdict, about, sentence, advice };
}

function settingsFindings(input: DiagnosisInput): Finding[] {
  const found = fileFindings(input);
  const { trouble = "" } = input;
  if (trouble === "") return found;
  const advice =
    "its last words are in the log (on the box: journalctl -u downbeat); change the settings, or go back with `downbeat settings restore`";
  return [finding("problem", "settings", trouble, advice), ...found];
}

function fileFindings({ settingsFile, settingsProblems }: DiagnosisInput): Finding[] {
  if (settingsProblems.length === 0) return [finding("ok", "settings", `${settingsFile} is fine`)];
  return settingsProblems.map((sentence) =>
    finding(
      "problem",
      "settings",
      sentence,
      "mend the line that is named; the last good settings play meanwhile",
    ),
  );
}

function engineFindings({ status, stateFolder }: DiagnosisInput): Finding[] {
  if (status === null) {
    return [
      finding(
        "problem",
        "engine",
        `no engine plays from ${stateFolder}`,
        "start it: downbeat run (on the box: systemctl start downbeat-engine)",
      ),
    ];
  }
  const { engine, plan } = status;
  const found = [finding("ok", "engine", `version ${engine.version} plays as pid ${engine.pid}`)];
  if (engine.startedFrom === "builtIn" && plan.hash === "") {
    found.push(
      finding(
        "warning",
        "plan",
        `the built-in session plays: ${engine.note || "there was no last plan"}`,
        engine.note.includes("within a minute")
          ? "change what it is made of, or start the machine again to try it once more; its last words are in the log"
          : "check the settings and the session file they name",
      ),
    );
  } else {
    found.push(
      finding(
        "ok",
        "plan",
        `"${plan.name}" with ${plan.racks} racks, stored ${Math.round(plan.ageSeconds)} s ago`,
      ),
    );
  }
  const transport = status.transport as { status?: string; peakLeft?: number; peakRight?: number };
  if (transport.status !== "playing") {
    found.push(
      finding(
        "problem",
        "transport",
        `it is ${transport.status ?? "stopped"}`,
        "press play, or POST /transport/play",
      ),
    );
  } else if ((transport.peakLeft ?? 0) < 1e-4 && (transport.peakRight ?? 0) < 1e-4) {
    found.push(
      finding(
        "warning",
        "level",
        "it plays, and the master is silent",
        "look for muted racks, and master.gainDb in the settings",
      ),
    );
  }
  return found;
}

function audioFindings({ status, devices, devicesFailure }: DiagnosisInput): Finding[] {
  const found: Finding[] = [];
  if (status !== null) {
    const { audio } = status;
    if (audio.api === "null") {
      found.push(
        finding(
          "problem",
          "audio",
          audio.sentence,
          audio.isFallback
            ? "connect the device or name another one under audio.device; it is tried again by itself"
            : "name a device under audio.device in the settings",
        ),
      );
    } else {
      found.push(finding("ok", "audio", audio.sentence));
    }
    if (audio.abandonedWorkers > 0) {
      found.push(
        finding(
          "warning",
          "audio",
          `${audio.abandonedWorkers} attempts to open or close a device never came back`,
          "the driver hangs: unplug the device, or restart the box when you can",
        ),
      );
    }
    const transport = status.transport as { xruns?: number; loadWorst?: number };
    if ((transport.xruns ?? 0) > 0) {
      found.push(
        finding(
          "warning",
          "xruns",
          `${transport.xruns} xruns since the start, the worst block took ${Math.round((transport.loadWorst ?? 0) * 100)} % of its time`,
          "raise audio.blockFrames one step, or free the processor",
        ),
      );
    }
  }
  if (devices === null) {
    found.push(finding("warning", "devices", devicesFailure));
    return found;
  }
  for (const device of devices.audio)
    found.push(
      finding("ok", "device", `${device.api}: ${device.name}, ${device.outputChannels} out (${device.kind})`),
    );
  if (devices.audio.length === 0)
    found.push(
      finding(
        "problem",
        "devices",
        "no sound device is here",
        "connect one; on a Raspberry Pi check dtoverlay lines in /boot/firmware/config.txt, then `aplay -l`",
      ),
    );
  found.push(
    finding("ok", "choice", `audio.device: auto takes ${devices.choice.device}: ${devices.choice.reason}`),
  );
  return found;
}

function midiFindings({ status, devices, found: synths }: DiagnosisInput): Finding[] {
  const found: Finding[] = [];
  for (const port of status?.midi.ports ?? []) {
    if (port.state === "open") found.push(openPortFinding(port, synths));
    else
      found.push(
        finding(
          port.kind === "virtual" ? "warning" : "problem",
          "midi",
          `${port.id}: ${port.sentence}`,
          "check the cable and the name; `downbeat devices` lists what is here. It is tried again by itself",
        ),
      );
  }
  const clock = status?.midi.clockIn ?? null;
  if (clock?.state === "locked") found.push(finding("ok", "clock", clock.sentence));
  else if (clock !== null)
    found.push(
      finding(
        "warning",
        "clock",
        clock.sentence,
        `look at the cable, and switch the MIDI clock on in ${clock.port}; midi.clockFrom: null follows none`,
      ),
    );
  if (devices !== null && devices.midi.length === 0)
    found.push(finding("ok", "midi", "no MIDI port of another program or device is here"));
  return found;
}

/** A device that answers and that nobody knows: perhaps a keyboard, perhaps a synth without a profile. */
function openPortFinding(port: MidiPortStatus, synths: FoundSynths): Finding {
  const who = whoText(port, synths);
  const isStranger = port.identity?.state === "answered" && !synths.has(port.id);
  return finding(
    "ok",
    "midi",
    `${port.id}: ${port.sentence}${who === "" ? "" : `; ${who}`}`,
    isStranger ? "is it a synth? Name its profile in midi.ports[].profile; null asks no more" : "",
  );
}

function linkFindings({ machine, status }: DiagnosisInput): Finding[] {
  if (status !== null && !status.link.enabled)
    return [finding("ok", "link", "Ableton Link is off in the settings")];
  const usable = machine.interfaces.filter(
    (one) => one.isUp && one.isRunning && one.hasMulticast && !one.isLoopback && one.addresses.length > 0,
  );
  const found: Finding[] = [];
  if (usable.length === 0) {
    found.push(
      finding(
        "warning",
        "link",
        "no network that Link could use: no interface is up, connected and able to multicast",
        "connect Ethernet or Wi-Fi; alone the box plays just the same",
      ),
    );
  } else {
    found.push(
      finding(
        "ok",
        "link",
        `Link uses ${usable.map((one) => `${one.name} (${one.addresses.join(", ")})`).join(", ")}${status === null ? "" : `, ${status.link.peers === 1 ? "1 peer" : `${status.link.peers} peers`}`}`,
      ),
    );
  }
  const addresses = usable.flatMap((one) => one.addresses);
  const isAffected = addresses.some(
    (address) =>
      address.startsWith("169.254.") ||
      (/^\d+\.\d+\.\d+\.\d+\/(\d+)$/.test(address) && Number(address.split("/")[1]) < 24),
  );
  if (LINK_WITH_SUBNET_FILTER.test(machine.linkVersion) && isAffected) {
    found.push(
      finding(
        "warning",
        "link",
        `Link ${machine.linkVersion} ignores peers whose first three address numbers differ from ours, and this network has such addresses`,
        "build with Link 3.0.6 or 4 (DOWNBEAT_LINK_DIR), or use a network of 254 addresses (/24)",
      ),
    );
  }
  return found;
}

function machineFindings({ machine, status }: DiagnosisInput): Finding[] {
  const found: Finding[] = [];
  found.push(
    machine.realtime.isAllowed
      ? finding("ok", "realtime", machine.realtime.sentence)
      : finding(
          "warning",
          "realtime",
          machine.realtime.sentence,
          "add your user to a group with rtprio in /etc/security/limits.d, then log in again",
        ),
  );
  if (status !== null && !status.engine.memoryLocked)
    found.push(finding("warning", "memory", status.engine.memoryLockSentence));
  const slow = machine.governors.filter((one) => one.name !== "performance");
  if (slow.length > 0) {
    found.push(
      finding(
        "warning",
        "governor",
        `processors may slow down (${[...new Set(slow.map((one) => one.name))].join(", ")})`,
        "echo performance | sudo tee /sys/devices/system/cpu/cpu*/cpufreq/scaling_governor",
      ),
    );
  }
  if (machine.disk !== null) {
    if (machine.disk.isReadOnly)
      found.push(
        finding(
          "problem",
          "disk",
          "the state folder is on a read-only file system",
          "nothing can be remembered: remount it writable",
        ),
      );
    else if (machine.disk.freeBytes < LOW_DISK_BYTES)
      found.push(
        finding(
          "warning",
          "disk",
          `only ${Math.round(machine.disk.freeBytes / 1e6)} MB are free`,
          "delete old recordings",
        ),
      );
    else found.push(finding("ok", "disk", `${(machine.disk.freeBytes / 1e9).toFixed(1)} GB are free`));
  }
  found.push(finding("ok", "kernel", `preemption: ${machine.kernelPreemption}`));
  return found;
}
