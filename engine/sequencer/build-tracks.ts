// SPDX-License-Identifier: GPL-3.0-or-later
// From `sequencer.tracks` of the settings to the plan: words become numbers, names are found. A track that
// nobody can play is left out and said; a lock that means nothing costs the lock.

import { nearNames } from "../base/nearest-name.ts";
import type { SessionPlan } from "../binding/plan/plan.ts";
import type {
  AmbiencePlan,
  PitchPlan,
  TrackLockPlan,
  TrackPatternPlan,
  TrackPlan,
  TrackStepPlan,
} from "../binding/plan/track-plan.ts";
import { outputsOf } from "../config/mapping-checks.ts";
import { parseScale, SCALES } from "../config/scales.ts";
import type { SequencerSettings, Settings, TrackSettings } from "../config/schema.ts";
import {
  AMBIENT_PROFILES,
  parseCondition,
  parseLine,
  parsePitch,
  parseSteps,
} from "../config/sequencer-words.ts";
import { DIRECTIONS, TRACK_PARAMS, type TrackParamKey } from "../config/track-params.ts";
import { HIT_VELOCITY, PLAIN_STEP } from "./plain-step.ts";
import type { SequencerTools } from "./sequencer-tools.ts";

export interface SequencerWorld {
  readonly settings: Pick<Settings, "sequencer" | "midi">;
  readonly session: Pick<SessionPlan, "racks">;
  readonly tools: SequencerTools;
}

export interface BuiltTracks {
  readonly tracks: readonly TrackPlan[];
  readonly ambience: AmbiencePlan;
  /** Sentences for the player. */
  readonly warnings: readonly string[];
}

/** Never throws for what is in settings and session. */
export function buildTracks(world: SequencerWorld): BuiltTracks {
  const { sequencer } = world.settings;
  const tracks: TrackPlan[] = [];
  const warnings: string[] = [];
  for (const track of sequencer.tracks) {
    const player = playerOf(world, track);
    if ("refused" in player) warnings.push(`Track ${track.id} is silent: ${player.refused}`);
    else tracks.push(trackOf(world, track, player, warnings));
  }
  return { tracks, ambience: { returnMs: sequencer.idle.fadeOutSeconds * 1000 }, warnings };
}

type Player =
  | { readonly node: string; readonly type: string }
  | { readonly port: string; readonly channel: number };

function playerOf({ settings, session, tools }: SequencerWorld, track: TrackSettings) {
  const { target, channel } = track;
  const ports = outputsOf(settings.midi);
  if (ports.includes(target)) {
    const own = channel === null ? tools.channelOf(target) : channel - 1;
    return { port: target, channel: own } satisfies Player;
  }
  const nodes = session.racks.flatMap((rack) =>
    rack.nodes.map(({ id, type }) => ({ name: `${rack.id}:${id}`, type })),
  );
  const node = nodes.find(({ name }) => name === target);
  if (node !== undefined) return { node: node.name, type: node.type } satisfies Player;
  const known = [...ports, ...nodes.map(({ name }) => name)];
  const near = nearNames(target, known);
  const hint =
    near.length > 0 ? `Did you mean ${near.join(", ")}?` : `There are: ${known.slice(0, 12).join(", ")}.`;
  return { refused: `expected a port with an output or a node of the session, got "${target}". ${hint}` };
}

function trackOf(world: SequencerWorld, track: TrackSettings, player: Player, warnings: string[]): TrackPlan {
  const scales = scalesOf(world.settings.sequencer, track);
  const lockOf = lockReader(world.tools, track, player, warnings);
  const line = track.notes === null ? [] : (parseLine(track.notes) ?? []);
  const patterns = track.patterns.map((text, index) => patternOf(track, text, index, line, lockOf));
  const unheard = track.steps.filter(({ pattern, step }) => step > (patterns[pattern - 1]?.lengthSteps ?? 0));
  for (const { pattern, step } of unheard)
    warnings.push(
      `Track ${track.id}: step ${step} of pattern ${pattern} is never played: expected a step that the pattern has.`,
    );
  return {
    id: track.id,
    ...("node" in player ? { node: player.node } : player),
    seed: track.seed,
    resolution: track.resolution,
    swingExponent: 1,
    patterns,
    scales: scales.list,
    params: paramsOf(track, scales.chosen),
    ambient: track.drifts ? ambientOf(world.settings.sequencer) : [],
  };
}

