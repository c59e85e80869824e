// SPDX-License-Identifier: GPL-3.0-or-later
// From an OSC address and its arguments to a command. The same values, ranges and sentences as over
// HTTP; the addresses are a face that must not move. Told in docs/osc.md.

import { nearestName } from "../../base/nearest-name.ts";
import {
  loopOrder,
  loopSwitchOrder,
  type Order,
  ok,
  type Parsed,
  quantised,
  refused,
  seekBarOrder,
  seekBeatsOrder,
  seekOrder,
  tempoOrder,
  type Values,
} from "../command-values.ts";
import { quoted } from "../refusal.ts";
import type { TransportStatus } from "../transport-face.ts";
import type { OscMessage, OscValue } from "./osc-packet.ts";

interface OscAddress {
  /** Names of the arguments, in their order; `quantum` comes after them. */
  readonly args: readonly string[];
  readonly order: (where: string, values: Values, present: TransportStatus) => Parsed<Order>;
}

const button = (type: "play" | "stop" | "pause" | "resume" | "rewind"): OscAddress => ({
  args: ["pressed"],
  order: () => ok({ command: { type } }),
});

export const OSC_ADDRESSES: Readonly<Record<string, OscAddress>> = {
  "/downbeat/transport/play": button("play"),
  "/downbeat/transport/stop": button("stop"),
  "/downbeat/transport/pause": button("pause"),
  "/downbeat/transport/resume": button("resume"),
  "/downbeat/transport/rewind": button("rewind"),
  "/downbeat/transport/seek": {
    args: ["seconds"],
    order: (where, { seconds }) => seekOrder(where, "seconds", seconds),
  },
  "/downbeat/transport/seek_beats": {
    args: ["beats"],
    order: (where, { beats }) => seekBeatsOrder(where, "beats", beats),
  },
  "/downbeat/transport/seek_bar": {
    args: ["bar"],
    order: (where, { bar }) => seekBarOrder(where, "bar", bar),
  },
  "/downbeat/transport/tempo": {
    args: ["bpm"],
    order: (where, { bpm }) => tempoOrder(where, "bpm", bpm),
  },
  "/downbeat/transport/loop": { args: ["start", "end", "enabled"], order: loopOrder },
  "/downbeat/transport/loop_beats": { args: ["start_beat", "end_beat", "enabled"], order: loopOrder },
  "/downbeat/transport/loop/enable": {
    args: ["enabled"],
    order: (where, { enabled = true }, present) => {
      if (typeof enabled === "boolean") return loopSwitchOrder(where, enabled, present);
      return refused("VALUE_INVALID", `${where}: enabled: expected 1 or 0, got ${quoted(enabled)}.`);
    },
  },
};

/** @returns undefined when a button was let go, which means nothing */
export function oscOrder(message: OscMessage, present: TransportStatus): Parsed<Order> | undefined {
  const where = quoted(message.address).slice(1, -1);
  const address = Object.hasOwn(OSC_ADDRESSES, message.address) ? OSC_ADDRESSES[message.address] : undefined;
  if (address === undefined) return unknownAddress(where, message.address);
  const names = [...address.args, "quantum"];
  if (message.args.length > names.length) {
    return refused(
      "VALUE_UNKNOWN",
      `${where}: expected at most ${names.length} arguments (${names.join(", ")}), got ${message.args.length}. Leave the others out.`,
    );
  }
  const { pressed, quantum, ...values } = namedValues(names, message.args);
  if (pressed === 0 || pressed === false) return undefined;
  if (typeof pressed === "string") {
    return refused("VALUE_INVALID", `${where}: pressed: expected 1, 0 or nothing, got ${quoted(pressed)}.`);
  }
  return quantised(where, address.order(where, values, present), quantum);
}

function namedValues(names: readonly string[], args: readonly OscValue[]): Values {
  const pairs = args.map((value, index) => [names[index] ?? "", switchOf(names[index], value)] as const);
  return Object.fromEntries(pairs);
}

/** Switches come as numbers from most programs. */
function switchOf(name: string | undefined, value: OscValue): OscValue {
  if (name !== "enabled" || (value !== 1 && value !== 0)) return value;
  return value === 1;
}

function unknownAddress(where: string, address: string): Parsed<Order> {
  const near = nearestName(address, Object.keys(OSC_ADDRESSES));
  const hint = near === null ? "The addresses begin with /downbeat/transport/." : `Did you mean ${near}?`;
  return refused("ROUTE_UNKNOWN", `${where}: there is no such address. ${hint}`);
}
