// SPDX-License-Identifier: GPL-3.0-or-later
// Heard together: the clicks of a box and of LinkHut, recorded side by side from the JACK server that both play on.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Plan } from "../../engine/binding/plan.ts";
import { sessionOf } from "../bench/support/engine-work.ts";
import { medianOf } from "../bench/support/figures.ts";
import { clickOnsets, onsetDifferences } from "../support/click-onsets.ts";
import { JackServer } from "../support/jack-server.ts";
import { LinkBox } from "../support/link-box.ts";
import { LinkHut } from "../support/link-hut.ts";
import { FOUNDER_AGE_MS, magnitudes, together } from "../support/link-stage.ts";
import { NetworkNamespaces } from "../support/network-namespaces.ts";
import { testTool } from "../support/pty-recorder.ts";

const RATE = 48_000;
const BEATS = 16;
const TEMPO_BPM = 120;

/** A short square on every beat. */
function clicking(plan: Plan, blockFrames: number): Plan {
  const session = sessionOf([
    {
      id: "click",
      seed: 1,
      startSeconds: 0,
      loopBeats: 0,
      endBeats: 0,
      tailMs: null,
      gain: 1,
      muted: false,
      soloed: false,
      tempoMap: [{ beat: 0, bpm: TEMPO_BPM }],
      connections: [],
      mixer: null,
      commands: [],
      // A wave of 1 kHz, from the first sample on, for 20 ms.
      nodes: [
        {
          id: "osc",
          type: "osc",
          params: [
            [1, 3],
            [2, 1000],
            [7, 0],
            [8, 0],
            [9, 20],
          ],
          texts: [],
          channels: 0,
          mod: null,
        },
      ],
      patterns: [
        {
          node: "osc",
          resolution: 4,
          lengthSteps: 4,
          swingPercent: 0,
          swingExponent: 1,
          hits: [0, 1, 2, 3],
          notes: [],
          locks: [],
        },
      ],
    },
  ]);
  return {
    ...plan,
    audio: { ...plan.audio, device: "auto", api: "jack", blockFrames },
    session,
  };
}

test.each([64, 1024])(
  "AUDIOENGINE-1: the box's clicks and LinkHut's are heard together, with blocks of %i frames",
  {
    timeout: 90_000,
  },
  async (blockFrames) => {
    const folder = mkdtempSync(path.join(tmpdir(), "downbeat-clicks-"));
    using net = NetworkNamespaces.make();
    await using server = await JackServer.start(net.inside("left"), blockFrames);
    try {
      await using hut = await LinkHut.start(server, net.inside("left"));
      await hut.enableLink();
      await hut.play();
      await sleep(FOUNDER_AGE_MS);
      await using box = await LinkBox.start({
        inside: [...net.inside("left"), ...server.inside],
        isNull: false,
        change: (plan) => clicking(plan, blockFrames),
      });
      await together(box, hut);
      const { audio } = await box.status();
      expect(audio.api).toBe("jack");
      box.send({ kind: "play" });
      await box.is("it plays", (state) => state.status === "playing");
      // The filters of both learn how far callbacks are from the loudspeaker.
      await sleep(4000);

      const file = path.join(folder, "clicks.f32");
      const seconds = (BEATS * 60) / TEMPO_BPM;
      const [program = "", ...args] = [
        ...[...net.inside("left"), ...server.inside],
        ...[testTool("jack-recorder"), String(seconds), file, "LinkHut:out_1", "Downbeat:outport 0"],
      ];
      await promisify(execFile)(program, args);
      const bytes = readFileSync(file);
      const samples = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
      const silence = RATE / 8;
      const theirs = clickOnsets(samples, 2, 0, silence);
      const ours = clickOnsets(samples, 2, 1, silence);
      expect(theirs.length).toBeGreaterThanOrEqual(BEATS - 2);
      expect(ours.length).toBeGreaterThanOrEqual(BEATS - 2);
      const apartMs = onsetDifferences(theirs.slice(1, -1), ours).map((frames) => (frames / RATE) * 1000);
      const shown = `median ${medianOf(apartMs).toFixed(3)}, worst ${Math.max(...magnitudes(apartMs)).toFixed(3)} ms, ${audio.sentence}`;
      expect(Math.abs(medianOf(apartMs)), shown).toBeLessThan(1);
      expect(Math.max(...magnitudes(apartMs)), shown).toBeLessThan(3);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
