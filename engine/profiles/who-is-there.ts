// SPDX-License-Identifier: GPL-3.0-or-later
// Which profile is of the synth at a port? By what it answers to an identity request, and where it answers nothing
// by the name of its port.

import type { Profile } from "./profile.ts";

/** Bytes of an answer, as they come. */
export interface Answer {
  readonly manufacturer: readonly number[];
  readonly family: readonly number[];
  readonly member: readonly number[];
}

export interface Candidate {
  readonly profile: Pick<Profile, "id" | "device">;
  /** Of two that fit as well, the lower. */
  readonly rank: number;
}

export interface WhoIsThere {
  readonly answers: readonly Answer[];
  /** Of the port in the system; null when it is not the synth's own, as a serial port's. */
  readonly portName: string | null;
}

export interface FoundProfileId {
  readonly profile: string;
  readonly by: "answer" | "name";
}

/** @returns null when no profile is of who is there */
export function findWhoIsThere(
  candidates: readonly Candidate[],
  { answers, portName }: WhoIsThere,
): FoundProfileId | null {
  for (const answer of answers) {
    const profile = best(candidates, ({ device }) => answerFit(device, answer));
    if (profile !== null) return { profile, by: "answer" };
  }
  if (portName === null) return null;
  // Who answers as somebody else is somebody else, whatever the port is called.
  const unasked = candidates.filter(
    ({ profile }) => answers.length === 0 || profile.device.identity === null,
  );
  const profile = best(unasked, ({ device }) => nameFit(device, portName));
  return profile === null ? null : { profile, by: "name" };
}

function best(
  candidates: readonly Candidate[],
  fitOf: (profile: Candidate["profile"]) => number,
): string | null {
  const fits = candidates
    .map((candidate) => ({ ...candidate, fit: fitOf(candidate.profile) }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit || a.rank - b.rank || (a.profile.id < b.profile.id ? -1 : 1));
  return fits[0]?.profile.id ?? null;
}

/** How many bytes agree; 0 when one does not. */
function answerFit({ identity }: Profile["device"], answer: Answer): number {
  if (identity === null) return 0;
  const parts = [
    [identity.manufacturer, answer.manufacturer],
    // What a profile does not say, may be anything.
    [identity.family, identity.family.length === 0 ? [] : answer.family],
    [identity.member, identity.member.length === 0 ? [] : answer.member],
  ] as const;
  if (!parts.every(([wanted, got]) => wanted.join() === got.join())) return 0;
  // The maker alone is no synth.
  return identity.family.length === 0 ? 0 : parts.reduce((sum, [wanted]) => sum + wanted.length, 0);
}

/** Letters of the longest pattern that the name has; 0 when there is none. */
function nameFit({ ports }: Profile["device"], portName: string): number {
  return Math.max(0, ...ports.filter((pattern) => hasName(pattern, portName)).map(({ length }) => length));
}

/** As the engine finds ports: part of the name, small or capital, * for any text. */
export function hasName(pattern: string, portName: string): boolean {
  const name = portName.toLowerCase();
  let from = 0;
  for (const piece of pattern.toLowerCase().split("*")) {
    const at = name.indexOf(piece, from);
    if (at < 0) return false;
    from = at + piece.length;
  }
  return pattern !== "";
}
