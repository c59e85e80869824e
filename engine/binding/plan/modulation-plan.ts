// SPDX-License-Identifier: GPL-3.0-or-later
// What moves the parameters of a node. Line by line as in native/rack/modulation-plan.hpp.

/** What moves the parameters of one node. */
export interface ModPlan {
  readonly lfos: readonly LfoPlan[];
  readonly routes: readonly ModRoutePlan[];
}

export interface LfoPlan {
  readonly wave: "sine" | "triangle" | "saw" | "square";
  /** 0.001 to 1000. */
  readonly freqHz: number;
  /** 0 to 1 at the start of the song. */
  readonly phase: number;
  /** Beats of one cycle, when the LFO follows the song; 0: it follows freqHz. */
  readonly syncBeats: number;
}

export interface ModRoutePlan {
  /** Index of the LFO that moves. */
  readonly lfo: number;
  readonly target: "param" | "lfoFreq" | "lfoPhase";
  /** param: the parameter's id; otherwise the index of the LFO that is moved. */
  readonly index: number;
  /** Added to the value: offset + depth x LFO (-1 to 1). */
  readonly depth: number;
  readonly offset: number;
  /** Instead: the value goes from min to max. */
  readonly range: { readonly min: number; readonly max: number; readonly map: "linear" | "exp" } | null;
}
