// SPDX-License-Identifier: GPL-3.0-or-later
// From `mappings` of the settings to the plan: every name found, curves as points, synths as bytes. What has
// nothing to move is left out and said, and costs nobody else anything.

import { keyCode } from "../base/key-codes.ts";
import type { MappingEntryPlan, MappingPlan, MappingSourcePlan } from "../binding/plan/mapping-plan.ts";
import type { SessionPlan } from "../binding/plan/plan.ts";
import { inputsOf, lowByteOf, outputsOf, placeProblem, targetProblem } from "../config/mapping-checks.ts";
import { ENDLESS_READINGS, isMidiSource } from "../config/mapping-target.ts";
import { showValue } from "../config/problem.ts";
import type { MappingSettings, Settings } from "../config/schema.ts";
import { accelerationLaw } from "./acceleration.ts";
import { buildScenes } from "./build-scenes.ts";
import { endsOf } from "./mapping-ends.ts";
import { type MappingNames, mappingNames, namesIn, namesNobodyMoves } from "./mapping-names.ts";
import type { MappingTools, PanelControl } from "./mapping-tools.ts";
import { panelControl, panelReading, panelSource, panelTranspose } from "./panel-control.ts";
import { type Refusal, refusal, refusalText, unknownName } from "./refusal.ts";
import { type ResolvedTarget, resolveTarget } from "./resolve-target.ts";

export interface MappingWorld {
  readonly settings: Pick<Settings, "mappings" | "midi" | "scenes">;
  readonly session: SessionPlan;
  readonly tools: MappingTools;
}

export interface BuiltMapping {
  readonly plan: MappingPlan;
  /** Sentences for the player: what does nothing, or not quite what was asked. */
  readonly warnings: readonly string[];
}

/** Never throws for what is in settings and session. */
export function buildMapping(world: MappingWorld): BuiltMapping {
  const entries: MappingEntryPlan[] = [];
  const names = mappingNames(world.settings);
  const scenes = buildScenes(world);
  const warnings: string[] = [...namesNobodyMoves(world.settings), ...scenes.warnings];
  for (const mapping of world.settings.mappings) {
    const remarks: string[] = [];
    const entry = entryOf(world, names, mapping, remarks);
    if (entry?.kind === "refusal") warnings.push(`Mapping ${mapping.id} does nothing: ${refusalText(entry)}`);
    else if (entry !== null) {
      entries.push(entry.plan);
      warnings.push(...remarks.map((remark) => `Mapping ${mapping.id}: ${remark}`));
    }
  }
  const { banks, modifiers } = names;
  return { plan: { entries, banks, modifiers, scenes: scenes.plans }, warnings };
}

/**
 * What `target` and `param` mean here, or the sentence why they mean nothing.
 *
 * @param source - what the control sends, as far as that matters to the target
 */
export function findTarget(
  { session, tools, settings }: MappingWorld,
  mapping: Pick<MappingSettings, "target" | "param" | "source" | "send">,
): ResolvedTarget | Refusal | null {
  const problem = targetProblem(mapping);
  if (problem !== null) {
    const [key] = problem.path;
    const got = mapping[key as "target" | "param" | "source" | "send"];
    return refusal(problem.expected, got ?? undefined, problem.hint);
  }
  const found = resolveTarget(session, tools, mapping);
  if (found?.kind !== "synth" && found?.kind !== "bytes") return found;
  if (outputsOf(settings.midi).includes(found.port)) return found;
  return refusal("a port with an output", found.port, `Set output: true for ${found.port}.`);
}

