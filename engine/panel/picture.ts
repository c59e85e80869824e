// SPDX-License-Identifier: GPL-3.0-or-later
// What the display shows, as facts: each page with the words and numbers that stand on it. Whoever knows them makes
// one of these; drawing it needs nothing else.

/** While the box is not playing yet. */
export interface BootPicture {
  readonly page: "boot";
  readonly version: string;
  /** `opening the sound card`. */
  readonly waitsFor: string;
}

export interface PlayPicture {
  readonly page: "play";
  /** Of the scene or the session. */
  readonly name: string;
  readonly status: "playing" | "stopped" | "paused" | "waiting";
  readonly tempoBpm: number;
  /** Position in the song, quarter notes. */
  readonly songBeat: number;
  /** Position in the cycle that is shared, and its length, in beats. */
  readonly phase: number;
  readonly quantum: number;
  readonly link: LinkPicture;
  /** Highest sample lately, a factor of full scale. */
  readonly levels: readonly [left: number, right: number];
  readonly isRecording: boolean;
  /** The MIDI clock that is followed. */
  readonly clockIn: "off" | "waiting" | "locked" | "lost";
  /** Some port is sent a clock. */
  readonly clockOut: boolean;
}

/** null peers: Link is off. */
export interface LinkPicture {
  readonly peers: number | null;
  readonly health: "alone" | "good" | "shaky" | "lost" | null;
}

/** What a hand moves. */
export interface ParameterPicture {
  readonly page: "parameter";
  /** `Volca Keys`, `drums:kick`. */
  readonly place: string;
  /** `filter_cutoff`. */
  readonly name: string;
  /** `1.20 kHz`, `Sawtooth`. */
  readonly value: string;
  /** Where it is between its ends, 0 to 1; null for what has none. */
  readonly ratio: number | null;
  /** The bank of the controls; null without banks. */
  readonly bank: string | null;
}

export interface NetworkPicture {
  readonly page: "network";
  /** As other machines find the box: `downbeat.local`. */
  readonly host: string;
  /** Of each interface that has one. */
  readonly addresses: readonly { readonly face: string; readonly address: string }[];
  readonly wifi: { readonly network: string; readonly signalDbm: number | null } | null;
  /** Of HTTP; null while it is not served. */
  readonly port: number | null;
}

export interface TroublePicture {
  readonly page: "trouble";
  readonly sentence: string;
  /** Which one of how many, from 1. */
  readonly number: number;
  readonly count: number;
  /** How long it is shown already: a long sentence goes on after a while. */
  readonly shownMs: number;
}

export interface ShutdownPicture {
  readonly page: "shutdown";
  /** `The music plays on.` */
  readonly sentence: string;
}

export type Picture =
  | BootPicture
  | PlayPicture
  | ParameterPicture
  | NetworkPicture
  | TroublePicture
  | ShutdownPicture;

export type PageName = Picture["page"];

export const PAGE_NAMES = [
  "play",
  "parameter",
  "network",
  "trouble",
  "boot",
  "shutdown",
] as const satisfies PageName[];
