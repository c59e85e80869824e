// SPDX-License-Identifier: GPL-3.0-or-later
// The radios of this machine, as Linux tells about them. Where there are none, or it is another
// system, the list is empty.
import { execFile } from "node:child_process";
import { access, readdir, readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { readChannel, readLink, readPowerSave, readProcSignal, type WifiLink } from "./wifi-text.ts";

const INTERFACES = "/sys/class/net";
/** Not /proc/net, which a service may not see. */
const WIRELESS = "/proc/self/net/wireless";
const PATIENCE_MS = 1000;

/** How the system is asked. */
export interface WifiSystem {
  list(folder: string): Promise<readonly string[]>;
  exists(path: string): Promise<boolean>;
  read(path: string): Promise<string>;
  /** Standard output of a program. */
  run(program: string, args: readonly string[]): Promise<string>;
}

const SYSTEM: WifiSystem = {
  list: (folder) => readdir(folder),
  exists: (path) =>
    access(path).then(
      () => true,
      () => false,
    ),
  read: (path) => readFile(path, "utf8"),
  run: async (program, args) =>
    (await promisify(execFile)(program, args, { timeout: PATIENCE_MS, encoding: "utf8" })).stdout,
};

/** Every radio, with what can be found out about it. Never fails. */
export async function readWifi(system: WifiSystem = SYSTEM): Promise<readonly WifiLink[]> {
  const names = await system.list(INTERFACES).catch(() => []);
  const radios = await Promise.all(
    [...names].sort().map(async (name) => ((await isRadio(system, name)) ? readRadio(system, name) : null)),
  );
  return radios.filter((radio) => radio !== null);
}

async function isRadio(system: WifiSystem, name: string): Promise<boolean> {
  for (const mark of ["wireless", "phy80211"])
    if (await system.exists(`${INTERFACES}/${name}/${mark}`)) return true;
  return false;
}

async function readRadio(system: WifiSystem, name: string): Promise<WifiLink> {
  const iw = (...words: readonly string[]): Promise<string> =>
    system.run("iw", ["dev", name, ...words]).catch(() => "");
  const [link, power, info, proc] = await Promise.all([
    iw("link"),
    iw("get", "power_save"),
    iw("info"),
    system.read(WIRELESS).catch(() => ""),
  ]);
  const connection = readLink(link);
  const tuned = readChannel(info);
  return {
    name,
    ...connection,
    signalDbm: connection.signalDbm ?? readProcSignal(proc, name),
    frequencyMhz: connection.frequencyMhz ?? tuned.frequencyMhz,
    channel: tuned.channel,
    powerSave: readPowerSave(power),
  };
}
