// SPDX-License-Identifier: GPL-3.0-or-later
// A profile that extends another: its own keys replace the other's, parameters are mixed one by one, and
// a parameter that is null is taken away.

import type { WrittenParameter, WrittenProfile } from "./schema.ts";

/** Of a parameter: who writes one of these means it instead of the others. */
const EXCLUSIVE: readonly (readonly (keyof WrittenParameter)[])[] = [
  ["cc", "addresses"],
  ["curve", "steps", "values"],
];

export function mergeProfiles(parent: WrittenProfile, child: WrittenProfile): WrittenProfile {
  const { parameters: inherited = {}, community, ...rest } = parent;
  const merged: Record<string, WrittenParameter | null> = { ...inherited };
  for (const [id, parameter] of Object.entries(child.parameters ?? {})) {
    const base = merged[id];
    if (parameter === null) delete merged[id];
    else merged[id] = base === undefined || base === null ? parameter : mergeParameter(base, parameter);
  }
  const device = { ...parent.device, ...child.device };
  const limits = { ...parent.limits, ...child.limits };
  return {
    ...rest,
    // Whoever extends something of unknown quality has that quality too.
    ...(community === undefined ? {} : { community }),
    ...child,
    ...(Object.keys(device).length === 0 ? {} : { device }),
    ...(Object.keys(limits).length === 0 ? {} : { limits }),
    parameters: merged,
  };
}

function mergeParameter(parent: WrittenParameter, child: WrittenParameter): WrittenParameter {
  const kept: WrittenParameter = { ...parent };
  for (const group of EXCLUSIVE) {
    if (group.some((key) => child[key] !== undefined)) for (const key of group) delete kept[key];
  }
  // The old range need not fit another address.
  if (child.cc !== undefined || child.addresses !== undefined) delete kept.range;
  return { ...kept, ...child };
}
