// SPDX-License-Identifier: GPL-3.0-or-later
// What a synth says, as parameters: its messages are followed one by one, because half a 14-bit value or
// a parameter number means nothing until the rest has come.

import { type Address, addressLimit, type Parameter, type Profile } from "./profile.ts";
import { splitMessages } from "./split-messages.ts";
import { positionOf, stepAt } from "./value.ts";

export interface ParameterChange {
  readonly parameter: string;
  /** 0 to 1. */
  readonly value: number;
  /** Of a stepped one. */
  readonly label: string | null;
  /** As it came, in the parameter's range. */
  readonly raw: number;
}

interface Target {
  readonly parameter: Parameter;
  readonly address: Address;
}

type Of<Type extends Address["type"]> = Extract<Address, { type: Type }>;

/** A value of which the upper half has come. */
interface Pending {
  readonly target: Target;
  readonly msb: number;
}

export class MessageDecoder {
  readonly #channel: number | null;
  readonly #targets: readonly Target[];
  /** By controller; both controllers of a pair. */
  readonly #byController = new Map<number, Target[]>();
  readonly #labels = new Map<string, string>();
  readonly #halves = new Map<Target, { msb: number | null; lsb: number | null }>();
  #selected: { readonly type: "nrpn" | "rpn"; msb: number; lsb: number } | null = null;
  #bank: { msb: number | null; lsb: number | null } = { msb: null, lsb: null };
  #pending: Pending | null = null;

