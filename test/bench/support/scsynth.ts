// SPDX-License-Identifier: GPL-3.0-or-later
// Work for SuperCollider's scsynth without its language: synth definitions in its binary form
// (SCgf, version 2) and scores for its non-realtime mode.

export type Rate = 0 | 1 | 2;
/** A constant, a parameter by name, or an output of a unit. */
export type Input = number | string | { readonly unit: number; readonly output?: number };

export interface Unit {
  readonly name: string;
  readonly rate: Rate;
  readonly inputs: readonly Input[];
  readonly outputs?: number;
  /** Which operator, for units that are several. */
  readonly special?: number;
}

export interface SynthDef {
  readonly name: string;
  readonly params: Readonly<Record<string, number>>;
  readonly units: readonly Unit[];
}

/** Operators of BinaryOpUGen. */
export const MULTIPLY = 2;
export const ADD = 0;

/** The definition as scsynth reads it. Parameters become one Control unit in front of all others. */
export function encodeSynthDef(def: SynthDef): Buffer {
  const constants: number[] = [];
  const indexOfConstant = (value: number) => {
    const found = constants.indexOf(value);
    if (found >= 0) return found;
    return constants.push(value) - 1;
  };
  const names = Object.keys(def.params);
  const shift = names.length > 0 ? 1 : 0;
  const units: Buffer[] = [];
  if (shift > 0) units.push(unitBytes("Control", 1, [], names.length, 1, 0));
  for (const unit of def.units) {
    const inputs = unit.inputs.map((input): readonly [number, number] => {
      if (typeof input === "number") return [-1, indexOfConstant(input)];
      if (typeof input === "string") return [0, names.indexOf(input)];
      return [input.unit + shift, input.output ?? 0];
    });
    units.push(unitBytes(unit.name, unit.rate, inputs, unit.outputs ?? 1, unit.rate, unit.special ?? 0));
  }
  return Buffer.concat([
    Buffer.from("SCgf"),
    int32(2),
    int16(1),
    pascal(def.name),
    int32(constants.length),
    ...constants.map(float32),
    int32(names.length),
    ...Object.values(def.params).map(float32),
    int32(names.length),
    ...names.flatMap((name, i) => [pascal(name), int32(i)]),
    int32(units.length),
    ...units,
    int16(0),
  ]);
}

function unitBytes(
  name: string,
  rate: Rate,
  inputs: readonly (readonly [number, number])[],
  outputs: number,
  outputRate: Rate,
  special: number,
): Buffer {
  return Buffer.concat([
    pascal(name),
    Buffer.from([rate]),
    int32(inputs.length),
    int32(outputs),
    int16(special),
    ...inputs.flatMap(([unit, output]) => [int32(unit), int32(output)]),
    Buffer.from(new Array<number>(outputs).fill(outputRate)),
  ]);
}

export type OscArgument = number | string | Buffer | { readonly float: number };

/** Bundles of messages by time in seconds; the last one says how long the score is. */
export function encodeScore(
  bundles: readonly { readonly at: number; readonly messages: readonly (readonly OscArgument[])[] }[],
): Buffer {
  return Buffer.concat(
    bundles.flatMap(({ at, messages }) => {
      const parts = messages.flatMap((message) => {
        const bytes = oscMessage(message);
        return [int32(bytes.length), bytes];
      });
      const bundle = Buffer.concat([Buffer.from("#bundle\0"), timeTag(at), ...parts]);
      return [int32(bundle.length), bundle];
    }),
  );
}

function oscMessage([address, ...args]: readonly OscArgument[]): Buffer {
  let tags = ",";
  const bytes: Buffer[] = [];
  for (const arg of args) {
    if (typeof arg === "string") {
      tags += "s";
      bytes.push(oscText(arg));
    } else if (typeof arg === "number") {
      tags += "i";
      bytes.push(int32(arg));
    } else if (Buffer.isBuffer(arg)) {
      tags += "b";
      bytes.push(int32(arg.length), arg, Buffer.alloc((4 - (arg.length % 4)) % 4));
    } else {
      tags += "f";
      bytes.push(float32(arg.float));
    }
  }
  return Buffer.concat([oscText(String(address)), oscText(tags), ...bytes]);
}

function oscText(text: string): Buffer {
  return Buffer.concat([Buffer.from(text), Buffer.alloc(4 - (Buffer.byteLength(text) % 4))]);
}

function timeTag(seconds: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(Math.floor(seconds), 0);
  bytes.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32) >>> 0, 4);
  return bytes;
}

function pascal(text: string): Buffer {
  return Buffer.concat([Buffer.from([text.length]), Buffer.from(text)]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

function float32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatBE(value);
  return bytes;
}
