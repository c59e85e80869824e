// SPDX-License-Identifier: GPL-3.0-or-later
// What tracks have become, in a file of the state folder. A track that its owner has edited begins anew; one whose
// synth or node is only away for a while does not.

import { createHash } from "node:crypto";
import path from "node:path";
import { z } from "zod";
import { atomicWrite } from "../base/atomic-write.ts";
import { readBounded } from "../config/bounded-read.ts";
import type { TrackSettings } from "../config/schema.ts";
import { MUTATION_RULES, type Mutation } from "../sequencer/mutation.ts";

/** A change, and what was written when it was made. */
export interface KeptMutation extends Mutation {
  /** As `writtenMark` says. */
  readonly written: string;
}

export interface MutationHistory {
  readonly changes: readonly KeptMutation[];
  /** How far the dice are. */
  readonly thrown: number;
}

export const NO_HISTORY: MutationHistory = { changes: [], thrown: 0 };

/** Older ones are let go, but for the newest of each pattern: that is what the pattern has become. */
export const MAX_CHANGES = 256;
const MAX_BYTES = 8 * 1024 * 1024;

const message = z
  .array(z.int().min(0).max(0xef))
  .min(2)
  .max(3)
  .refine(([status = 0, ...data]) => {
    const isShort = status >= 0xc0 && status < 0xe0;
    return status >= 0x80 && data.length === (isShort ? 1 : 2) && data.every((one) => one < 0x80);
  });
const lock = z.union([
  z.strictObject({
    param: z.int().min(0).max(0xffffffff),
    value: z.number().min(-1e9).max(1e9),
    rampMs: z.number().min(0).max(60_000),
  }),
  z.strictObject({ messages: z.array(message).min(1).max(4) }),
]);
const pitch = z.strictObject({ kind: z.enum(["degree", "note"]), number: z.int().min(-64).max(127) });
/** Within what the engine takes: one number beyond it would cost the whole plan. */
const step = z.strictObject({
  step: z.int().min(0).max(63),
  kind: z.enum(["hit", "note", "degree", "rest"]),
  number: z.int().min(-64).max(127).optional(),
  velocity: z.number().min(0).max(1),
  gate: z.number().min(0.001).max(64),
  probability: z.number().min(0).max(1),
  ratchet: z.int().min(1).max(16),
  at: z.int().min(1).max(64),
  every: z.int().min(0).max(64),
  isNot: z.boolean(),
  locks: z.array(lock).max(16),
});
const change = z.strictObject({
  rule: z.enum(MUTATION_RULES),
  track: z.string().max(64),
  pattern: z.int().min(0).max(15),
  sentence: z.string().max(300),
  steps: z.array(step).max(512),
  line: z.array(pitch).max(64),
  written: z.string().max(64),
});
const fileSchema = z.strictObject({
  version: z.literal(1),
  thrown: z.int().min(0),
  changes: z.array(change).max(4096),
});

/** Two tracks with the same mark are written alike, as far as changes are made of it. */
export function writtenMark({ patterns, notes, steps, scale }: TrackSettings): string {
  const text = JSON.stringify([patterns, notes, steps, scale]);
  return createHash("sha256").update(text).digest("hex").slice(0, 16);
}

/** Without the oldest that are too many. */
export function capped(changes: readonly KeptMutation[]): readonly KeptMutation[] {
  let tooMany = changes.length - MAX_CHANGES;
  if (tooMany <= 0) return changes;
  return changes.filter((one, index) => {
    const isNewest = !changes.some(
      (later, at) => at > index && later.track === one.track && later.pattern === one.pattern,
    );
    if (isNewest || tooMany <= 0) return true;
    tooMany -= 1;
    return false;
  });
}

/** Nothing, when the file is not there or makes no sense: what is written plays. */
export async function readMutationHistory(stateFolder: string): Promise<MutationHistory> {
  try {
    const text = (await readBounded(fileOf(stateFolder), MAX_BYTES)).toString("utf8");
    const { changes, thrown } = fileSchema.parse(JSON.parse(text));
    return {
      changes: changes.map(({ steps, ...rest }) => ({
        ...rest,
        steps: steps.map(({ number, ...one }) => (number === undefined ? one : { ...one, number })),
      })),
      thrown,
    };
  } catch {
    return NO_HISTORY;
  }
}

/** @throws {AppError} `FILE_WRITE_FAILED` */
export async function writeMutationHistory(stateFolder: string, history: MutationHistory): Promise<void> {
  await atomicWrite(fileOf(stateFolder), `${JSON.stringify({ version: 1, ...history })}\n`, { mode: 0o600 });
}

function fileOf(stateFolder: string): string {
  return path.join(stateFolder, "mutations.json");
}
