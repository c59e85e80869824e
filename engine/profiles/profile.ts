// SPDX-License-Identifier: GPL-3.0-or-later
// A profile in its normal form: plain data with every default filled in, ready for whoever sends,
// receives, maps or shows parameters. Channels are 0 to 15 here.

import type { MessageKind } from "./schema.ts";

export type ByteOrder = "msbFirst" | "lsbFirst";

interface WithChannel {
  /** 0 to 15; null: the device's. */
  readonly channel: number | null;
}

interface NumberedParameter {
  readonly msb: number;
  readonly lsb: number;
  readonly bits: 7 | 14;
  readonly order: ByteOrder;
}

export type Address = WithChannel &
  (
    | { readonly type: "cc"; readonly cc: number }
    | { readonly type: "cc14"; readonly cc: number; readonly lsb: number; readonly order: ByteOrder }
    | ({ readonly type: "nrpn" } & NumberedParameter)
    | ({ readonly type: "rpn" } & NumberedParameter)
    | { readonly type: "note"; readonly note: number }
    | { readonly type: "pitchBend" }
    /** `note` is null for the pressure of the channel. */
    | { readonly type: "pressure"; readonly note: number | null }
    | { readonly type: "program"; readonly bankMsb: number | null; readonly bankLsb: number | null }
    | { readonly type: "sysex"; readonly template: readonly SysexPart[] }
  );

/** A byte, or what stands in for one. `channel` is added to `base`. */
export type SysexPart =
  | { readonly type: "byte"; readonly byte: number }
  | { readonly type: "value" | "msb" | "lsb" }
  | { readonly type: "channel"; readonly base: number };

export type Curve =
  | { readonly type: "linear" | "stepped" }
  | { readonly type: "exponential" | "logarithmic" | "s-curve"; readonly amount: number }
  | { readonly type: "table"; readonly points: readonly (readonly [number, number])[] };

export interface SteppedValue {
  readonly label: string;
  readonly short: string;
  readonly send: number;
  readonly from: number;
  readonly to: number;
}

export interface Flow {
  /** 0 to 9, 9 first. */
  readonly priority: number;
  readonly minIntervalMs: number;
  readonly smoothingMs: number;
  /** A part of the range. */
  readonly deadband: number;
}

export interface Parameter {
  readonly id: string;
  readonly name: string;
  /** At most 8 characters. */
  readonly short: string;
  readonly group: string;
  readonly role: string | null;
  /** Preferred first, never empty. */
  readonly addresses: readonly Address[];
  /** Least and greatest value on the wire. */
  readonly min: number;
  readonly max: number;
  /** On the wire; null when nobody said. */
  readonly default: number | null;
  readonly polarity: "unipolar" | "bipolar";
  /** On the wire; of a bipolar one the value that is nothing. */
  readonly centre: number | null;
  readonly curve: Curve;
  /** In the order they were written; not empty exactly when `curve` is stepped. */
  readonly values: readonly SteppedValue[];
  readonly flow: Flow;
  readonly when: { readonly parameter: string; readonly values: readonly string[] } | null;
  readonly isUnverified: boolean;
  readonly notes: string;
}

export interface Device {
  readonly maker: string;
  readonly model: string;
  readonly identity: {
    readonly manufacturer: readonly number[];
    readonly family: readonly number[];
    readonly member: readonly number[];
  } | null;
  readonly ports: readonly string[];
  readonly settings: readonly { readonly name: string; readonly value: string; readonly help: string }[];
}

export interface Limits {
  /** null: as fast as the wire. */
  readonly bytesPerSecond: number | null;
  readonly minGapMs: number;
  readonly sysexGapMs: number;
  readonly runningStatus: boolean;
}

export interface Profile {
  readonly id: string;
  readonly name: string;
  readonly isCommunity: boolean;
  readonly device: Device;
  /** 0 to 15; null: nobody said. */
  readonly channel: number | null;
  readonly limits: Limits;
  readonly receives: readonly MessageKind[];
  readonly sends: readonly MessageKind[];
  readonly panic: readonly { readonly cc: number; readonly value: number }[];
  /** In the order of the file, those of an extended profile first. */
  readonly parameters: readonly Parameter[];
  readonly sources: readonly { readonly title: string; readonly url: string; readonly notes: string }[];
  readonly unverified: readonly string[];
  readonly notes: string;
}

/** By id or role; a role that several have is the first one's. */
export function findParameter(profile: Profile, idOrRole: string): Parameter | null {
  return (
    profile.parameters.find(({ id }) => id === idOrRole) ??
    profile.parameters.find(({ role }) => role === idOrRole) ??
    null
  );
}

/** The greatest value that an address can carry. */
export function addressLimit(address: Address): number {
  switch (address.type) {
    case "cc14":
    case "pitchBend":
      return 16_383;
    case "nrpn":
    case "rpn":
      return address.bits === 14 ? 16_383 : 127;
    case "sysex":
      return address.template.some(({ type }) => type === "msb") ? 16_383 : 127;
    default:
      return 127;
  }
}
