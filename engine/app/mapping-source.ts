// SPDX-License-Identifier: GPL-3.0-or-later
// Where mappings meet what they move: the nodes of the racks and the profiles of the synths.

import type { SessionPlan } from "../binding/plan/plan.ts";
import type { Settings } from "../config/schema.ts";
import { type BuiltMapping, buildMapping, type MappingWorld } from "../mapping/build-mapping.ts";
import type {
  MappedPanel,
  MappedParameter,
  MappedSynth,
  MappingTools,
  PanelControl,
} from "../mapping/mapping-tools.ts";
import type { Board } from "../panel/board.ts";
import { controlAddresses, shownBy } from "../panel/panel-plan.ts";
import { applyCurve } from "../profiles/curve.ts";
import { messageTemplates } from "../profiles/message-template.ts";
import { DEFAULT_AMOUNT } from "../profiles/normal-curve.ts";
import { findParameter, type Parameter } from "../profiles/profile.ts";
import { stepNamed } from "../profiles/value.ts";
import { findParam, type NodeCatalog, typeNamed } from "../rack/catalog.ts";
import type { PortProfile } from "./profile-source.ts";
import { synthMessage } from "./synth-message.ts";

export interface MappingPieces {
  readonly settings: Settings;
  readonly session: SessionPlan;
  readonly catalog: NodeCatalog;
  /** null while they are not read: what is for synths waits, and nobody complains. */
  readonly profiles: readonly PortProfile[] | null;
  /** What is on the front; null or nothing: no panel. */
  readonly board?: Board | null;
}

export function mappingOf(pieces: MappingPieces): BuiltMapping {
  return buildMapping(mappingWorld(pieces));
}

export function mappingWorld(pieces: MappingPieces): MappingWorld {
  const { settings, session, catalog, profiles, board = null } = pieces;
  const panel = board === null ? null : mappedPanel(board, settings.panel.leds);
  return { settings, session, tools: { ...mappingTools(catalog, profiles), panel } };
}

/** A curve by its name, from 0 to 1 to 0 to 1. */
export function curveShape(curve: "linear" | keyof typeof DEFAULT_AMOUNT, x: number): number {
  return applyCurve(curve === "linear" ? { type: curve } : { type: curve, amount: DEFAULT_AMOUNT[curve] }, x);
}

function mappedPanel(board: Board, leds: Settings["panel"]["leds"]): MappedPanel {
  const addresses = controlAddresses(board);
  const shown = new Set(shownBy(board, leds).values());
  const controls = board.controls.flatMap(({ id, kind }): PanelControl[] => {
    if (kind === "led") return [];
    return [{ id, kind, number: addresses.get(id)?.number ?? 0, isShown: shown.has(id) }];
  });
  return { board: board.id, controls };
}

function mappingTools(
  catalog: NodeCatalog,
  profiles: readonly PortProfile[] | null,
): Omit<MappingTools, "panel"> {
  return {
    nodeType: (name) => typeNamed(catalog, name),
    findParam,
    shape: curveShape,
    synths: profiles?.map(mappedSynth) ?? null,
  };
}

function mappedSynth(synth: PortProfile): MappedSynth {
  const { port, profile, channel } = synth;
  return {
    port,
    name: profile.name,
    parameterNames: profile.parameters.flatMap(({ id, role }) => (role === null ? [id] : [id, role])),
    find: (name) => {
      const parameter = findParameter(profile, name);
      return parameter === null ? null : mappedParameter(parameter, channel);
    },
    say: (name, value) => synthMessage(synth, name, String(value)),
  };
}

function mappedParameter(parameter: Parameter, channel: number): MappedParameter {
  const { id, values, min, max, curve } = parameter;
  return {
    id,
    messages: messageTemplates(parameter, channel),
    values,
    indexOf: (label) => {
      const step = stepNamed(parameter, label);
      return step === null ? -1 : values.indexOf(step);
    },
    at: (position) => min + applyCurve(curve, position) * (max - min),
  };
}
