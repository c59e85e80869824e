// SPDX-License-Identifier: GPL-3.0-or-later
// A profile from the text of its file, with what is said about it.

import { Checker } from "../../engine/config/check.ts";
import { parseDocument } from "../../engine/config/document.ts";
import { formatProblem } from "../../engine/config/problem.ts";
import { normalise } from "../../engine/profiles/normalise.ts";
import type { Parameter, Profile } from "../../engine/profiles/profile.ts";
import { readProfile } from "../../engine/profiles/read-profile.ts";

export interface ReadText {
  readonly profile: Profile;
  readonly sentences: readonly string[];
}

export function profileFromText(text: string, id = "synth"): ReadText {
  const checker = new Checker(parseDocument(`${id}.yaml`, text));
  const written = readProfile(checker, checker.document.value, []);
  const profile = normalise(checker, written ?? {}, id, []);
  return { profile, sentences: checker.problems.map(formatProblem) };
}

/** The one parameter of a profile without mistakes. @param yaml - in the braces of a flow map */
export function parameterFromText(yaml: string): Parameter {
  const { profile, sentences } = profileFromText(`parameters: { it: { ${yaml} } }`);
  const [parameter] = profile.parameters;
  if (parameter === undefined || sentences.length > 0) throw new Error(sentences.join("\n"));
  return parameter;
}
