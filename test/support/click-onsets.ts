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

/** What jack-recorder tells of a recording. */
export interface RecordedCycles {
  readonly rate: number;
  /** Of each cycle: its first frame in the recording, the server's count of frames, Link's microseconds. */
  readonly cycles: readonly (readonly [number, number, number])[];
}

/** When the frames of a recording were heard. */
export class HeardFrames {
  readonly #rate: number;
  readonly #cycles: readonly { readonly frame: number; readonly heard: number }[];

  constructor({ rate, cycles }: RecordedCycles) {
    this.#rate = rate;
    // A callback that was held up reads the times of a later cycle; frames that were lost stay lost.
    let offset = Number.POSITIVE_INFINITY;
    this.#cycles = cycles
      .toReversed()
      .map(([frame, serverFrame, heard]) => {
        offset = Math.min(offset, serverFrame - frame);
        return { frame, heard: heard - ((serverFrame - frame - offset) * 1e6) / rate };
      })
      .reverse();
  }

  /** In Link's microseconds. */
  at(frame: number): number {
    const cycle = this.#cycles.findLast(({ frame: first }) => first <= frame);
    if (cycle === undefined) throw new Error(`frame ${frame} lies before the first cycle`);
    return Math.round(cycle.heard + ((frame - cycle.frame) * 1e6) / this.#rate);
  }

  /** The largest difference between the frames of two cycles and the time that passed, in milliseconds. */
  get longestGapMs(): number {
    let longest = 0;
    for (const [index, { frame, heard }] of this.#cycles.entries()) {
      const before = this.#cycles[index - 1];
      if (before === undefined) continue;
      const gap = (heard - before.heard) / 1000 - ((frame - before.frame) * 1000) / this.#rate;
      longest = Math.max(longest, Math.abs(gap));
    }
    return longest;
  }
}
