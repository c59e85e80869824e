// SPDX-License-Identifier: GPL-3.0-or-later
// What OSC programs are shown: one message for each thing, sent when it changes, and the position.

import { BEATS_PER_BAR, barBeatAt } from "../../base/bar-beat.ts";
import { formatTime } from "../../base/time-format.ts";
import { beatsOfSeconds } from "../../base/units.ts";
import { loopBeatsOf } from "../command-values.ts";
import type { TransportStatus } from "../transport-face.ts";
import { float, integer, type OscArgument, type OscFeedback, text } from "./osc-packet.ts";

type Shown = (status: TransportStatus) => readonly OscArgument[];

/** Sent when one of their arguments changes, and once to whoever is new. */
const SHOWN: Readonly<Record<string, Shown>> = {
  "/downbeat/status": ({ status }) => [text(status)],
  "/downbeat/playing": ({ status }) => [integer(status === "playing" ? 1 : 0)],
  "/downbeat/waiting": ({ waitingForQuantum }) => [integer(waitingForQuantum ? 1 : 0)],
  "/downbeat/tempo": ({ tempoBpm }) => [float(tempoBpm)],
  "/downbeat/loop": ({ loopStartSeconds, loopEndSeconds, loopEnabled }) => [
    float(loopStartSeconds),
    float(loopEndSeconds),
    integer(loopEnabled ? 1 : 0),
  ],
  "/downbeat/loop_beats": (status) => {
    const { from, to } = loopBeatsOf(status);
    return [float(from), float(to), integer(status.loopEnabled ? 1 : 0)];
  },
  "/downbeat/peers": ({ peers }) => [integer(peers)],
  "/downbeat/engine": ({ engine }) => [text(engine)],
};

export const BEAT_ADDRESS = "/downbeat/beat";
export const POSITION_ADDRESS = "/downbeat/position";
export const CONFIRM_ADDRESS = "/downbeat/confirm";
export const NOTICE_ADDRESS = "/downbeat/notice";
export const ERROR_ADDRESS = "/downbeat/error";

/** Everything that we send; what comes back to us of it is not answered. */
export const FEEDBACK_ADDRESSES: ReadonlySet<string> = new Set([
  ...Object.keys(SHOWN),
  BEAT_ADDRESS,
  POSITION_ADDRESS,
  CONFIRM_ADDRESS,
  NOTICE_ADDRESS,
  ERROR_ADDRESS,
]);

/** All of it, for somebody who is new. */
export function wholePicture(status: TransportStatus): readonly OscFeedback[] {
  return Object.entries(SHOWN).map(([address, shown]) => ({ address, args: shown(status) }));
}

/** What is not as it was. */
export function changes(before: TransportStatus, now: TransportStatus): readonly OscFeedback[] {
  return wholePicture(now).filter(({ args }, index) => {
    const old = wholePicture(before)[index]?.args;
    return !args.every(({ value }, place) => value === old?.[place]?.value);
  });
}

/** Song position that is heard at `hostMicros`, in quarter notes. */
export function heardBeat(status: TransportStatus, hostMicros: number): number {
  if (status.status !== "playing" || status.engine === "away") return status.songBeat;
  const seconds = (hostMicros - status.hostMicros) / 1e6;
  return Math.max(0, status.songBeat + beatsOfSeconds(seconds, status.tempoBpm));
}

/** The beat that begins, as musicians count it. */
export function beatMessage(songBeat: number): OscFeedback {
  const { bar, beat } = barBeatAt(songBeat, BEATS_PER_BAR);
  return { address: BEAT_ADDRESS, args: [integer(bar), integer(beat)] };
}

export function positionMessage({ songSeconds, songBeat }: TransportStatus): OscFeedback {
  return {
    address: POSITION_ADDRESS,
    args: [float(songSeconds), float(songBeat), text(formatTime(songSeconds))],
  };
}
