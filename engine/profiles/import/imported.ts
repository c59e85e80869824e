// SPDX-License-Identifier: GPL-3.0-or-later
// What every importer gives: profiles as they are written, and a reason for whatever it could not use.

import { plainText } from "../../base/visible-text.ts";
import {
  MAX_PARAMETERS,
  type WrittenAddress,
  type WrittenParameter,
  type WrittenProfile,
} from "../schema.ts";

/** Something of a file that is not in the profile, or not as it stood there. */
export interface Rejected {
  readonly file: string;
  /** From 1; 0 when the format has no lines. */
  readonly line: number;
  /** Its name in the file. */
  readonly what: string;
  /** A sentence. */
  readonly reason: string;
}

export interface ImportedProfile {
  readonly id: string;
  readonly profile: WrittenProfile;
}

export interface Imported {
  readonly profiles: readonly ImportedProfile[];
  readonly rejected: readonly Rejected[];
}

/** One file of another program: its text, and its name for the report. */
export interface ImportSource {
  readonly file: string;
  readonly text: string;
}

/** What an importer knows of one parameter. */
export interface Draft extends Omit<WrittenParameter, "addresses"> {
  readonly addresses: WrittenAddress[];
}

const LONGEST_NAME = 64;
const LONGEST_ID = 64;

/** Collects the parameters of one profile under ids that are all different. */
export class ProfileDraft {
  readonly #source: ImportSource;
  readonly #profile: WrittenProfile;
  readonly #parameters: Record<string, WrittenParameter> = {};
  readonly #rejected: Rejected[] = [];
  #count = 0;

  /** @param writtenMaker - and the model are for people and for the id; either may be empty */
  constructor(source: ImportSource, writtenMaker: string, writtenModel: string, title: string) {
    this.#source = source;
    const maker = cut(writtenMaker);
    const model = cut(writtenModel);
    const device = { ...(maker === "" ? {} : { maker }), ...(model === "" ? {} : { model }) };
    const name = cut([maker, model].filter((word) => word !== "").join(" "));
    this.#profile = {
      version: 1,
      id: idOf(name === "" ? source.file.replace(/^.*[\\/]/, "").replace(/\.[^.]*$/, "") : name),
      ...(name === "" ? {} : { name }),
      community: true,
      ...(Object.keys(device).length === 0 ? {} : { device }),
      sources: [{ title: cut(title, 200) }],
    };
  }

  get count(): number {
    return this.#count;
  }

  /** Changes what stands above the parameters. */
  set(part: Partial<WrittenProfile>): void {
    Object.assign(this.#profile, part);
  }

  /**
   * @param words - what the id is made from, first to last
   * @param line - where it stands, from 1; 0 when the format has no lines
   */
  add(words: readonly string[], draft: Draft, line = 0): void {
    if (this.#count >= MAX_PARAMETERS) {
      this.reject(line, words.join(" "), `A profile has at most ${MAX_PARAMETERS} parameters.`);
      return;
    }
    const wanted = idOf(words.filter((word) => word !== "").join(" "), "p");
    let id = wanted;
    for (let number = 2; Object.hasOwn(this.#parameters, id); number += 1) {
      id = `${wanted.slice(0, LONGEST_ID - 5)}_${number}`;
    }
    this.#parameters[id] = tidy(draft);
    this.#count += 1;
  }

  /** Cells of the file may stand in `what` and `reason` as they are. */
  reject(line: number, what: string, reason: string): void {
    this.#rejected.push({ file: this.#source.file, line, what: cut(what, 80), reason: plain(reason) });
  }

  /** A profile without parameters is none, and that is the reason. */
  finish(): Imported {
    if (this.#count === 0) {
      this.reject(0, this.#profile.id ?? "", "Nothing in it can be sent or received.");
      return { profiles: [], rejected: this.#rejected };
    }
    const profile = { ...this.#profile, parameters: this.#parameters };
    return { profiles: [{ id: profile.id ?? "imported", profile }], rejected: this.#rejected };
  }
}

/** A file that is not what it should be. */
export function rejectedFile(source: ImportSource, reason: string): Imported {
  return { profiles: [], rejected: [{ file: source.file, line: 0, what: "", reason }] };
}

/** `KORG volca fm` is korg_volca_fm; a name that begins with no letter gets `prefix`. */
export function idOf(name: string, prefix = "synth"): string {
  const words = name
    .normalize("NFKD")
    .replaceAll(/[\u0300-\u036f]/g, "")
    .replaceAll("+", " plus ")
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "_")
    .replaceAll(/^_+|_+$/g, "");
  const id = /^[a-z]/.test(words) ? words : `${prefix}_${words}`;
  return id.slice(0, LONGEST_ID).replace(/_+$/, "");
}

/** One line, as long as names may be; control characters are no letters. */
export function cut(text: string, longest = LONGEST_NAME): string {
  return plain(text).slice(0, longest).trim();
}

function plain(text: string): string {
  return plainText(text.replaceAll(/[\ud800-\udfff]+/g, " "))
    .replaceAll(/\s+/g, " ")
    .trim();
}

/** For a profile with such an NRPN: its list did not say which. */
export const SHORT_NRPN =
  "NRPNs with at most 128 values are sent with the upper half alone, as most synths take them.";

/** An NRPN with few values as one of 7 bits; any other address as it is. */
export function shortened(address: WrittenAddress, max: number): WrittenAddress {
  return address.type === "nrpn" && max <= 127 ? { ...address, bits: 7 } : address;
}

/** A whole number in range, or null. Strings of digits are numbers. */
export function wholeNumber(value: unknown, min: number, max: number): number | null {
  const text = typeof value === "number" ? value : typeof value === "string" ? value.trim() : "";
  if (text === "" || (typeof text === "string" && !/^\d{1,6}$/.test(text))) return null;
  const number = Number(text);
  return Number.isInteger(number) && number >= min && number <= max ? number : null;
}

/** Keys without a value are not written. */
function tidy({ addresses, ...draft }: Draft): WrittenParameter {
  const [only] = addresses;
  const isPlain = addresses.length === 1 && only?.type === "cc" && only.channel === undefined;
  const entries = Object.entries(draft).filter(([, value]) => value !== undefined && value !== "");
  const where = isPlain ? { cc: only.cc } : { addresses };
  const { name, short, group, ...rest } = Object.fromEntries(entries) as WrittenParameter;
  return {
    ...(name === undefined ? {} : { name }),
    ...(short === undefined ? {} : { short }),
    ...(group === undefined ? {} : { group }),
    ...where,
    ...rest,
  };
}
