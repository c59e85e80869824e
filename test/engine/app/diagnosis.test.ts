// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import { type DiagnosisInput, diagnose, type Finding } from "../../../engine/app/diagnosis.ts";
import type { Front } from "../../../engine/app/front-diagnosis.ts";
import type { DeviceList, MachineFacts } from "../../../engine/binding/engine-facts.ts";
import { engineStatus, midiPort } from "../../support/engine-state.ts";

const MACHINE: MachineFacts = {
  realtime: { isAllowed: true, limit: 80, sentence: "realtime priority 70 is allowed" },
  memoryLock: { isUnlimited: true, bytes: 0 },
  memory: { totalBytes: 4e9, availableBytes: 3e9 },
  governors: [{ cpu: 0, name: "performance" }],
  kernelPreemption: "PREEMPT_RT",
  disk: { totalBytes: 32e9, freeBytes: 20e9, isReadOnly: false },
  interfaces: [
    {
      name: "wlan0",
      addresses: ["192.168.1.20/24"],
      isUp: true,
      isRunning: true,
      isLoopback: false,
      hasMulticast: true,
      isWireless: true,
    },
  ],
  linkVersion: "3.0.6",
};

const DEVICES: DeviceList = {
  audio: [
    {
      api: "alsa",
      name: "USB Audio CODEC",
      kind: "usb",
      outputChannels: 2,
      inputChannels: 2,
      sampleRates: [44_100, 48_000],
      isDefault: true,
    },
  ],
  midi: [{ name: "volca", direction: "output" }],
  midiIsAvailable: true,
  choice: { api: "alsa", device: "USB Audio CODEC", reason: "the only USB device" },
};

const WELL: DiagnosisInput = {
  settingsFile: "/etc/downbeat/downbeat.yaml",
  settingsProblems: [],
  machine: MACHINE,
  devices: DEVICES,
  devicesFailure: "",
  status: engineStatus(),
  found: new Map(),
  front: null,
  stateFolder: "/var/lib/downbeat",
};

/** What is found when a box that is well differs in this. */
const found = (changes: Partial<DiagnosisInput>): readonly Finding[] => diagnose({ ...WELL, ...changes });

const bad = (findings: readonly Finding[]): readonly Finding[] =>
  findings.filter(({ verdict }) => verdict !== "ok");

const machine = (changes: Partial<MachineFacts>): readonly Finding[] =>
  found({ machine: { ...MACHINE, ...changes } });

test("a box that is well has nothing in the way of sound", () => {
  expect(bad(found({}))).toEqual([]);
  expect(new Set(found({}).map(({ about }) => about))).toEqual(
    new Set([
      "settings",
      "engine",
      "plan",
      "audio",
      "device",
      "choice",
      "link",
      "realtime",
      "disk",
      "kernel",
    ]),
  );
});

