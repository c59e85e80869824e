// SPDX-License-Identifier: GPL-3.0-or-later
// What hands have made of the session and of the synths, as values of a scene: found by number in the engine, written
// by name.

import type { SessionPlan } from "../binding/plan/plan.ts";
import type { SceneSettings } from "../config/schema.ts";
import { TRACK_PARAMS } from "../config/track-params.ts";
import type { Profile } from "../profiles/profile.ts";
import { type NodeCatalog, typeNamed } from "../rack/catalog.ts";
import type { PortProfile } from "./profile-source.ts";
import { type RememberedValue, shownValue } from "./synth-desk.ts";

type SceneValue = SceneSettings["values"][number];

/** Something that is elsewhere than the session has it, as `moved` answers. */
export interface MovedValue {
  /** As in commands, and so as a target: `bass:filter`, `rack:bass`, `track:lead`. */
  readonly node: string;
  readonly param: number;
  readonly value: number;
}

export interface SnapshotParts {
  readonly session: SessionPlan;
  readonly catalog: NodeCatalog;
  readonly profiles: readonly PortProfile[];
  readonly moved: readonly MovedValue[];
  /** By port, as `midiValues` answers. */
  readonly said: Readonly<Record<string, readonly RememberedValue[]>>;
}

/** In the order of the engine; what has no name is left out. */
export function sceneSnapshot(parts: SnapshotParts): readonly SceneValue[] {
  return [
    ...parts.moved.flatMap((moved) => namedValue(parts, moved)),
    ...parts.profiles.flatMap(({ port, profile }) => synthValues(port, profile, parts.said[port] ?? [])),
  ];
}

const DIGITS = 6;

function namedValue(
  { session, catalog }: SnapshotParts,
  { node, param, value }: MovedValue,
): readonly SceneValue[] {
  const named = paramOf(session, catalog, node, param);
  if (named === null) return [];
  const choice = named.choices[Math.round(value) - named.min];
  return [{ target: node, param: named.name, value: choice ?? Number(value.toPrecision(DIGITS)) }];
}

interface NamedParam {
  readonly name: string;
  readonly min: number;
  readonly choices: readonly string[];
}

const RACK_STRIP = ["gain", "mute"];

function paramOf(session: SessionPlan, catalog: NodeCatalog, node: string, id: number): NamedParam | null {
  const [kind = "", first = "", second] = node.split(":");
  const plain = (name: string | undefined): NamedParam | null =>
    name === undefined ? null : { name, min: 0, choices: [] };
  if (kind === "rack") return plain(RACK_STRIP[id - 1]);
  if (kind === "xfader") return plain("x");
  if (kind === "track") return plain(TRACK_PARAMS.find((param) => param.id === id)?.key);
  const nodes =
    kind === "bus"
      ? session.buses.find((bus) => bus.id === first)?.inserts
      : session.racks.find((rack) => rack.id === kind)?.nodes;
  const type = nodes?.find((one) => one.id === (kind === "bus" ? second : first))?.type;
  const found =
    type === undefined ? undefined : typeNamed(catalog, type)?.params.find((one) => one.id === id);
  if (found === undefined) return null;
  return { name: found.key, min: found.min, choices: (found.choices ?? []).map(([shown = ""]) => shown) };
}

function synthValues(
  port: string,
  profile: Profile,
  said: readonly RememberedValue[],
): readonly SceneValue[] {
  return said.flatMap((remembered) => {
    const parameter = profile.parameters.find(({ id }) => id === remembered.key);
    const value = parameter === undefined ? null : shownValue(profile, parameter, remembered);
    return value === null ? [] : [{ target: `synth:${port}`, param: remembered.key, value }];
  });
}
