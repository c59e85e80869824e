// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat devices`: what could be heard and played.
import { readFoundSynths, whoText } from "../app/found-synths.ts";
import { findPlaces } from "../app/places.ts";
import { visibleText } from "../base/visible-text.ts";
import { listDevices } from "../binding/engine-facts.ts";
import { engineStatus } from "./engine-state.ts";
import { table } from "./table.ts";

export async function devicesVerb(options: { state?: string; json?: boolean }): Promise<number> {
  const { stateFolder } = findPlaces(options);
  const [devices, status, found] = await Promise.all([
    listDevices(),
    engineStatus(stateFolder, "downbeat devices"),
    readFoundSynths(stateFolder),
  ]);
  const ports = status?.midi.ports ?? [];
  if (options.json === true) {
    const synths = ports.map(({ id, name, state, identity }) => {
      const { profile = null, by = null } = found.get(id) ?? {};
      return { port: id, name, state, identity, profile, by };
    });
    process.stdout.write(`${JSON.stringify({ ...devices, synths }, null, 2)}\n`);
    return 0;
  }
  const out: string[] = ["Audio"];
  if (devices.audio.length === 0) out.push("  no sound device");
  else
    out.push(
      table(
        devices.audio.map((device) => [
          `  ${device.api}`,
          device.name,
          `${device.outputChannels} out, ${device.inputChannels} in`,
          device.kind,
          device.sampleRates.length > 0
            ? `${Math.min(...device.sampleRates)} to ${Math.max(...device.sampleRates)} Hz`
            : "",
        ]),
      ),
    );
  out.push(
    visibleText(`  auto takes ${devices.choice.device} (${devices.choice.api}): ${devices.choice.reason}`),
    "",
    "MIDI",
  );
  if (!devices.midiIsAvailable)
    out.push("  no MIDI system (on Linux: the ALSA sequencer, `modprobe snd-seq`)");
  else if (devices.midi.length === 0) out.push("  no MIDI port");
  else out.push(table(devices.midi.map((port) => [`  ${port.direction}`, port.name])));
  if (ports.length > 0) {
    const rows = ports.map((port) => [`  ${port.id}`, port.name, port.state, whoText(port, found)]);
    out.push("", "Ports of the settings", table(rows));
  }
  process.stdout.write(`${out.join("\n")}\n`);
  return 0;
}
