// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat completion values`: what the scripts of the TAB key ask for. One name on each line; whatever goes
// wrong, nothing is offered.
import { OFFERED_KINDS, OFFERS } from "../app/offered-words.ts";
import { findPlaces } from "../app/places.ts";
import { visibleText } from "../base/visible-text.ts";

export async function valuesVerb(
  kind: string,
  before: readonly string[],
  options: { readonly config?: string; readonly state?: string },
): Promise<number> {
  const known = OFFERED_KINDS.find((one) => one === kind);
  if (known === undefined) return 1;
  try {
    const words = await OFFERS[known](findPlaces(options), before);
    const fitting = words.filter((word) => word === visibleText(word) && !/[\s'"\\$`]/.test(word));
    process.stdout.write(fitting.map((word) => `${word}\n`).join(""));
    return 0;
  } catch {
    return 1;
  }
}
