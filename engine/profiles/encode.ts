// SPDX-License-Identifier: GPL-3.0-or-later
// A parameter and a value as MIDI messages, byte by byte in the order the synth wants.

import { AppError } from "../base/errors.ts";
import { nearNames } from "../base/nearest-name.ts";
import { type Address, addressLimit, findParameter, type Parameter, type Profile } from "./profile.ts";
import { type ParameterValue, rawOf } from "./value.ts";

export interface EncodeOptions {
  /** Of the device, 0 to 15; the profile's own, or 0, unless given. */
  readonly channel?: number;
  /** Which of the parameter's addresses; the preferred one unless given. */
  readonly address?: number;
}

/** Each message as its bytes, to be sent in this order with nothing of the same channel in between. */
export type Messages = readonly (readonly number[])[];

/**
 * @param idOrRole - `filter_cutoff`, or `filter.cutoff` on whatever synth it is
 * @param value - 0 to 1, or a label; a number outside is taken as the nearest end
 * @throws {AppError} `PARAMETER_UNKNOWN`, or `LABEL_UNKNOWN` with the labels there are
 */
export function encodeParameter(
  profile: Profile,
  idOrRole: string,
  value: ParameterValue,
  options: EncodeOptions = {},
): Messages {
  const parameter = findParameter(profile, idOrRole);
  if (parameter === null) throw unknownParameter(profile, idOrRole);
  const raw = rawOf(parameter, value);
  if (raw === null) throw unknownLabel(profile, parameter, value);
  return encodeRaw(profile, parameter, raw, options);
}

/** As `encodeParameter`, for a number as it goes over the wire. */
export function encodeRaw(
  profile: Profile,
  parameter: Parameter,
  raw: number,
  options: EncodeOptions = {},
): Messages {
  const address = parameter.addresses[options.address ?? 0];
  if (address === undefined) return [];
  const channel = address.channel ?? options.channel ?? profile.channel ?? 0;
  return encodeAddress(address, raw, parameter.max, channel);
}

/**
 * @param raw - 0 to `max`
 * @param max - the parameter's greatest value: an address of 7 bits carries the upper half of 14
 * @param channel - 0 to 15
 */
export function encodeAddress(address: Address, raw: number, max: number, channel: number): Messages {
  const value = max > 127 && addressLimit(address) === 127 ? raw >> 7 : raw;
  const msb = value >> 7;
  const lsb = value & 127;
  const cc = (number: number, data: number): readonly number[] => [0xb0 | channel, number, data];
  switch (address.type) {
    case "cc":
      return [cc(address.cc, value)];
    case "cc14":
      return inOrder(address.order, cc(address.cc, msb), cc(address.lsb, lsb));
    case "nrpn":
    case "rpn": {
      const [selectMsb, selectLsb] = address.type === "nrpn" ? [99, 98] : [101, 100];
      const select = [cc(selectMsb, address.msb), cc(selectLsb, address.lsb)];
      if (address.bits === 7) return [...select, cc(6, value)];
      return [...select, ...inOrder(address.order, cc(6, msb), cc(38, lsb))];
    }
    case "note":
      return [value === 0 ? [0x80 | channel, address.note, 0] : [0x90 | channel, address.note, value]];
    case "pitchBend":
      return [[0xe0 | channel, lsb, msb]];
    case "pressure":
      return [address.note === null ? [0xd0 | channel, value] : [0xa0 | channel, address.note, value]];
    case "program":
      return [
        ...(address.bankMsb === null ? [] : [cc(0, address.bankMsb)]),
        ...(address.bankLsb === null ? [] : [cc(32, address.bankLsb)]),
        [0xc0 | channel, value],
      ];
    case "sysex":
      return [
        address.template.map((part) => {
          if (part.type === "byte") return part.byte;
          if (part.type === "channel") return part.base | channel;
          return part.type === "msb" ? msb : part.type === "lsb" ? lsb : value & 127;
        }),
      ];
  }
}

/** What silences the synth, on its channel. */
export function encodePanic(profile: Profile, channel = profile.channel ?? 0): Messages {
  return profile.panic.map(({ cc, value }) => [0xb0 | channel, cc, value]);
}

function inOrder(order: "msbFirst" | "lsbFirst", msb: readonly number[], lsb: readonly number[]): Messages {
  return order === "msbFirst" ? [msb, lsb] : [lsb, msb];
}

function unknownParameter(profile: Profile, wanted: string): AppError {
  const known = profile.parameters.flatMap(({ id, role }) => (role === null ? [id] : [id, role]));
  const near = nearNames(wanted, known);
  const hint = near.length > 0 ? `Did you mean ${near.join(", ")}?` : "`downbeat profile show` lists them.";
  return new AppError("PARAMETER_UNKNOWN", `${profile.id} has no parameter "${wanted}". ${hint}`);
}

function unknownLabel(profile: Profile, parameter: Parameter, value: ParameterValue): AppError {
  const labels = parameter.values.map(({ label }) => label).join(", ");
  const expected = labels === "" ? "0 to 1" : `0 to 1, or one of: ${labels}`;
  return new AppError("LABEL_UNKNOWN", `${profile.id} ${parameter.id}: expected ${expected}, got "${value}"`);
}
