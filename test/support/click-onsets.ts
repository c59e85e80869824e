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

/** A cycle as far off the line of the others is a gap: JACK's own times waver by less. */
const OFF_LINE_MICROS = 500;

interface HeardCycle {
  readonly frame: number;
  /** In Link's microseconds. */
  readonly heard: number;
  /** Its callback was held up past its end, or frames were lost before it. */
  readonly wasLate: boolean;
}

/** When the frames of a recording were heard. */
export class HeardFrames {
  readonly #rate: number;
  readonly #cycles: readonly HeardCycle[];

  constructor({ rate, cycles }: RecordedCycles) {
    this.#rate = rate;
    // A callback that was held up reads the times of a later cycle; frames that were lost stay lost.
    let offset = Number.POSITIVE_INFINITY;
    this.#cycles = cycles
      .map(([frame, serverFrame, heard], index) => {
        const [frameBefore, serverBefore] = cycles[index - 1] ?? [frame, serverFrame];
        return { frame, serverFrame, heard, wasLate: serverFrame - serverBefore !== frame - frameBefore };
      })
      .toReversed()
      .map(({ frame, serverFrame, heard, wasLate }) => {
        offset = Math.min(offset, serverFrame - frame);
        return { frame, heard: heard - ((serverFrame - frame - offset) * 1e6) / rate, wasLate };
      })
      .reverse();
  }

  /** In Link's microseconds. */
  at(frame: number): number {
    const cycle = this.#cycleOf(frame);
    return Math.round(cycle.heard + ((frame - cycle.frame) * 1e6) / this.#rate);
  }

  /** Whether the server and its clients kept time for so many frames before this one, and at it. */
  isSteady(frame: number, frames: number): boolean {
    const last = this.#cycleOf(frame);
    const within = this.#cycles.filter((cycle) => cycle.frame > frame - frames && cycle.frame <= frame);
    const onLine = ({ frame: first, heard }: HeardCycle): boolean =>
      Math.abs(last.heard - heard - ((last.frame - first) * 1e6) / this.#rate) < OFF_LINE_MICROS;
    return frame >= frames && within.every((cycle) => !cycle.wasLate && onLine(cycle));
  }

  #cycleOf(frame: number): HeardCycle {
    const cycle = this.#cycles.findLast(({ frame: first }) => first <= frame);
    if (cycle === undefined) throw new Error(`frame ${frame} lies before the first cycle`);
    return cycle;
  }
}
