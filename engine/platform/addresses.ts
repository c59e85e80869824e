// SPDX-License-Identifier: GPL-3.0-or-later
// Under which name and addresses other machines find this one.

import { hostname, type NetworkInterfaceInfo, networkInterfaces } from "node:os";

export interface FaceAddress {
  /** Of the interface: `wlan0`. */
  readonly face: string;
  readonly address: string;
}

/** Those that a person would type: IPv4 first, of an interface without one its IPv6; the machine's own are left out. */
export function ownAddresses(
  faces: Readonly<Record<string, NetworkInterfaceInfo[] | undefined>> = networkInterfaces(),
): readonly FaceAddress[] {
  return Object.entries(faces).flatMap(([face, infos = []]) => {
    const outer = infos.filter(({ internal }) => !internal);
    const four = outer.filter(({ family }) => family === "IPv4");
    const found = four.length > 0 ? four : outer.slice(0, 1);
    return found.map(({ address }) => ({ face, address }));
  });
}

/** As mDNS announces it: `downbeat.local`. */
export function ownHost(name: string = hostname()): string {
  return name.includes(".") ? name : `${name}.local`;
}
