// SPDX-License-Identifier: GPL-3.0-or-later
// Heard together: the clicks of a box and of LinkHut, recorded side by side from the JACK server that both play on.
// A plain peer tells where Link's beats are at those moments: so each is measured against the truth too, which
// matters on a machine whose JACK server has gaps (LinkHut is wrong for seconds after each).
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
import { clickOnsets, HeardFrames, type RecordedCycles } from "../support/click-onsets.ts";
import { JackServer } from "../support/jack-server.ts";
import { LinkBox } from "../support/link-box.ts";
import { LinkHut } from "../support/link-hut.ts";
import { LinkPeers } from "../support/link-peers.ts";
import { FOUNDER_AGE_MS, magnitudes, TOGETHER_MS, together } from "../support/link-stage.ts";
import { NetworkNamespaces } from "../support/network-namespaces.ts";
import { testTool } from "../support/pty-recorder.ts";

const RATE = 48_000;
const BEATS = 16;
const TEMPO_BPM = 120;
const PATIENCE_MS = 30_000;

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

/** Milliseconds after Link's beat. */
interface Clicks {
  /** Of the JACK server while it was recorded: its longest jump between two cycles. */
  readonly gapMs: number;
  readonly theirs: readonly number[];
  readonly ours: readonly number[];
}

const worst = (errors: readonly number[]): number => Math.max(...magnitudes(errors));
const spreadOf = (errors: readonly number[]): string =>
  `median ${medianOf(errors).toFixed(3)}, worst ${worst(errors).toFixed(3)} ms (${errors.length})`;

test.for([256, 1024])(
  "AUDIOENGINE-1: the box's clicks and LinkHut's are heard together, with blocks of %i frames",
  {
    timeout: 90_000,
  },
  async (blockFrames, { annotate }) => {
    const folder = mkdtempSync(path.join(tmpdir(), "downbeat-clicks-"));
    using net = NetworkNamespaces.make();
    await using server = await JackServer.start(net.inside("left"), { blockFrames, isRealtime: true });
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
      await using witness = await LinkPeers.start({ inside: net.inside("left") });
      await witness.enable();
      await together(box, hut, 2);
      const { audio } = await box.status();
      expect(audio.api).toBe("jack");
      expect(audio.timeSource).toBe("JACK cycle times");
      box.send({ kind: "play" });
      await box.is("it plays", (state) => state.status === "playing", PATIENCE_MS);
      // The filters of both learn how far callbacks are from the loudspeaker.
      await sleep(4000);

      const file = path.join(folder, "clicks.f32");
      const listen = async (): Promise<Clicks> => {
        const seconds = (BEATS * 60) / TEMPO_BPM;
        const [program = "", ...args] = [
          ...[...net.inside("left"), ...server.inside],
          ...[testTool("jack-recorder"), String(seconds), file, "LinkHut:out_1", "Downbeat:outport 0"],
        ];
        const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 1e8 });
        const heard = new HeardFrames(JSON.parse(stdout) as RecordedCycles);
        const bytes = readFileSync(file);
        const samples = new Float32Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 4);
        const errorsMs = async (channel: number): Promise<readonly number[]> => {
          const found: number[] = [];
          for (const frame of clickOnsets(samples, 2, channel, RATE / 8)) {
            const { beat, tempoBpm } = await witness.first(heard.at(frame), 1);
            found.push(((beat - Math.round(beat)) * 60_000) / tempoBpm);
          }
          return found;
        };
        return { gapMs: heard.longestGapMs, theirs: await errorsMs(0), ours: await errorsMs(1) };
      };
      // What a JACK server with gaps loses is caught up in a moment. Its own cycles say whether it had any.
      let clicks = await listen();
      for (let again = 0; again < 3 && clicks.gapMs > TOGETHER_MS / 2; again += 1) clicks = await listen();
      const { theirs, ours } = clicks;
      const shown = `clicks after Link's beat: the box ${spreadOf(ours)}; LinkHut ${spreadOf(theirs)}; JACK's longest gap ${clicks.gapMs.toFixed(1)} ms`;
      await annotate(shown);
      expect(ours.length, shown).toBeGreaterThanOrEqual(BEATS - 2);
      expect(theirs.length, shown).toBeGreaterThanOrEqual(BEATS - 2);
      // Where LinkHut was off, the JACK server had gaps: what was lost is caught up, which takes a moment.
      const hasGaps = worst(theirs) > TOGETHER_MS;
      expect(Math.abs(medianOf(ours)), shown).toBeLessThan(hasGaps ? TOGETHER_MS : 1);
      expect(worst(ours), shown).toBeLessThan(Math.max(TOGETHER_MS, 2 * worst(theirs)));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