describe("each trouble is found once, with what to do", () => {
  const status = engineStatus;
  test.each<[string, Finding["verdict"], readonly Finding[], RegExp, RegExp]>([
    [
      "settings",
      "problem",
      found({ settingsProblems: ["/etc/downbeat/downbeat.yaml:3:1: link: expected a group"] }),
      /downbeat\.yaml:3:1: link/,
      /mend the line/,
    ],
    ["engine", "problem", found({ status: null }), /no engine plays from \/var\/lib/, /systemctl start/],
    [
      "plan",
      "warning",
      found({ status: status({ engine: { startedFrom: "builtIn", note: "" }, plan: { hash: "" } }) }),
      /built-in session plays: there was no last plan/,
      /session file/,
    ],
    [
      "transport",
      "problem",
      found({ status: status({ transport: { status: "paused" } }) }),
      /it is paused/,
      /press play/,
    ],
    [
      "level",
      "warning",
      found({ status: status({ transport: { peakLeft: 0, peakRight: 0 } }) }),
      /the master is silent/,
      /master\.gainDb/,
    ],
    [
      "audio",
      "problem",
      found({
        status: status({ audio: { api: "null", isFallback: true, sentence: "no device is called hifi" } }),
      }),
      /no device is called hifi/,
      /audio\.device/,
    ],
    [
      "audio",
      "warning",
      found({ status: status({ audio: { abandonedWorkers: 2 } }) }),
      /2 attempts .* never came back/,
      /unplug/,
    ],
    [
      "xruns",
      "warning",
      found({ status: status({ transport: { xruns: 7, loadWorst: 1.25 } }) }),
      /7 xruns .* 125 %/,
      /audio\.blockFrames/,
    ],
    ["devices", "problem", found({ devices: { ...DEVICES, audio: [] } }), /no sound device/, /dtoverlay/],
    ["link", "warning", machine({ interfaces: [] }), /no network that Link could use/, /Ethernet or Wi-Fi/],
    [
      "realtime",
      "warning",
      machine({ realtime: { isAllowed: false, limit: 0, sentence: "realtime priority is not allowed" } }),
      /not allowed/,
      /limits\.d/,
    ],
    [
      "governor",
      "warning",
      machine({
        governors: [
          { cpu: 0, name: "ondemand" },
          { cpu: 1, name: "ondemand" },
        ],
      }),
      /may slow down \(ondemand\)$/,
      /echo performance/,
    ],
    [
      "disk",
      "problem",
      machine({ disk: { totalBytes: 1, freeBytes: 1, isReadOnly: true } }),
      /read-only/,
      /remount/,
    ],
    [
      "disk",
      "warning",
      machine({ disk: { totalBytes: 32e9, freeBytes: 150e6, isReadOnly: false } }),
      /only 150 MB are free/,
      /delete old recordings/,
    ],
  ])("%s, a %s", (about, verdict, findings, sentence, advice) => {
    const troubles = bad(findings);
    expect(troubles).toEqual([
      {
        verdict,
        about,
        sentence: expect.stringMatching(sentence),
        advice: expect.stringMatching(advice),
      },
    ]);
  });

  test("memory that is not locked says why", () => {
    const sentence = "memory is not locked: the limit is 8 MB; raise memlock in /etc/security/limits.d";
    expect(
      bad(found({ status: status({ engine: { memoryLocked: false, memoryLockSentence: sentence } }) })),
    ).toMatchObject([{ verdict: "warning", about: "memory", sentence }]);
  });

  test("devices that cannot be asked for are a warning with the reason", () => {
    const devicesFailure = "downbeat-engine --list-devices: no answer within 8 s: a sound driver hangs";
    expect(bad(found({ devices: null, devicesFailure }))).toMatchObject([
      { verdict: "warning", about: "devices", sentence: devicesFailure },
    ]);
  });
});

describe("MIDI", () => {
  const withPort = (kind: string, state: string): readonly Finding[] =>
    found({
      status: engineStatus({
        midi: { ports: [midiPort({ kind, state, sentence: "nobody is called one" })] },
      }),
    }).filter(({ about }) => about === "midi");

  test("an open port is fine", () => {
    expect(withPort("match", "open")).toMatchObject([{ verdict: "ok" }]);
  });

  test("a missing synth is a problem with advice", () => {
    expect(withPort("match", "retrying")).toMatchObject([
      {
        verdict: "problem",
        sentence: "one: nobody is called one",
        advice: expect.stringMatching(/downbeat devices/),
      },
    ]);
  });

  test("a clock that is followed is fine while it comes, and a warning while it does not", () => {
    const withClock = (state: "locked" | "waiting" | "lost"): readonly Finding[] => {
      const clockIn = { port: "volca", state, bpm: 121, jitterMicros: 300, ticks: 9, missing: 0, doubled: 0 };
      const midi = { clockIn: { ...clockIn, sentence: `MIDI clock is ${state}` } };
      return found({ status: engineStatus({ midi }) }).filter(({ about }) => about === "clock");
    };
    expect(withClock("locked")).toMatchObject([{ verdict: "ok", sentence: "MIDI clock is locked" }]);
    expect(withClock("lost")).toMatchObject([{ verdict: "warning", advice: expect.stringMatching(/volca/) }]);
    expect(withClock("waiting")).toMatchObject([{ verdict: "warning" }]);
  });

  test("a machine without a MIDI system can still play: a warning", () => {
    expect(withPort("virtual", "missing")).toMatchObject([{ verdict: "warning" }]);
  });
});