function entryOf(
  world: MappingWorld,
  names: MappingNames,
  mapping: MappingSettings,
  remarks: string[],
): { readonly kind: "entry"; readonly plan: MappingEntryPlan } | Refusal | null {
  const { midi } = world.settings;
  const nowhere = placeProblem(mapping, inputsOf(midi));
  if (nowhere !== null) return refusal(nowhere.expected, mapping.port ?? mapping.control, nowhere.hint);
  const panel = panelControl(world.tools.panel, mapping);
  if (panel?.kind === "refusal") return panel;
  const noSound = soundProblem(world, mapping);
  if (noSound !== null) return noSound;
  const target = findTarget(world, mapping);
  if (target === null || target.kind === "refusal") return target;
  const ends = endsOf({ tools: world.tools, names }, mapping, target, remarks);
  if ("kind" in ends) return ends;
  const { id, port, takeover, from, to, clicks } = mapping;
  const reading = panel === null ? mapping.reading : panelReading(panel, mapping);
  const { press, deadzone, hysteresis } = mapping;
  const canTell = panel === null ? port !== null && outputsOf(midi).includes(port) : panel.isShown;
  if (mapping.feedback && !canTell && panel !== null) {
    remarks.push(`no feedback: expected an LED that shows ${panel.id}, got none. Name it under panel.leds.`);
  } else if (mapping.feedback && !canTell) {
    const hint = port === null ? "" : ` Set output: true for ${port}, or feedback: false.`;
    remarks.push(`no feedback: expected a port with an output, got ${showValue(port)}.${hint}`);
  }
  const plan: MappingEntryPlan = {
    id,
    source: sourceOf(mapping, panel),
    reading,
    takeover,
    press,
    deadzone,
    hysteresis,
    from,
    to,
    stepSize: 1 / clicks,
    acceleration: ENDLESS_READINGS.includes(reading) ? accelerationLaw(mapping.acceleration) : [],
    rampMs: target.kind === "param" ? mapping.smoothingMs : 0,
    transpose: target.kind === "play" ? transposeOf(mapping, panel) : 0,
    banks: namesIn(mapping.bank).flatMap((bank) => placesOf(bank, names.banks)),
    scenes: namesIn(mapping.scene).flatMap((scene) => placesOf(scene, names.scenes)),
    modifier: placesOf(mapping.modifier, names.modifiers)[0] ?? null,
    hasFeedback: mapping.feedback && canTell,
    ...ends,
  };
  return { kind: "entry", plan };
}

function transposeOf(mapping: MappingSettings, panel: PanelControl | null): number {
  return panel === null ? mapping.transpose : panelTranspose(panel, mapping);
}

function sourceOf(mapping: MappingSettings, panel: PanelControl | null): MappingSourcePlan {
  if (panel !== null) return panelSource(panel);
  const { source, port, channel, lsbFirst, control, wave, beats, freqHz, phase } = mapping;
  const { sound, attackMs, releaseMs } = mapping;
  if (source === "key") {
    const code = keyCode(mapping.key ?? "") ?? 0;
    const place = { channel: code >> 7, number: code & 127 };
    return { port: port ?? "", kind: "note", ...place, lsb: 0, lsbFirst: false };
  }
  if (isMidiSource(source)) {
    return {
      port: port ?? "",
      kind: source,
      channel: channel === null ? null : channel - 1,
      number: source === "bend" || source === "pressure" ? null : mapping.number,
      lsb: lowByteOf(mapping),
      lsbFirst,
    };
  }
  // A control of the panel was found above.
  if (source === "control" || source === "panel") return { kind: "control", control: control ?? "" };
  const maker = {
    wave,
    beats: freqHz === null ? beats : 0,
    freqHz: freqHz ?? 0,
    phase,
    sound,
    attackMs,
    releaseMs,
  };
  // The place in a cycle is a saw that follows the beat.
  if (source === "clock") return { kind: "lfo", maker: { ...maker, wave: "saw", beats, freqHz: 0 } };
  return { kind: source, maker };
}

/** What an envelope listens to has to be there. */
function soundProblem({ session }: MappingWorld, { source, sound }: MappingSettings): Refusal | null {
  if (source !== "envelope" || !sound.startsWith("rack:")) return null;
  const racks = session.racks.map(({ id }) => `rack:${id}`);
  return racks.includes(sound) ? null : unknownName("a rack of the session as sound", sound, racks);
}

function placesOf(name: string | null, names: readonly string[]): readonly number[] {
  const place = name === null ? -1 : names.indexOf(name);
  return place < 0 ? [] : [place];
}
