// SPDX-License-Identifier: GPL-3.0-or-later
// Parameters of the synths at the ports, by name: found in their profiles, made bytes, handed to the engine, which
// remembers them for a synth that was unplugged.
import { AppError } from "../base/errors.ts";
import type { ParameterDone, ParameterOrder, Synth, SynthFace } from "../control/synth-face.ts";
import { decodeMessage } from "../profiles/decode.ts";
import { findParameter, type Parameter, type Profile } from "../profiles/profile.ts";
import { stepNamed } from "../profiles/value.ts";
import type { PortProfile } from "./profile-source.ts";
import { synthMessage } from "./synth-message.ts";

/** Asks the engine. @throws {AppError} with the engine's code and sentence */
export type EngineRequest = (
  type: string,
  fields?: Record<string, unknown>,
) => Promise<Record<string, unknown>>;

/** A parameter that the engine knows, as `midiValues` answers. */
export interface RememberedValue {
  readonly key: string;
  /** As whoever set it wrote it; empty when a hand did it. */
  readonly value: string;
  readonly messages: readonly (readonly number[])[];
}

/** Parameters on their way to the engine at once; it has more to do than this. */
const MAX_UNDER_WAY = 64;

/** Thread: control. */
export class SynthDesk implements SynthFace {
  readonly #ports: () => readonly PortProfile[];
  readonly #request: EngineRequest;
  /** The question for all values that is under way. */
  #values: Promise<Record<string, unknown>> | undefined;
  #underWay = 0;

  constructor(ports: () => readonly PortProfile[], request: EngineRequest) {
    this.#ports = ports;
    this.#request = request;
  }

  async synths(): Promise<readonly Synth[]> {
    const answer = await this.#askValues();
    const values = answer.values as Readonly<Record<string, readonly RememberedValue[]>>;
    return this.#ports().map(({ port, profile, channel }) => {
      const known = new Map(values[port]?.map((value) => [value.key, value]));
      return {
        port,
        profile: profile.id,
        name: profile.name,
        channel: channel + 1,
        parameters: profile.parameters.map((parameter) => {
          const value = known.get(parameter.id);
          return {
            id: parameter.id,
            name: parameter.name,
            role: parameter.role,
            labels: parameter.values.map(({ label }) => label),
            value: value === undefined ? null : shownValue(profile, parameter, value),
          };
        }),
      };
    });
  }

  async setParameter({ port, parameter: wanted, value: text }: ParameterOrder): Promise<ParameterDone> {
    const synth = this.#find(port, wanted);
    const { key, order, value, continuous, messages } = synthMessage(synth, wanted, text);
    if (this.#underWay >= MAX_UNDER_WAY)
      throw new AppError("QUEUE_FULL", `${key}: ${MAX_UNDER_WAY} others are on their way: slow down`);
    this.#underWay += 1;
    const answer = await this.#request("midi", {
      port: synth.port,
      messages,
      continuous,
      remember: { key, order, value },
    }).finally(() => {
      this.#underWay -= 1;
    });
    // A number comes back as one.
    const shown = continuous ? Number(value) : value;
    return { port: synth.port, parameter: key, value: shown, sent: answer.sent === true, messages };
  }

  /** Whoever asks while an answer is on its way gets that one: however many ask, the engine is asked once at a time. */
  #askValues(): Promise<Record<string, unknown>> {
    this.#values ??= this.#request("midiValues").finally(() => {
      this.#values = undefined;
    });
    return this.#values;
  }

  #find(port: string | null, parameter: string): PortProfile {
    const all = this.#ports();
    const names = all.map((synth) => `${synth.port} (${synth.profile.name})`).join(", ");
    const known = names === "" ? "No port has a profile: set midi.ports[].profile." : `There are: ${names}.`;
    if (port !== null) {
      const found = all.find((synth) => synth.port === port);
      if (found === undefined)
        throw new AppError("SYNTH_UNKNOWN", `There is no synth at "${port}". ${known}`);
      return found;
    }
    const [first, ...others] = all.filter(({ profile }) => has(profile, parameter));
    if (others.length > 0)
      throw new AppError(
        "SYNTH_AMBIGUOUS",
        `More than one synth has "${parameter}": name the port. ${known}`,
      );
    const only = first ?? (all.length === 1 ? all[0] : undefined);
    if (only === undefined) throw new AppError("SYNTH_UNKNOWN", `No synth has "${parameter}". ${known}`);
    return only;
  }
}

function has(profile: Profile, parameter: string): boolean {
  return findParameter(profile, parameter) !== null;
}

/** What a hand did is known by its bytes alone. */
export function shownValue(
  profile: Profile,
  parameter: Parameter,
  { value, messages }: RememberedValue,
): number | string | null {
  if (value !== "") return stepNamed(parameter, value)?.label ?? Number(value);
  const change = decodeMessage(profile, messages.flat());
  return change?.parameter === parameter.id ? (change.label ?? change.value) : null;
}