describe("Link", () => {
  const at = (linkVersion: string, ...addresses: readonly string[]): readonly Finding[] =>
    machine({
      linkVersion,
      interfaces: [{ ...MACHINE.interfaces[0], addresses } as MachineFacts["interfaces"][number]],
    }).filter(({ about }) => about === "link");

  test("switched off in the settings it needs no network", () => {
    const findings = found({
      machine: { ...MACHINE, interfaces: [] },
      status: engineStatus({ link: { enabled: false } }),
    });
    expect(bad(findings)).toEqual([]);
  });

  test.each([
    ["down", { isUp: false }],
    ["without a cable", { isRunning: false }],
    ["loopback", { isLoopback: true }],
    ["without multicast", { hasMulticast: false }],
    ["without an address", { addresses: [] }],
  ])("an interface that is %s is of no use to it", (_what, change) => {
    const one = { ...MACHINE.interfaces[0], ...change } as MachineFacts["interfaces"][number];
    expect(bad(machine({ interfaces: [one] }))).toMatchObject([{ about: "link", verdict: "warning" }]);
  });

  test("it says which network it uses and how many peers there are", () => {
    const status = engineStatus({ link: { peers: 1 } });
    expect(found({ status }).find(({ about }) => about === "link")?.sentence).toBe(
      "Link uses wlan0 (192.168.1.20/24), 1 peer",
    );
  });

  test.each(["3.1.2", "3.1.5"])("%s on a wide or a link-local network misses peers", (version) => {
    expect(bad(at(version, "10.0.0.5/16"))).toHaveLength(1);
    expect(bad(at(version, "169.254.7.1/16"))).toHaveLength(1);
    expect(bad(at(version, "192.168.1.5/24", "fe80::1/64"))).toHaveLength(0);
  });

  test.each(["3.0.6", "3.1.0", "4.0.0", "unknown"])("%s does not", (version) => {
    expect(bad(at(version, "10.0.0.5/16"))).toHaveLength(0);
  });
});

test("a box without settings, engine, devices or network has advice for everything that is wrong", () => {
  const findings = diagnose({
    ...WELL,
    settingsProblems: ["/etc/downbeat/downbeat.yaml:1:1: expected a settings file that can be read"],
    status: null,
    devices: { ...DEVICES, audio: [], midi: [], midiIsAvailable: false },
    machine: { ...MACHINE, interfaces: [], disk: null, governors: [] },
  });
  for (const { verdict, advice, sentence } of findings) {
    expect(sentence).not.toMatch(/undefined|null|NaN/);
    if (verdict === "problem") expect(advice).not.toBe("");
  }
});

describe("the front panel", () => {
  const PANEL: Front["panel"] = {
    board: "starter",
    name: "Starter",
    sentence: "",
    controls: [],
    complaints: [],
  };
  const DISPLAY: Front["display"] = {
    ...{ state: "looking", type: null, address: null, page: "play", chosen: null, pages: [] },
    ...{ sentence: "", bytesSent: 0, framesSent: 0 },
  };
  const front = (changes: Partial<Front>) =>
    found({ front: { panel: PANEL, display: DISPLAY, ...changes } }).filter(
      ({ about }) => about === "panel" || about === "display",
    );

  test("one that is all there is said so, and who has none hears nothing of it", () => {
    const on = { ...DISPLAY, state: "on", type: "sh1106", address: 0x3c } as const;
    expect(front({ display: on }).map(({ verdict, sentence }) => `${verdict} ${sentence}`)).toEqual([
      "ok Starter: all of its 0 controls are there",
      "ok an sh1106 at 0x3c",
    ]);
    expect(front({ panel: { ...PANEL, board: null, name: null } })).toEqual([]);
  });

  test("what is missing is named, with what to do", () => {
    const complaints = [{ subject: "enc1", sentence: "expected GPIO line 17, and another program has it" }];
    const display = { ...DISPLAY, sentence: "panel.display: expected an SSD1306, and none answers" };
    const findings = front({ panel: { ...PANEL, complaints }, display });
    expect(findings.map(({ verdict, about }) => `${verdict} ${about}`)).toEqual([
      "warning panel",
      "warning display",
    ]);
    expect(findings[0]?.sentence).toContain("enc1: expected GPIO line 17");
    for (const { advice } of findings) expect(advice).not.toBe("");
  });
});