  /** @param channel - of the device, 0 to 15; null: whatever channel it comes on */
  constructor(profile: Profile, channel: number | null = null) {
    this.#channel = channel;
    this.#targets = profile.parameters.flatMap((parameter) =>
      parameter.addresses.map((address) => ({ parameter, address })),
    );
    for (const target of this.#targets) {
      const { address } = target;
      if (address.type !== "cc" && address.type !== "cc14") continue;
      for (const cc of address.type === "cc" ? [address.cc] : [address.cc, address.lsb]) {
        this.#byController.set(cc, [...(this.#byController.get(cc) ?? []), target]);
      }
    }
  }

  /**
   * @param bytes - one message with its status
   * @returns what is known now, in the order it came; empty while a value is half known
   */
  take(bytes: readonly number[]): readonly ParameterChange[] {
    const [status = 0, first = 0, second = 0] = bytes;
    const channel = status & 15;
    switch (status & 0xf0) {
      case 0xb0:
        return this.#controller(channel, first, second);
      case 0x90:
      case 0x80: {
        const raw = (status & 0xf0) === 0x90 ? second : 0;
        return this.#simple(channel, "note", raw, (address) => address.note === first);
      }
      case 0xa0:
        return this.#simple(channel, "pressure", second, (address) => address.note === first);
      case 0xd0:
        return this.#simple(channel, "pressure", first, (address) => address.note === null);
      case 0xe0:
        return this.#simple(channel, "pitchBend", (second << 7) | first, () => true);
      case 0xc0:
        return this.#simple(channel, "program", first, (address) => this.#isBank(address));
      default:
        return status === 0xf0 ? this.#sysex(bytes) : [];
    }
  }

  /**
   * Call it when nothing has come for some 5 ms: a synth that sends only upper halves means those.
   *
   * @returns the value of which only the upper half has come, if there is one
   */
  settle(): readonly ParameterChange[] {
    const pending = this.#pending;
    this.#pending = null;
    if (pending === null) return [];
    return [this.#change(pending.target, widened(pending.msb))];
  }

  #controller(channel: number, cc: number, data: number): readonly ParameterChange[] {
    if (cc >= 98 && cc <= 101) return this.#select(cc, data);
    if ((cc === 6 || cc === 38) && this.#selected !== null) return this.#dataEntry(channel, cc === 6, data);
    if (cc === 0) this.#bank = { msb: data, lsb: null };
    if (cc === 32) this.#bank = { ...this.#bank, lsb: data };
    const target = this.#best(
      (this.#byController.get(cc) ?? []).filter((each) => this.#hears(each, channel)),
    );
    if (target === null) return [];
    if (target.address.type === "cc14")
      return this.#half(target, target.address, cc === target.address.cc, data);
    return [this.#change(target, data)];
  }

  #select(cc: number, data: number): readonly ParameterChange[] {
    const before = this.settle();
    const type = cc < 100 ? "nrpn" : "rpn";
    const same = this.#selected?.type === type ? this.#selected : ({ type, msb: 127, lsb: 127 } as const);
    this.#selected = cc % 2 === 1 ? { ...same, msb: data } : { ...same, lsb: data };
    return before;
  }

  #dataEntry(channel: number, isMsb: boolean, data: number): readonly ParameterChange[] {
    const selected = this.#selected;
    const isSelected = ({ address }: Target): boolean =>
      address.type === selected?.type && address.msb === selected.msb && address.lsb === selected.lsb;
    const found = this.#targets.filter((target) => this.#hears(target, channel) && isSelected(target));
    const target = this.#best(found);
    if (target === null) return [];
    const address = target.address as Of<"nrpn" | "rpn">;
    if (address.bits === 7) return isMsb ? [this.#change(target, data)] : [];
    return this.#half(target, address, isMsb, data);
  }

  /** One half of a value: it counts with the second half, in the order of the address. */
  #half(
    target: Target,
    { order }: { readonly order: "msbFirst" | "lsbFirst" },
    isMsb: boolean,
    data: number,
  ): readonly ParameterChange[] {
    const halves = this.#halves.get(target) ?? { msb: null, lsb: null };
    this.#halves.set(target, halves);
    if (isMsb) halves.msb = data;
    else halves.lsb = data;
    if (order === "msbFirst" && isMsb) {
      const before = this.settle();
      this.#pending = { target, msb: data };
      return before;
    }
    if (order === "lsbFirst" && !isMsb) return [];
    if (order === "msbFirst" && this.#pending?.target === target) this.#pending = null;
    // Nobody said the upper half yet: the lower one alone means nothing.
    if (halves.msb === null) return [];
    const raw = halves.lsb === null ? widened(halves.msb) : (halves.msb << 7) | halves.lsb;
    if (order === "lsbFirst") halves.lsb = null;
    return [this.#change(target, raw)];
  }

  #simple<Type extends "note" | "pressure" | "pitchBend" | "program">(
    channel: number,
    type: Type,
    raw: number,
    isMeant: (address: Of<Type>) => boolean,
  ): readonly ParameterChange[] {
    const found = this.#targets.filter(
      (target) =>
        target.address.type === type && this.#hears(target, channel) && isMeant(target.address as Of<Type>),
    );
    const target = this.#best(found);
    return target === null ? [] : [this.#change(target, raw)];
  }

  #sysex(bytes: readonly number[]): readonly ParameterChange[] {
    for (const target of this.#targets) {
      if (target.address.type !== "sysex") continue;
      const raw = this.#matched(target.address, bytes);
      if (raw !== null) return [this.#change(target, raw)];
    }
    return [];
  }

  #matched({ template, channel }: Of<"sysex">, bytes: readonly number[]): number | null {
    if (template.length !== bytes.length) return null;
    let msb = 0;
    let rest = 0;
    const wanted = channel ?? this.#channel;
    for (const [index, part] of template.entries()) {
      const byte = bytes[index] ?? -1;
      if (part.type === "byte" && byte !== part.byte) return null;
      if (part.type === "channel") {
        if ((byte & 0xf0) !== part.base || (wanted !== null && (byte & 15) !== wanted)) return null;
      }
      if (part.type === "msb") msb = byte;
      if (part.type === "lsb" || part.type === "value") rest = byte;
    }
    return (msb << 7) | rest;
  }

  #isBank({ bankMsb, bankLsb }: Of<"program">): boolean {
    const { msb, lsb } = this.#bank;
    return (bankMsb === null || bankMsb === msb) && (bankLsb === null || bankLsb === lsb);
  }

  #hears({ address }: Target, channel: number): boolean {
    const wanted = address.channel ?? this.#channel;
    return wanted === null || wanted === channel;
  }

  /** Of several at one address the one that counts now. */
  #best(targets: readonly Target[]): Target | null {
    const counts = ({ parameter: { when } }: Target): boolean =>
      when?.values.includes(this.#labels.get(when.parameter) ?? "") ?? false;
    return targets.find(counts) ?? targets[0] ?? null;
  }

  /** @param raw - as wide as the address; 7 bits are widened to a parameter of 14 */
  #change({ parameter, address }: Target, raw: number): ParameterChange {
    const { id, min, max } = parameter;
    const isNarrow = max > 127 && addressLimit(address) === 127;
    const isWide = max <= 127 && raw > 127;
    const fitting = isNarrow ? widened(raw) : isWide ? raw >> 7 : raw;
    const inRange = Math.min(max, Math.max(min, fitting));
    const label = stepAt(parameter, inRange)?.label ?? null;
    if (label !== null) this.#labels.set(id, label);
    return { parameter: id, value: positionOf(parameter, inRange), label, raw: inRange };
  }
}

/**
 * The parameter that complete messages set: the bytes of one, or of several after each other.
 *
 * @returns null when the profile has none there
 */
export function decodeMessage(profile: Profile, bytes: readonly number[]): ParameterChange | null {
  const decoder = new MessageDecoder(profile);
  const changes = splitMessages(bytes).flatMap((message) => decoder.take(message));
  return [...changes, ...decoder.settle()].at(-1) ?? null;
}

/** 7 bits as 14: the least stays the least, the greatest becomes the greatest. */
function widened(msb: number): number {
  return (msb << 7) | msb;
}
