// SPDX-License-Identifier: GPL-3.0-or-later
// What mappings did, in words: the engine says which entry moved what to where, and here is known what that
// is called. Also the controls that programs move.

import { AppError } from "../base/errors.ts";
import { TypedEvents } from "../base/events.ts";
import { nameKey } from "../base/name-key.ts";
import { nearNames } from "../base/nearest-name.ts";
import type { MappingStatus } from "../binding/engine-status.ts";
import type { EngineCommand, EngineEvent, EngineState } from "../binding/rt-messages.ts";
import type { MappingSettings } from "../config/schema.ts";
import type {
  MappingEvents,
  MappingFace,
  MappingPicture,
  MoveJson,
  NamedControl,
} from "../control/mapping-face.ts";
import type { CommandResult } from "../control/transport-face.ts";
import { findTarget, type MappingWorld } from "../mapping/build-mapping.ts";
import { type MappingNames, mappingNames } from "../mapping/mapping-names.ts";
import { controlText } from "../mapping/mapping-words.ts";
import type { ResolvedTarget } from "../mapping/resolve-target.ts";
import { targetName, targetPlace, valueRatio, valueText } from "../mapping/value-words.ts";

/** By their number in native/mapping/mapping-table.hpp. */
const KINDS = [
  "param",
  "noteOn",
  "noteOff",
  "transport",
  "midi",
  "feedback",
  "bank",
  "modifier",
  "outside",
  "scene",
] as const;
const MADE = 128;

interface Known {
  readonly settings: MappingSettings;
  readonly target: ResolvedTarget;
}

export interface MoveDeskOptions {
  readonly send: (command: EngineCommand) => CommandResult;
  readonly state: () => EngineState | null;
}

/** Thread: control. */
export class MoveDesk implements MappingFace {
  readonly events = new TypedEvents<MappingEvents>();
  readonly #options: MoveDeskOptions;
  /** By nameKey of their id. */
  #known: ReadonlyMap<number, Known> = new Map();
  #controls: ReadonlyMap<string, NamedControl> = new Map();
  #names: Pick<MappingNames, "banks" | "scenes"> = { banks: [], scenes: [] };
  #status: MappingStatus | null = null;
  #touched: MoveJson | null = null;

  constructor(options: MoveDeskOptions) {
    this.#options = options;
  }

  /** What the plan was made of that the engine plays. */
  take(world: MappingWorld): void {
    const known = new Map<number, Known>();
    const controls = new Map<string, NamedControl>();
    for (const settings of world.settings.mappings) {
      const target = findTarget(world, settings);
      if (target === null || target.kind === "refusal") continue;
      known.set(nameKey(settings.id), { settings, target });
      const { source, control: name } = settings;
      if (source !== "control" || name === null) continue;
      controls.set(name, { name, mappings: [...(controls.get(name)?.mappings ?? []), settings.id] });
    }
    this.#known = known;
    this.#controls = controls;
    this.#names = mappingNames(world.settings);
  }

  takeStatus(status: MappingStatus): void {
    this.#status = status;
  }

  /** Of every event of the engine, those of mappings. */
  takeEvent(event: EngineEvent): void {
    const move = event.kind === "mapped" ? this.#moveOf(event) : null;
    if (move === null) return;
    if (move.source === "hand") this.#touched = move;
    if (move.kind === "bank" && this.#status !== null) {
      this.#status = { ...this.#status, bank: this.#names.banks[move.value] ?? null };
    }
    this.events.emit("moved", move);
  }

  stop(): void {
    this.events.clear();
  }

  picture(): MappingPicture {
    const { bank = null, banks = [], held = [], entries = [] } = this.#status ?? {};
    return { bank, banks, held, mappings: entries, touched: this.#touched };
  }

  controls(): readonly NamedControl[] {
    return [...this.#controls.values()];
  }

  moveControl(name: string, value: number, source: "http" | "osc"): NamedControl {
    const control = this.#controls.get(name);
    if (control === undefined) throw unknownControl(name, [...this.#controls.keys()]);
    if (!(value >= 0 && value <= 1))
      throw new AppError("VALUE_INVALID", `value: expected a number from 0 to 1, got ${value}`);
    const result = this.#options.send({ kind: "control", param: nameKey(name), value, source });
    switch (result.type) {
      case "engineAway":
        throw new AppError("ENGINE_AWAY", "expected an engine that plays, got none. Try again in a second");
      case "queueFull":
        throw new AppError("QUEUE_FULL", "expected fewer moves at once, got more than the engine takes");
      case "accepted":
        return control;
    }
  }

  #moveOf({ node, flag, value, detail, frame }: EngineEvent): MoveJson | null {
    const known = this.#known.get(node);
    const kind = KINDS[flag & (MADE - 1)];
    if (known === undefined || kind === undefined || kind === "feedback") return null;
    const { settings, target } = known;
    const isNote = kind === "noteOn" || kind === "noteOff";
    const name = target.kind === "outside" ? (settings.param ?? "") : targetName(target);
    return {
      mapping: settings.id,
      source: (flag & MADE) === 0 ? "hand" : "maker",
      control: controlText(settings),
      target: settings.target,
      param: settings.param,
      kind,
      value,
      note: isNote ? detail : null,
      name,
      text: valueText(target, { kind, value, note: detail }, this.#names),
      place: targetPlace(target, settings.target),
      ratio: isNote ? null : valueRatio(target, { value }),
      frame,
      beat: this.#beatAt(frame),
    };
  }

  /** Where the song was, or is, at a frame near the present. */
  #beatAt(frame: number): number {
    const state = this.#options.state();
    if (state === null) return 0;
    if (state.status !== "playing" || state.sampleRate === 0) return state.songBeat;
    const beats = ((frame - state.frame) / state.sampleRate) * (state.tempoBpm / 60);
    return Math.max(0, state.songBeat + beats);
  }
}

function unknownControl(name: string, known: readonly string[]): AppError {
  const near = nearNames(name, known);
  const hint =
    near.length > 0
      ? `Did you mean ${near.join(", ")}?`
      : known.length > 0
        ? `There are: ${known.slice(0, 12).join(", ")}.`
        : "Map one with source: control.";
  return new AppError("CONTROL_UNKNOWN", `expected a control of the mapping, got "${name}". ${hint}`);
}
