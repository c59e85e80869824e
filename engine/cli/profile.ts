// SPDX-License-Identifier: GPL-3.0-or-later
// `downbeat profile`: the synths that Downbeat knows, and what it would send them.
import path from "node:path";
import { readFoundSynths } from "../app/found-synths.ts";
import { findPlaces } from "../app/places.ts";
import {
  allProfiles,
  bytesOf,
  EXPORTS,
  findProfile,
  lintFile,
  type Profile,
  portsByProfile,
  shelfOf,
} from "../app/profile-tools.ts";
import { atomicWrite } from "../base/atomic-write.ts";
import { AppError } from "../base/errors.ts";
import { visibleText } from "../base/visible-text.ts";
import { formatProblem } from "../config/problem.ts";
import { hexText } from "./hex-text.ts";
import { wholeNumberOption } from "./numbers.ts";
import { table } from "./table.ts";

interface CommonOptions {
  readonly config?: string;
  readonly json?: boolean;
}

const ORIGINS = { settings: "settings", folder: "your own", builtIn: "built in" } as const;

export async function listVerb(options: CommonOptions & { readonly state?: string }): Promise<number> {
  const { settingsFile, stateFolder } = findPlaces(options);
  const shelf = await shelfOf(settingsFile);
  const all = await allProfiles(shelf);
  const ports = await portsByProfile(settingsFile, await readFoundSynths(stateFolder));
  const unreadable = shelf.entries.filter(({ id }) => all.every((found) => found.id !== id));
  if (options.json === true) {
    const facts = all.map(({ id, origin, file, hasErrors, profile }) => ({
      id,
      name: profile.name,
      parameters: profile.parameters.length,
      origin,
      community: profile.isCommunity,
      file,
      hasErrors,
      ports: ports.get(id) ?? [],
    }));
    print(JSON.stringify(facts, null, 2));
  } else {
    const rows = all.map(({ id, origin, hasErrors, profile }) => [
      id,
      profile.name,
      `${profile.parameters.length} parameters`,
      [ORIGINS[origin], profile.isCommunity ? "community" : "", hasErrors ? "has mistakes" : ""]
        .filter((word) => word !== "")
        .join(", "),
      ports.has(id) ? `at ${ports.get(id)?.join(", ")}` : "",
    ]);
    if (rows.length > 0) print(table(rows));
  }
  for (const problem of shelf.problems) process.stderr.write(`${formatProblem(problem)}\n`);
  for (const { id, file } of unreadable) process.stderr.write(`${visibleText(file)}: ${id} cannot be read\n`);
  return unreadable.length === 0 ? 0 : 1;
}

export async function showVerb(id: string, options: CommonOptions): Promise<number> {
  const { profile, origin, file, problems } = await findProfile(
    await shelfOf(findPlaces(options).settingsFile),
    id,
  );
  if (options.json === true) print(JSON.stringify({ origin, file, profile, problems }, null, 2));
  else {
    print([...headLines(profile, `${ORIGINS[origin]}, ${file}`), "", parameterTable(profile)].join("\n"));
    for (const problem of problems) process.stderr.write(`${formatProblem(problem)}\n`);
  }
  return 0;
}

export async function lintVerb(files: readonly string[], options: CommonOptions): Promise<number> {
  const results = [];
  for (const file of files) results.push({ file, problems: await lintFile(path.resolve(file)) });
  const problems = results.flatMap((result) => result.problems);
  const errors = problems.filter(({ severity }) => severity === "error").length;
  if (options.json === true) {
    print(JSON.stringify({ files, errors, warnings: problems.length - errors, problems }, null, 2));
  } else {
    for (const problem of problems) print(formatProblem(problem));
    for (const { file, problems: own } of results) if (own.length === 0) print(`${visibleText(file)}: fine`);
  }
  return errors === 0 ? 0 : 1;
}

export async function bytesVerb(
  id: string,
  parameter: string,
  value: string,
  options: CommonOptions & { readonly channel?: string },
): Promise<number> {
  const channel =
    options.channel === undefined ? null : wholeNumberOption("--channel", options.channel, 1, 16, "") - 1;
  const { profile } = await findProfile(await shelfOf(findPlaces(options).settingsFile), id);
  const messages = bytesOf(profile, parameter, value, channel);
  if (options.json === true) print(JSON.stringify({ messages }));
  else print(messages.map(hexText).join("\n"));
  return 0;
}

export async function exportVerb(
  id: string,
  options: CommonOptions & { readonly format: string; readonly out?: string },
): Promise<number> {
  const write = Object.hasOwn(EXPORTS, options.format) ? EXPORTS[options.format] : undefined;
  if (write === undefined) {
    const known = Object.keys(EXPORTS).join(" or ");
    throw new AppError("WRONG_USE", `--format: expected ${known}, got "${options.format}"`);
  }
  const { profile } = await findProfile(await shelfOf(findPlaces(options).settingsFile), id);
  const text = write(profile);
  if (options.out === undefined) process.stdout.write(text);
  else await atomicWrite(path.resolve(options.out), text);
  return 0;
}

function headLines(profile: Profile, where: string): readonly string[] {
  const { device, channel } = profile;
  const lines = [profile.name, `  ${where}`];
  if (profile.isCommunity) lines.push("  made by other people, not checked by us");
  if (channel !== null) lines.push(`  channel ${channel + 1}`);
  for (const { name, value, help } of device.settings)
    lines.push(`  set on the synth: ${name} ${value}. ${help}`.trimEnd());
  for (const { title, url } of profile.sources)
    lines.push(`  numbers from: ${title}${url === "" ? "" : ` <${url}>`}`);
  for (const sentence of profile.unverified) lines.push(`  not confirmed: ${sentence}`);
  if (profile.notes !== "") lines.push(`  ${profile.notes}`);
  return lines.map(visibleText);
}

function parameterTable({ parameters }: Profile): string {
  return table(
    parameters.map(({ id, name, role, addresses, values, min, max, isUnverified }) => [
      `  ${id}`,
      name,
      role ?? "",
      addresses.map(addressText).join(", "),
      values.length > 0 ? values.map(({ label }) => label).join(", ") : `${min} to ${max}`,
      isUnverified ? "not confirmed" : "",
    ]),
  );
}

function addressText(address: Profile["parameters"][number]["addresses"][number]): string {
  const where = address.channel === null ? "" : ` on channel ${address.channel + 1}`;
  switch (address.type) {
    case "cc":
      return `cc ${address.cc}${where}`;
    case "cc14":
      return `cc ${address.cc} and ${address.lsb}${where}`;
    case "nrpn":
    case "rpn":
      return `${address.type} ${address.msb}:${address.lsb}${where}`;
    case "note":
      return `note ${address.note}${where}`;
    case "pressure":
      return `pressure${address.note === null ? "" : ` of note ${address.note}`}${where}`;
    case "program":
      return `program${where}`;
    case "pitchBend":
      return `pitch bend${where}`;
    case "sysex":
      return "sysex";
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}
