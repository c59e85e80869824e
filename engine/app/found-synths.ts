// SPDX-License-Identifier: GPL-3.0-or-later
// Which synths were found at ports whose settings leave it open, in a file of the state folder: a box that starts
// before its synths knows them, and so do commands.

import path from "node:path";
import { z } from "zod";
import { atomicWrite } from "../base/atomic-write.ts";
import type { IdentityReply, MidiPortStatus } from "../binding/engine-status.ts";
import { readBounded } from "../config/bounded-read.ts";
import { AUTO_PROFILE, type MidiPortSettings } from "../config/schema.ts";
import { idSchema } from "../profiles/schema.ts";
import type { FoundProfileId } from "../profiles/who-is-there.ts";

/** By the port's id. */
export type FoundSynths = ReadonlyMap<string, FoundProfileId>;

export const NO_SYNTHS: FoundSynths = new Map();

const MAX_BYTES = 64 * 1024;

const fileSchema = z.object({
  version: z.literal(1),
  ports: z.record(z.string().max(64), z.object({ profile: idSchema, by: z.enum(["answer", "name"]) })),
});

/** The profile of the synth at a port of the settings, named or found; null: nobody, or nobody knows. */
export function profileIdAt(
  { id, profile }: Pick<MidiPortSettings, "id" | "profile">,
  found: FoundSynths,
): string | null {
  return profile === AUTO_PROFILE ? (found.get(id)?.profile ?? null) : profile;
}

function fileOf(stateFolder: string): string {
  return path.join(stateFolder, "synths.json");
}

/** Nothing, when the file is not there or makes no sense: the synths are asked again. */
export async function readFoundSynths(stateFolder: string): Promise<FoundSynths> {
  try {
    const text = (await readBounded(fileOf(stateFolder), MAX_BYTES)).toString("utf8");
    return new Map(Object.entries(fileSchema.parse(JSON.parse(text)).ports));
  } catch {
    return NO_SYNTHS;
  }
}

/** @throws {AppError} `FILE_WRITE_FAILED` */
export async function writeFoundSynths(stateFolder: string, found: FoundSynths): Promise<void> {
  const content = { version: 1, ports: Object.fromEntries(found) };
  await atomicWrite(fileOf(stateFolder), `${JSON.stringify(content)}\n`);
}

/** Who is at a port, in words; empty when nobody was asked, or it is not known yet. */
export function whoText({ id, state, identity }: MidiPortStatus, found: FoundSynths): string {
  const synth = found.get(id);
  if (identity === null && synth === undefined) return "";
  if (state !== "open") return synth === undefined ? "" : `${synth.profile} was there`;
  if (identity?.state === "answered")
    return synth?.by === "answer"
      ? `answers as ${synth.profile}`
      : `answers ${strangerText(identity.replies)}`;
  if (synth?.by === "name") return `${synth.profile} by the port's name`;
  return identity?.state === "silent" ? "nobody says who is there" : "";
}

function strangerText(replies: readonly IdentityReply[]): string {
  return `${replies.map(identityText).join(", ")}, which no profile knows`;
}

/** As in the identity of a profile: maker, family and member. */
export function identityText({ manufacturer, family, member }: IdentityReply): string {
  return [manufacturer, family, member].map((bytes) => bytes.map(hex).join(" ")).join(" / ");
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase().padStart(2, "0");
}
