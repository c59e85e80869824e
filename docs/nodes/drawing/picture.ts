// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of a scene: the waveform on the left, the spectrum on the right, as SVG text.
import { type Box, spectrumCurve, waveShape } from "./curves.ts";
import { RATE } from "./scene-plan.ts";
import type { Scene } from "./scenes.ts";
import type { Heard, Sound } from "./sound.ts";
import { COLORS, frame, line, text } from "./svg.ts";

const WAVE: Box = { left: 38, top: 50, width: 306, height: 160 };
const SPECTRUM: Box = { left: 394, top: 50, width: 306, height: 160 };
const MARKS_HZ = [
  [20, "20 Hz"],
  [100, "100"],
  [1000, "1k"],
  [10_000, "10k"],
  [20_000, "20k"],
] as const;

/** @param settings - of the node, as its caption says them */
export function pictureOf(type: string, scene: Scene, settings: string, heard: Heard): string {
  const layers = inOrder(heard);
  const waveMs = scene.waveMs ?? [0, scene.lengthMs];
  const spectrumMs = scene.spectrumMs ?? [0, scene.lengthMs];
  const peak = Math.max(...layers.map(({ sound }) => peakOf(cut(sound, waveMs))));
  const top = scene.waveTop ?? (peak > 0.5 ? Math.max(1, Math.ceil(4 * peak) / 4) : 0.5);
  return frame(type, scene.shows, settings, heard.input === null ? [] : (scene.names ?? ["in", "out"]), [
    ...waveAxes(waveMs, top),
    ...layers.map(({ sound, color }) => waveShape(cut(sound, waveMs), WAVE, top, color)),
    ...spectrumAxes(),
    ...layers.map(({ sound, color }) =>
      spectrumCurve(sound, [framesOf(spectrumMs[0]), framesOf(spectrumMs[1])], SPECTRUM, color),
    ),
  ]);
}

/** The louder one behind, so that both are seen. */
function inOrder({ input, output }: Heard): { sound: Sound; color: string }[] {
  const out = { sound: output, color: COLORS.output };
  if (input === null) return [out];
  const layers = [{ sound: input, color: COLORS.input }, out];
  const energy = (sound: Sound) => sound.reduce((sum, value) => sum + value * value, 0);
  return energy(input) < energy(output) ? layers.reverse() : layers;
}

function cut(sound: Sound, [fromMs, toMs]: readonly [number, number]): Sound {
  return sound.subarray(framesOf(fromMs), framesOf(toMs));
}

function framesOf(ms: number): number {
  return (ms * RATE) / 1000;
}

function peakOf(sound: Sound): number {
  return sound.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function waveAxes([fromMs, toMs]: readonly [number, number], top: number): string[] {
  const { left, top: y, width, height } = WAVE;
  const lengthMs = toMs - fromMs;
  const step = [5, 20, 50, 100, 200, 250, 500].find((candidate) => lengthMs / candidate <= 5) ?? 1000;
  const marks = Array.from({ length: Math.floor(lengthMs / step) + 1 }, (_, i) => fromMs + i * step);
  return [
    ...[top, 0, -top].flatMap((level) => {
      const at = y + (height / 2) * (1 - level / top);
      return [line(left, at, left + width, at), text(left - 6, at + 3.5, `${level}`, "end")];
    }),
    ...marks.flatMap((ms, i) => {
      const x = left + (width * (ms - fromMs)) / lengthMs;
      return [line(x, y, x, y + height), text(x, y + height + 15, i === 0 ? `${ms} ms` : `${ms}`, "middle")];
    }),
  ];
}

function spectrumAxes(): string[] {
  const { left, top, width, height } = SPECTRUM;
  return [
    ...[0, -20, -40, -60, -80, -100].flatMap((db) => {
      const y = top - (height * db) / 100;
      return [line(left, y, left + width, y), text(left - 6, y + 3.5, db === 0 ? "0 dB" : `${db}`, "end")];
    }),
    ...MARKS_HZ.flatMap(([hz, name]) => {
      const x = left + (width * Math.log10(hz / 20)) / 3;
      return [line(x, top, x, top + height), text(x, top + height + 15, name, "middle")];
    }),
  ];
}
