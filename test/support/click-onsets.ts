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

/** For every onset of the first list the way to the nearest of the second, in frames. */
export function onsetDifferences(one: readonly number[], other: readonly number[]): readonly number[] {
  return one.flatMap((frame) => {
    const near = other.reduce<number | null>(
      (best, each) => (best === null || Math.abs(each - frame) < Math.abs(best - frame) ? each : best),
      null,
    );
    return near === null ? [] : [near - frame];
  });
}