/** Those that a knob goes through; the track's own is one of them. */
function scalesOf({ scales }: SequencerSettings, track: TrackSettings) {
  const all = scales.map((text) => parseScale(text) ?? []);
  const own = parseScale(track.scale) ?? SCALES.chromatic ?? [];
  const at = all.findIndex((scale) => scale.join(" ") === own.join(" "));
  return at >= 0 ? { list: all, chosen: at } : { list: [own, ...all], chosen: 0 };
}

function paramsOf(track: TrackSettings, scale: number): readonly (readonly [number, number])[] {
  const values: Readonly<Record<TrackParamKey, number>> = {
    mute: track.mute ? 1 : 0,
    density: track.density,
    probability: track.probability,
    gate: track.gate,
    velocity: track.velocity,
    swingPercent: track.swingPercent,
    drift: track.drift,
    octave: track.octave,
    pulses: track.pulses ?? -1,
    rotation: track.rotation,
    direction: DIRECTIONS.indexOf(track.direction),
    root: typeof track.root === "number" ? track.root : (parsePitch(track.root)?.number ?? 60),
    scale,
    length: track.length,
    pattern: track.pattern,
  };
  return TRACK_PARAMS.map(({ id, key }) => [id, values[key]] as const);
}

function ambientOf({ idle }: SequencerSettings): readonly (readonly [number, number])[] {
  const own = idle as Readonly<Record<string, unknown>>;
  const profile = AMBIENT_PROFILES[idle.profile] ?? {};
  return TRACK_PARAMS.flatMap(({ id, key }) => {
    const value = typeof own[key] === "number" ? own[key] : profile[key];
    return value === undefined ? [] : [[id, value] as const];
  });
}

type LockReader = (locks: Readonly<Record<string, number | string>>) => readonly TrackLockPlan[];

function lockReader(
  tools: SequencerTools,
  track: TrackSettings,
  player: Player,
  warnings: string[],
): LockReader {
  return (locks) =>
    Object.entries(locks).flatMap(([name, value]) => {
      const lock =
        "node" in player
          ? tools.nodeLock(player.type, name, value)
          : (controllerLock(player.channel, name, value) ?? tools.synthLock(player.port, name, value));
      if (lock === null) return [];
      if (!("refused" in lock)) return [lock];
      warnings.push(`Track ${track.id}: the lock ${name} does nothing: ${lock.refused}`);
      return [];
    });
}

/** `cc74`: null for any other name. */
function controllerLock(channel: number, name: string, value: number | string) {
  const match = /^cc(\d{1,3})$/i.exec(name);
  if (match === null) return null;
  const controller = Number(match[1]);
  const isGood = typeof value === "number" && Number.isInteger(value) && value >= 0 && value <= 127;
  if (controller > 119) return { refused: `expected cc0 to cc119, got ${name}.` };
  if (!isGood) return { refused: `expected 0 to 127, got ${value}.` };
  return { messages: [[0xb0 | channel, controller, value]] };
}

function patternOf(
  track: TrackSettings,
  text: string,
  index: number,
  line: readonly PitchPlan[],
  lockOf: LockReader,
): TrackPatternPlan {
  const { length, hits } = parseSteps(text) ?? { length: 16, hits: [] };
  const details = track.steps.filter((step) => step.pattern === index + 1 && step.step <= length);
  const told = new Set(details.flatMap(({ step, rest }) => (rest ? [] : [step - 1])));
  const plain = hits
    .filter(({ step }) => !told.has(step))
    .map(({ step, isAccent, ratchet }) => ({
      ...PLAIN_STEP,
      step,
      velocity: isAccent ? 1 : HIT_VELOCITY,
      ratchet,
    }));
  const steps = [...plain, ...details.map((step) => stepOf(step, lockOf))];
  return { lengthSteps: length, line, steps: steps.sort((a, b) => a.step - b.step) };
}

function stepOf(step: TrackSettings["steps"][number], lockOf: LockReader): TrackStepPlan {
  const { velocity, gate, probability, ratchet, condition, rest, note } = step;
  const pitch = note === null ? null : parsePitch(String(note));
  const round = condition === null ? null : parseCondition(condition);
  return {
    ...PLAIN_STEP,
    step: step.step - 1,
    ...(rest ? { kind: "rest" as const } : (pitch ?? {})),
    velocity,
    gate,
    probability,
    ratchet,
    ...round,
    locks: lockOf(step.locks),
  };
}
