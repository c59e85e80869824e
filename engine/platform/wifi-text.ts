// SPDX-License-Identifier: GPL-3.0-or-later
// What the system says about Wi-Fi, read: /proc/net/wireless and the answers of `iw`. Pure.

/** One radio; null is what the system does not tell. */
export interface WifiLink {
  /** Of the interface: "wlan0". */
  readonly name: string;
  readonly isConnected: boolean | null;
  readonly network: string | null;
  readonly signalDbm: number | null;
  readonly frequencyMhz: number | null;
  readonly channel: number | null;
  readonly powerSave: boolean | null;
}

/** Weaker than this, packets are sent again and again. */
export const WEAK_SIGNAL_DBM = -70;

/** `iw dev NAME link`. */
export function readLink(
  text: string,
): Pick<WifiLink, "isConnected" | "network" | "signalDbm" | "frequencyMhz"> {
  return {
    isConnected: /^Connected to /m.test(text) ? true : /^Not connected/m.test(text) ? false : null,
    network: /^\s*SSID: (.+)$/m.exec(text)?.[1] ?? null,
    signalDbm: numberOf(/^\s*signal: (-?\d+)/m.exec(text)),
    frequencyMhz: numberOf(/^\s*freq: (\d+)/m.exec(text)),
  };
}

/** `iw dev NAME get power_save`. */
export function readPowerSave(text: string): boolean | null {
  const word = /^\s*Power save: (on|off)/m.exec(text)?.[1];
  return word === undefined ? null : word === "on";
}

/** `iw dev NAME info`. */
export function readChannel(text: string): Pick<WifiLink, "channel" | "frequencyMhz"> {
  const match = /^\s*channel (\d+) \((\d+)/m.exec(text);
  return { channel: match === null ? null : Number(match[1]), frequencyMhz: numberOf(match, 2) };
}

/** The signal of an interface in /proc/net/wireless, dBm. */
export function readProcSignal(text: string, name: string): number | null {
  for (const line of text.split("\n")) {
    const [face, , , level] = line.trim().split(/\s+/);
    if (face !== `${name}:` || level === undefined) continue;
    // Drivers that count in other units show numbers above 0.
    const dbm = Number.parseFloat(level);
    return Number.isFinite(dbm) && dbm < 0 ? dbm : null;
  }
  return null;
}

/** What would make the radios better for playing together; empty when nothing would. */
export function wifiAdvice(radios: readonly WifiLink[]): readonly string[] {
  return radios.flatMap((radio) => {
    if (radio.isConnected === false) return [];
    const found: string[] = [];
    if (radio.powerSave === true)
      found.push(
        `${radio.name}: Wi-Fi power save is on, it holds packets back: sudo iw dev ${radio.name} set power_save off`,
      );
    if (radio.signalDbm !== null && radio.signalDbm < WEAK_SIGNAL_DBM)
      found.push(
        `${radio.name}: the signal is weak (${radio.signalDbm} dBm): come closer to the access point, or use a cable`,
      );
    if (radio.frequencyMhz !== null && radio.frequencyMhz < 3000)
      found.push(
        `${radio.name}: the network is in the crowded 2.4 GHz band (${radio.frequencyMhz} MHz): one at 5 GHz is steadier`,
      );
    return found;
  });
}

/** "wlan0: Rehearsal, -52 dBm, channel 36 (5180 MHz), power save off". */
export function wifiText(radio: WifiLink): string {
  if (radio.isConnected === false) return `${radio.name}: not connected`;
  const channel = radio.channel === null ? null : `channel ${radio.channel}`;
  const facts = [
    radio.network,
    radio.signalDbm === null ? null : `${radio.signalDbm} dBm`,
    radio.frequencyMhz === null ? channel : `${channel ?? "a channel"} (${radio.frequencyMhz} MHz)`,
    radio.powerSave === null ? null : `power save ${radio.powerSave ? "on" : "off"}`,
  ].filter((fact) => fact !== null);
  return `${radio.name}: ${facts.length === 0 ? "the system tells nothing (is `iw` installed?)" : facts.join(", ")}`;
}

function numberOf(match: RegExpExecArray | null, group = 1): number | null {
  return match === null ? null : Number(match[group]);
}
