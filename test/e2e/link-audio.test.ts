// SPDX-License-Identifier: GPL-3.0-or-later
// Heard together: the clicks of a box and of LinkHut, recorded side by side from the JACK server that both play on.
// A plain peer tells where Link's beats are at those moments: so each is measured against the truth. A JACK server
// that is held up loses time, and both catch up: its own cycles say which clicks tell something about Link.
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { Plan } from "../../engine/binding/plan/plan.ts";
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
/** So often: on a busy machine only some clicks of each are told after a steady time. */
const LISTENINGS = 8;
const ENOUGH = BEATS - 3;
/** The box has bent away what a lost block took long before. */
const STEADY_SECONDS = 0.75;

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

/** A click that was heard. */
interface Click {
  /** Milliseconds after Link's beat. */
  readonly error: number;
  /** The JACK server had kept time for a while. */
  readonly isSteady: boolean;
}
interface Clicks {
  readonly theirs: readonly Click[];
  readonly ours: readonly Click[];
}

const steady = (clicks: readonly Click[]): readonly number[] =>
  clicks.filter(({ isSteady }) => isSteady).map(({ error }) => error);
const worst = (errors: readonly number[]): number => Math.max(0, ...magnitudes(errors));
const spreadOf = (errors: readonly number[]): string =>
  `median ${medianOf(errors).toFixed(3)}, worst ${worst(errors).toFixed(3)} ms (${errors.length})`;

test.for([256, 1024])(
  "AUDIOENGINE-1: the box's clicks and LinkHut's are heard together, with blocks of %i frames",
  {
    timeout: 200_000,
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
        const clicksOf = async (channel: number): Promise<readonly Click[]> => {
          const found: Click[] = [];
          for (const frame of clickOnsets(samples, 2, channel, RATE / 8)) {
            const { beat, tempoBpm } = await witness.first(heard.at(frame), 1);
            const error = ((beat - Math.round(beat)) * 60_000) / tempoBpm;
            found.push({ error, isSteady: heard.isSteady(frame, RATE * STEADY_SECONDS) });
          }
          return found;
        };
        return { theirs: await clicksOf(0), ours: await clicksOf(1) };
      };
      const heard: Clicks[] = [];
      const all = (of: keyof Clicks): readonly Click[] => heard.flatMap((clicks) => clicks[of]);
      do {
        heard.push(await listen());
      } while (heard.length < LISTENINGS && steady(all("ours")).length < ENOUGH);
      const ours = steady(all("ours"));
      const everyOne = all("ours").map(({ error }) => error);
      const shown = `clicks after Link's beat, ${heard.length} listenings: the box ${spreadOf(ours)}, with JACK's gaps ${spreadOf(everyOne)}; LinkHut ${spreadOf(steady(all("theirs")))}`;
      await annotate(shown);
      for (const of of ["ours", "theirs"] as const) {
        expect(Math.max(...heard.map((clicks) => clicks[of].length)), shown).toBeGreaterThanOrEqual(
          BEATS - 2,
        );
      }
      expect(worst(ours), shown).toBeLessThan(TOGETHER_MS);
      // On a machine whose JACK server never keeps time for long, half of them are told after a gap.
      if (ours.length >= ENOUGH) expect(Math.abs(medianOf(ours)), shown).toBeLessThan(1);
      else expect(Math.abs(medianOf(everyOne)), shown).toBeLessThan(TOGETHER_MS);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
