// SPDX-License-Identifier: GPL-3.0-or-later
// How other machines reach this one.
import type { NetworkInterfaceInfo } from "node:os";
import { expect, test } from "vitest";
import { ownAddresses, ownHost } from "../../../engine/platform/addresses.ts";

const info = (family: "IPv4" | "IPv6", address: string, internal = false): NetworkInterfaceInfo =>
  ({ family, address, internal }) as NetworkInterfaceInfo;

test("an interface is reached by its IPv4, without one by its IPv6, and loopback by nobody", () => {
  expect(
    ownAddresses({
      lo: [info("IPv4", "127.0.0.1", true), info("IPv6", "::1", true)],
      eth0: [info("IPv6", "fe80::1"), info("IPv4", "10.0.0.7")],
      wlan0: [info("IPv6", "fe80::2"), info("IPv6", "fe80::3")],
      usb0: undefined,
    }),
  ).toEqual([
    { face: "eth0", address: "10.0.0.7" },
    { face: "wlan0", address: "fe80::2" },
  ]);
});

test("a box is called by its name on the local network, unless it has a whole one", () => {
  expect(ownHost("downbeat")).toBe("downbeat.local");
  expect(ownHost("box.example.org")).toBe("box.example.org");
});
