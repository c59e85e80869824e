// SPDX-License-Identifier: GPL-3.0-or-later
// The last plan as a file: what native/engine/checked-file.cpp promises, checked from outside.
import { readdirSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";

const FNV_OFFSET = 0xcbf29ce484222325n;
const FNV_PRIME = 0x100000001b3n;

export function lastPlanFile(stateFolder: string): string {
  return path.join(stateFolder, "last-plan.json");
}

/** What was set aside in a state folder because it was damaged. */
export function filesSetAside(stateFolder: string): readonly string[] {
  return readdirSync(stateFolder).filter((name) => /\.bad-\d+\./.test(name));
}

/** The plan in the file, whatever its header says. */
export function storedPlan(stateFolder: string): unknown {
  const text = readFileSync(lastPlanFile(stateFolder), "utf8");
  return JSON.parse(text.slice(text.indexOf("\n") + 1));
}

/** A file as the engine stores it: one header line with checksum and length, then the content. */
export function checkedFile(content: string, kind: "plan" | "state" | "strikes" = "plan"): string {
  const bytes = Buffer.from(content);
  return `downbeat-${kind} 1 ${fnv1a(bytes)} ${bytes.length}\n${content}`;
}

/** What the engine counts of its quick deaths. */
export function strikesFile(stateFolder: string): string {
  return path.join(stateFolder, "engine-strikes.json");
}

/** The next death is the first one again, as it is after a minute. */
export function forgetStrikes(stateFolder: string): void {
  rmSync(strikesFile(stateFolder), { force: true });
}

/** Empty when the file is whole; otherwise what is wrong with it. */
export function faultOf(file: string): string {
  const bytes = readFileSync(file);
  const lineEnd = bytes.indexOf("\n");
  const header = bytes.toString("latin1", 0, Math.max(0, lineEnd));
  const content = bytes.subarray(lineEnd + 1);
  const match = /^downbeat-plan 1 ([0-9a-f]{16}) (\d+)$/.exec(header);
  if (match === null) return `header "${header}"`;
  if (Number(match[2]) !== content.length) return `${content.length} bytes, ${match[2]} by its header`;
  if (match[1] !== fnv1a(content)) return "its checksum";
  JSON.parse(content.toString());
  return "";
}

/** FNV-1a, 64 bit, as 16 hex digits. */
function fnv1a(bytes: Buffer): string {
  let hash = FNV_OFFSET;
  for (const byte of bytes) hash = BigInt.asUintN(64, (hash ^ BigInt(byte)) * FNV_PRIME);
  return hash.toString(16).padStart(16, "0");
}
