// SPDX-License-Identifier: GPL-3.0-or-later
// Where clicks begin in a recording of several channels, and how far those of two channels are apart.

/**
 * The first frame of each click: the first that is loud after a silence.
 *
 * @param samples - interleaved
 * @param silentFrames - so many frames must have been quiet before
 */
export function clickOnsets(
  samples: Float32Array,
  channels: number,
  channel: number,
  silentFrames: number,
): readonly number[] {
  let peak = 0;
  for (let i = channel; i < samples.length; i += channels) peak = Math.max(peak, Math.abs(samples[i] ?? 0));
  const onsets: number[] = [];
  let quietSince = Number.NEGATIVE_INFINITY;
  for (let frame = 0, i = channel; i < samples.length; frame += 1, i += channels) {
    if (Math.abs(samples[i] ?? 0) < 0.1 * peak) continue;
    if (frame - quietSince > silentFrames && frame > silentFrames) onsets.push(frame);
    quietSince = frame;
  }
  return onsets;
}

/** What jack-recorder tells of a recording: the first frame of each cycle, and when it is heard. */
export interface RecordedCycles {
  readonly rate: number;
  /** Frame of the recording, Link's microseconds. */
  readonly cycles: readonly (readonly [number, number])[];
}

/** When a frame of the recording is heard, in Link's microseconds. */
export function heardAt({ rate, cycles }: RecordedCycles, frame: number): number {
  const cycle = cycles.findLast(([first]) => first <= frame);
  if (cycle === undefined) throw new Error(`frame ${frame} lies before the first cycle`);
  return Math.round(cycle[1] + ((frame - cycle[0]) * 1e6) / rate);
}

/** The largest difference between the frames of two cycles and the time that passed, in milliseconds. */
export function longestGapMs({ rate, cycles }: RecordedCycles): number {
  let longest = 0;
  for (const [index, [frame, heard]] of cycles.entries()) {
    const before = cycles[index - 1];
    if (before === undefined) continue;
    const gap = (heard - before[1]) / 1000 - ((frame - before[0]) * 1000) / rate;
    longest = Math.max(longest, Math.abs(gap));
  }
  return longest;
}
