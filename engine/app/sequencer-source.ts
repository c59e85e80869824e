// SPDX-License-Identifier: GPL-3.0-or-later
// Where live tracks meet who plays them: the nodes of the racks and the profiles of the synths.

import { messageOf } from "../base/errors.ts";
import { nearNames } from "../base/nearest-name.ts";
import type { SessionPlan } from "../binding/plan/plan.ts";
import type { TrackLockPlan } from "../binding/plan/track-plan.ts";
import type { Settings } from "../config/schema.ts";
import { encodeParameter } from "../profiles/encode.ts";
import { findParam, type NodeCatalog, type ParamInfo, typeNamed } from "../rack/catalog.ts";
import { type BuiltTracks, buildTracks } from "../sequencer/build-tracks.ts";
import type { LockRefusal, SequencerTools } from "../sequencer/sequencer-tools.ts";
import type { PortProfile } from "./profile-source.ts";

export interface SequencerPieces {
  readonly settings: Settings;
  readonly session: SessionPlan;
  readonly catalog: () => NodeCatalog;
  /** null while they are not read. */
  readonly profiles: readonly PortProfile[] | null;
}

export function tracksOf({ settings, session, catalog, profiles }: SequencerPieces): BuiltTracks {
  return buildTracks({ settings, session, tools: sequencerTools(settings, catalog, profiles) });
}

const MOST_MESSAGES = 4;

function sequencerTools(
  { midi }: Settings,
  catalog: () => NodeCatalog,
  profiles: readonly PortProfile[] | null,
): SequencerTools {
  const synthAt = (port: string) => profiles?.find((profile) => profile.port === port);
  return {
    nodeLock: (type, name, value) => nodeLock(catalog(), type, name, value),
    synthLock: (port, name, value) => {
      const synth = synthAt(port);
      if (profiles === null) return null;
      if (synth === undefined) {
        return { refused: `expected cc0 to cc119, got "${name}". Other names need midi.ports[].profile.` };
      }
      try {
        const messages = encodeParameter(synth.profile, name, value, { channel: synth.channel });
        const isShort = messages.length <= MOST_MESSAGES && messages.every(([status = 0]) => status < 0xf0);
        return isShort ? { messages } : { refused: "system exclusive is not sent from a step." };
      } catch (error) {
        return { refused: `${messageOf(error)}` };
      }
    },
    channelOf: (port) =>
      synthAt(port)?.channel ?? (midi.ports.find(({ id }) => id === port)?.channel ?? 1) - 1,
  };
}

function nodeLock(
  catalog: NodeCatalog,
  typeName: string,
  name: string,
  value: number | string,
): TrackLockPlan | LockRefusal {
  const type = typeNamed(catalog, typeName);
  const param = type === null ? undefined : findParam(type, name);
  if (param === undefined) {
    const known = (type?.params ?? []).map(({ key }) => key);
    const near = nearNames(name, known);
    const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : `There are: ${known.join(", ")}.`;
    return { refused: `expected a parameter of ${typeName}, got "${name}". ${hint}` };
  }
  const number = typeof value === "number" ? value : choiceNamed(param, value);
  if (number === undefined || number < param.min || number > param.max) {
    return { refused: `expected ${`${param.min} to ${param.max} ${param.unit}`.trim()}, got "${value}".` };
  }
  return { param: param.id, value: number, rampMs: 0 };
}

function choiceNamed({ choices, min }: ParamInfo, name: string): number | undefined {
  const at = choices?.findIndex((names) => names.some((each) => each.toLowerCase() === name.toLowerCase()));
  return at === undefined || at < 0 ? undefined : min + at;
}
