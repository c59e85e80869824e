// SPDX-License-Identifier: GPL-3.0-or-later
// The texts are those of a Raspberry Pi 4 (brcmfmac, iw 5.19) and of a laptop (iwlwifi, iw 6.7), with
// addresses changed.
import { expect, test } from "vitest";
import { readWifi, type WifiSystem } from "../../../engine/platform/wifi.ts";
import {
  readChannel,
  readLink,
  readPowerSave,
  readProcSignal,
  wifiAdvice,
  wifiText,
} from "../../../engine/platform/wifi-text.ts";

const LINK = `Connected to dc:a6:32:01:02:03 (on wlan0)
	SSID: Rehearsal Room 2
	freq: 5180
	RX: 1234567 bytes (8910 packets)
	TX: 234567 bytes (1234 packets)
	signal: -52 dBm
	rx bitrate: 390.0 MBit/s
	tx bitrate: 433.3 MBit/s

	bss flags:	short-slot-time
	dtim period:	2
	beacon int:	100
`;
const NEWER_LINK = `Connected to 3c:37:12:aa:bb:cc (on wlp3s0)
	SSID: Bühne
	freq: 2437.0
	RX: 884 bytes (12 packets)
	TX: 1022 bytes (9 packets)
	signal: -78 dBm
	tx bitrate: 72.2 MBit/s MCS 7 short GI
`;
const INFO = `Interface wlan0
	ifindex 3
	wdev 0x1
	addr dc:a6:32:aa:bb:cc
	ssid Rehearsal Room 2
	type managed
	wiphy 0
	channel 36 (5180 MHz), width: 80 MHz, center1: 5210 MHz
	txpower 31.00 dBm
`;
const PROC = `Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE
 face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22
 wlan0: 0000   58.  -52.  -256        0      0      0      0     29        0
wlp3s0: 0000   70.  178.  -256        0      0      0      0      0        0
`;

test("a connection is read with its network, signal and frequency", () => {
  expect(readLink(LINK)).toEqual({
    isConnected: true,
    network: "Rehearsal Room 2",
    signalDbm: -52,
    frequencyMhz: 5180,
  });
  expect(readLink(NEWER_LINK)).toEqual({
    isConnected: true,
    network: "Bühne",
    signalDbm: -78,
    frequencyMhz: 2437,
  });
  expect(readLink("Not connected.\n").isConnected).toBe(false);
  expect(readLink("")).toEqual({ isConnected: null, network: null, signalDbm: null, frequencyMhz: null });
});

test("power save and channel are read, and null where nothing is said", () => {
  expect(readPowerSave("Power save: on\n")).toBe(true);
  expect(readPowerSave("Power save: off\n")).toBe(false);
  expect(readPowerSave("command failed: Operation not supported (-95)")).toBeNull();
  expect(readChannel(INFO)).toEqual({ channel: 36, frequencyMhz: 5180 });
  expect(readChannel("Interface wlan0\n\ttype managed\n")).toEqual({ channel: null, frequencyMhz: null });
});

test("the kernel's own table gives the signal where it counts in dBm", () => {
  expect(readProcSignal(PROC, "wlan0")).toBe(-52);
  expect(readProcSignal(PROC, "wlp3s0")).toBeNull();
  expect(readProcSignal(PROC, "wlan1")).toBeNull();
  expect(readProcSignal("", "wlan0")).toBeNull();
});

/** A machine with a cable and a radio; `answers` is what `iw` says by its last words. */
function machine(answers: Readonly<Record<string, string>>): WifiSystem {
  return {
    list: async () => ["eth0", "lo", "wlan0"],
    exists: async (path) => path === "/sys/class/net/wlan0/phy80211",
    read: async () => PROC,
    run: async (program, args) => {
      expect([program, ...args.slice(0, 2)]).toEqual(["iw", "dev", "wlan0"]);
      const answer = answers[args.slice(2).join(" ")];
      if (answer === undefined) throw new Error("spawn iw ENOENT");
      return answer;
    },
  };
}

test("only radios are told, with everything that the system says", async () => {
  const radios = await readWifi(machine({ link: LINK, "get power_save": "Power save: on\n", info: INFO }));
  expect(radios).toEqual([
    {
      name: "wlan0",
      isConnected: true,
      network: "Rehearsal Room 2",
      signalDbm: -52,
      frequencyMhz: 5180,
      channel: 36,
      powerSave: true,
    },
  ]);
  expect(radios.map(wifiText)).toEqual([
    "wlan0: Rehearsal Room 2, -52 dBm, channel 36 (5180 MHz), power save on",
  ]);
});

test("without the program iw the kernel's signal is left, and nothing fails", async () => {
  const [radio] = await readWifi(machine({}));
  expect(radio).toMatchObject({ name: "wlan0", signalDbm: -52, powerSave: null, isConnected: null });
  expect(await readWifi({ ...machine({}), list: () => Promise.reject(new Error("ENOENT")) })).toEqual([]);
  const silent = { ...machine({}), read: () => Promise.reject(new Error("EACCES")) };
  expect((await readWifi(silent)).map(wifiText)).toEqual([
    "wlan0: the system tells nothing (is `iw` installed?)",
  ]);
});

test("advice names the radio, what is wrong and the command; a good radio gets none", async () => {
  const good = await readWifi(machine({ link: LINK, "get power_save": "Power save: off\n", info: INFO }));
  expect(wifiAdvice(good)).toEqual([]);
  const bad = await readWifi(machine({ link: NEWER_LINK, "get power_save": "Power save: on\n" }));
  expect(wifiAdvice(bad)).toEqual([
    expect.stringContaining("sudo iw dev wlan0 set power_save off"),
    expect.stringContaining("-78 dBm"),
    expect.stringContaining("2437 MHz"),
  ]);
  const off = await readWifi(machine({ link: "Not connected.\n", "get power_save": "Power save: on\n" }));
  expect(wifiAdvice(off)).toEqual([]);
  expect(off.map(wifiText)).toEqual(["wlan0: not connected"]);
});
