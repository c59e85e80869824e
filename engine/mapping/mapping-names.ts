// SPDX-License-Identifier: GPL-3.0-or-later
// Banks and modifiers are there because mappings name them; scenes because the settings have them.

import { BANK_STEPS, parseMappingTarget } from "../config/mapping-target.ts";
import type { MappingSettings, Settings } from "../config/schema.ts";

export type NamingSettings = Pick<Settings, "mappings" | "scenes">;

export interface MappingNames {
  /** In the order in which they are named; the first is there at the beginning. */
  readonly banks: readonly string[];
  readonly modifiers: readonly string[];
  /** In the order of the settings. */
  readonly scenes: readonly string[];
}

export const MAX_BANKS = 64;
export const MAX_MODIFIERS = 32;

export function mappingNames({ mappings, scenes }: NamingSettings): MappingNames {
  const banks = mappings.flatMap((mapping) => [...namesIn(mapping.bank), ...movedBy(mapping, "bank")]);
  const modifiers = mappings.flatMap((mapping) => [
    ...(mapping.modifier === null ? [] : [mapping.modifier]),
    ...movedBy(mapping, "modifier"),
  ]);
  return {
    banks: [...new Set(banks)].slice(0, MAX_BANKS),
    modifiers: [...new Set(modifiers)].slice(0, MAX_MODIFIERS),
    scenes: scenes.map(({ id }) => id),
  };
}

/** Banks or scenes in which a mapping counts; none is all. */
export function namesIn(written: MappingSettings["bank"]): readonly string[] {
  if (written === null) return [];
  return typeof written === "string" ? [written] : written;
}

/** What nothing can choose or hold, in sentences. */
export function namesNobodyMoves(settings: NamingSettings): readonly string[] {
  const { mappings } = settings;
  const { banks, modifiers } = mappingNames(settings);
  const chosen = mappings.flatMap((mapping) => movedBy(mapping, "bank"));
  const canStep = mappings.some(({ target, param }) => target === "bank" && isStep(param));
  const held = mappings.flatMap((mapping) => movedBy(mapping, "modifier"));
  const hint = (target: string, name: string): string =>
    `Map a button with target: ${target} and param: ${name}.`;
  return [
    ...banks
      .slice(1)
      .filter((bank) => !canStep && !chosen.includes(bank))
      .map((bank) => `Nothing chooses the bank ${bank}. ${hint("bank", bank)}`),
    ...modifiers
      .filter((modifier) => !held.includes(modifier))
      .map((modifier) => `Nothing holds the modifier ${modifier}. ${hint("modifier", modifier)}`),
  ];
}

function movedBy({ target, param }: MappingSettings, kind: "bank" | "modifier"): readonly string[] {
  if (param === null || parseMappingTarget(target)?.kind !== kind) return [];
  return kind === "bank" && isStep(param) ? [] : [param];
}

function isStep(param: string | null): boolean {
  return BANK_STEPS.some((step) => step === param);
}
