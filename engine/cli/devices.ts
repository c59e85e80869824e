// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat devices`: what could be heard and played.
import { listDevices } from "../binding/engine-facts.ts";
import { table } from "./table.ts";

export async function devicesVerb(options: { json?: boolean }): Promise<number> {
  const devices = await listDevices();
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(devices, null, 2)}\n`);
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
    `  auto takes ${devices.choice.device} (${devices.choice.api}): ${devices.choice.reason}`,
    "",
    "MIDI",
  );
  if (!devices.midiIsAvailable)
    out.push("  no MIDI system (on Linux: the ALSA sequencer, `modprobe snd-seq`)");
  else if (devices.midi.length === 0) out.push("  no MIDI port");
  else out.push(table(devices.midi.map((port) => [`  ${port.direction}`, port.name])));
  process.stdout.write(`${out.join("\n")}\n`);
  return 0;
}
