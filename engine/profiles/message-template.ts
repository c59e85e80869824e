// SPDX-License-Identifier: GPL-3.0-or-later
// The messages of a parameter before its value is known, for whoever sends it without asking us: byte by
// byte as `encodeAddress` makes them, with the parts of the value in their places.

import { addressLimit, type Parameter } from "./profile.ts";

/** A byte, or the part of the value that stands there: all of it in 7 bits, bits 7 to 13, bits 0 to 6. */
export type TemplateByte = number | "value" | "high" | "low";

export type MessageTemplate = readonly TemplateByte[];

/**
 * @param channel - of the device, 0 to 15; an address may have its own
 * @returns for the parameter's preferred address; null when that is a system exclusive message, or there
 * is none. A note at 0 is a note on with velocity 0, which says the same as a note off
 */
export function messageTemplates(parameter: Parameter, channel: number): readonly MessageTemplate[] | null {
  const [address] = parameter.addresses;
  if (address === undefined) return null;
  const on = address.channel ?? channel;
  const cc = (number: number, data: TemplateByte): MessageTemplate => [0xb0 | on, number, data];
  // Of a value with 14 bits an address with 7 carries the upper half.
  const whole = parameter.max > 127 && addressLimit(address) === 127 ? "high" : "value";
  switch (address.type) {
    case "cc":
      return [cc(address.cc, whole)];
    case "cc14":
      return inOrder(address.order, cc(address.cc, "high"), cc(address.lsb, "low"));
    case "nrpn":
    case "rpn": {
      const [selectMsb, selectLsb] = address.type === "nrpn" ? [99, 98] : [101, 100];
      const select = [cc(selectMsb, address.msb), cc(selectLsb, address.lsb)];
      if (address.bits === 7) return [...select, cc(6, whole)];
      return [...select, ...inOrder(address.order, cc(6, "high"), cc(38, "low"))];
    }
    case "note":
      return [[0x90 | on, address.note, whole]];
    case "pitchBend":
      return [[0xe0 | on, "low", "high"]];
    case "pressure":
      return [address.note === null ? [0xd0 | on, whole] : [0xa0 | on, address.note, whole]];
    case "program":
      return [
        ...(address.bankMsb === null ? [] : [cc(0, address.bankMsb)]),
        ...(address.bankLsb === null ? [] : [cc(32, address.bankLsb)]),
        [0xc0 | on, whole],
      ];
    case "sysex":
      return null;
  }
}

function inOrder(
  order: "msbFirst" | "lsbFirst",
  msb: MessageTemplate,
  lsb: MessageTemplate,
): readonly MessageTemplate[] {
  return order === "msbFirst" ? [msb, lsb] : [lsb, msb];
}
