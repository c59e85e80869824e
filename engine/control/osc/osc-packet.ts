// SPDX-License-Identifier: GPL-3.0-or-later
// Bytes of a datagram to messages and back. The library knows the format; here are the limits, and
// the few kinds of values that the transport understands.

import { fromBuffer, type OscArgOutputOrArray, type OscPacketOutput, toBuffer } from "osc-min";
import { messageOf } from "../../base/errors.ts";

/** Longer datagrams are not looked at. */
export const MAX_PACKET_BYTES = 4096;
/** Messages in all bundles of one datagram. */
export const MAX_MESSAGES = 64;

export type OscValue = number | string | boolean | null;

export interface OscMessage {
  readonly address: string;
  readonly args: readonly OscValue[];
}

export type OscPacket =
  | { readonly type: "messages"; readonly messages: readonly OscMessage[] }
  | { readonly type: "broken"; readonly reason: string };

/** Never throws. The messages of bundles come in order; their time tags are not waited for. */
export function readPacket(bytes: Uint8Array): OscPacket {
  if (bytes.length > MAX_PACKET_BYTES) {
    return { type: "broken", reason: `expected at most ${MAX_PACKET_BYTES} bytes, got ${bytes.length}` };
  }
  try {
    const messages: OscMessage[] = [];
    collect(fromBuffer(bytes), messages);
    if (messages.length <= MAX_MESSAGES) return { type: "messages", messages };
    return { type: "broken", reason: `expected at most ${MAX_MESSAGES} messages, got ${messages.length}` };
  } catch (error) {
    return { type: "broken", reason: messageOf(error) };
  }
}

function collect(packet: OscPacketOutput, messages: OscMessage[]): void {
  if (packet.oscType === "message") {
    messages.push({ address: packet.address, args: packet.args.map(oscValueOf) });
    return;
  }
  for (const element of packet.elements) collect(element, messages);
}

function oscValueOf(arg: OscArgOutputOrArray): OscValue {
  switch (arg.type) {
    case "float":
      return shortest(arg.value);
    case "integer":
    case "double":
    case "string":
    case "symbol":
    case "true":
    case "false":
    case "null":
      return arg.value;
    case "bigint":
      return Number(arg.value);
    case "bang":
      return true;
    default:
      return `(${arg.type})`;
  }
}

/** The decimal that was meant: 123.4 as a float is 123.40000152587890625. */
function shortest(float: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const candidate = Number(float.toPrecision(digits));
    if (Math.fround(candidate) === float) return candidate;
  }
  return float;
}

/** What we send: the kinds that every OSC program reads. */
export type OscArgument =
  | { readonly type: "integer" | "float"; readonly value: number }
  | { readonly type: "string"; readonly value: string };

export interface OscFeedback {
  readonly address: string;
  readonly args: readonly OscArgument[];
}

export const integer = (value: number): OscArgument => ({ type: "integer", value });
export const float = (value: number): OscArgument => ({ type: "float", value });
export const text = (value: string): OscArgument => ({ type: "string", value: value.replaceAll("\0", "") });

export function packetOf({ address, args }: OscFeedback): Buffer {
  const view = toBuffer({ address, args: [...args] });
  return Buffer.from(view.buffer, view.byteOffset, view.byteLength);
}
