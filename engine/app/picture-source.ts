// SPDX-License-Identifier: GPL-3.0-or-later
// What the display shows, collected from all who know it: shared memory, the engine's last status, mappings, Link,
// the network, and what is wrong.

import { unreachable } from "../base/unreachable.ts";
import type { EngineStatus } from "../binding/engine-status.ts";
import type { EngineState } from "../binding/rt-messages.ts";
import type { HealthFace } from "../control/health-face.ts";
import type { LinkFace } from "../control/link-face.ts";
import type { MappingPicture, MoveJson } from "../control/mapping-face.ts";
import type {
  BootPicture,
  NetworkPicture,
  PageName,
  ParameterPicture,
  Picture,
  PlayPicture,
  ShutdownPicture,
} from "../panel/picture.ts";
import { type FaceAddress, ownAddresses, ownHost } from "../platform/addresses.ts";

export interface PictureSourceOptions {
  readonly version: string;
  /** False on the box: the engine plays on when this process ends. */
  readonly startsEngine: boolean;
  readonly state: () => EngineState | null;
  readonly isBeating: () => boolean;
  /** Link's clock now, in microseconds. */
  readonly hostMicros: () => number;
  readonly mapping: () => MappingPicture;
  readonly health: HealthFace;
  readonly link: LinkFace;
  /** Of settings and files, the most important first. */
  readonly troubles: () => readonly string[];
  /** Where HTTP is served; undefined while it is not. */
  readonly url: () => string | undefined;
  readonly addresses?: () => readonly FaceAddress[];
}

/** An engine that says nothing for longer has no beat that could be guessed. */
const LONGEST_GUESS_MICROS = 500_000;
const MICROS_PER_MINUTE = 60e6;
/** A virtual port is not a cable: that its clock runs says nothing. */
const NO_CABLE = "virtual";

/** Thread: control. */
export class PictureSource {
  readonly #options: PictureSourceOptions;
  #status: EngineStatus | null = null;
  #hasSettings = false;
  #hasPlayed = false;

  constructor(options: PictureSourceOptions) {
    this.#options = options;
  }

  takeStatus(status: EngineStatus): void {
    this.#status = status;
  }

  takeSettings(): void {
    this.#hasSettings = true;
  }

  /** `waitsFor` is empty once the box has played: later trouble is no boot. */
  boot(): BootPicture {
    const { version, isBeating } = this.#options;
    const status = this.#status;
    if (isBeating() && status !== null && this.#hasSettings && !status.audio.isOpening)
      this.#hasPlayed = true;
    return { page: "boot", version: `version ${version}`, waitsFor: this.#hasPlayed ? "" : this.#waitsFor() };
  }

  shutdown(): ShutdownPicture {
    const { startsEngine, isBeating } = this.#options;
    const playsOn = !startsEngine && isBeating();
    return { page: "shutdown", sentence: playsOn ? "The music plays on." : "Stopped. Good night." };
  }

  page(name: Exclude<PageName, "trouble">): Picture {
    switch (name) {
      case "boot":
        return this.boot();
      case "play":
        return this.#play();
      case "parameter":
        return this.#parameter();
      case "network":
        return this.#network();
      case "shutdown":
        return this.shutdown();
      default:
        return unreachable(name);
    }
  }

  /** Sentences, the most important first: without an engine nothing else matters. */
  troubles(): readonly string[] {
    const { engineBeats, problems } = this.#options.health.health();
    const [first, ...rest] = problems;
    const engine = engineBeats || first === undefined ? [] : [first];
    const others = engine.length > 0 ? rest : problems;
    return [...engine, ...this.#options.troubles(), ...others].map((text) => text.replaceAll("`", ""));
  }

  #waitsFor(): string {
    if (!this.#hasSettings) return "reading the settings";
    if (!this.#options.isBeating()) return "waiting for the engine";
    return "opening the sound card";
  }

  #play(): PlayPicture {
    const { state: readState, link, isBeating } = this.#options;
    const state = readState();
    const status = this.#status;
    const isLinkOn = state?.linkEnabled ?? false;
    const health = link.link()?.status.health ?? null;
    return {
      page: "play",
      name: status?.mapping?.scene ?? status?.plan.name ?? "",
      status: state === null || !isBeating() ? "stopped" : state.waitingForQuantum ? "waiting" : state.status,
      tempoBpm: state?.tempoBpm ?? 0,
      ...this.#placeNow(state),
      link: { peers: isLinkOn ? (state?.peers ?? 0) : null, health },
      levels: isBeating() ? [state?.peakLeft ?? 0, state?.peakRight ?? 0] : [0, 0],
      isRecording: (status?.audio.recording ?? null) !== null,
      clockIn: state?.clockIn ?? "off",
      clockOut: (status?.midi.ports ?? []).some(
        ({ kind, state: port, ticks }) => kind !== NO_CABLE && port === "open" && ticks > 0,
      ),
    };
  }

  /** Where the beat is at the loudspeaker now, not when the engine last said so. */
  #placeNow(state: EngineState | null): Pick<PlayPicture, "songBeat" | "phase" | "quantum"> {
    if (state === null) return { songBeat: 0, phase: 0, quantum: 4 };
    const { lineBeat, songBeat, tempoBpm, quantum, hostMicros, status } = state;
    const since = this.#options.hostMicros() - hostMicros;
    const micros = Math.abs(since) < LONGEST_GUESS_MICROS ? since : 0;
    const beats = (micros * tempoBpm) / MICROS_PER_MINUTE;
    const line = lineBeat + beats;
    return {
      songBeat: status === "playing" ? Math.max(0, songBeat + beats) : songBeat,
      phase: quantum > 0 ? line - Math.floor(line / quantum) * quantum : 0,
      quantum,
    };
  }

  #parameter(): ParameterPicture {
    const { touched, bank } = this.#options.mapping();
    if (touched === null)
      return { page: "parameter", place: "", name: "", value: "nothing moved yet", ratio: null, bank };
    const { place, name, text, ratio } = touched;
    return { page: "parameter", place, name, value: text, ratio, bank };
  }

  #network(): NetworkPicture {
    const { link, url, addresses = ownAddresses } = this.#options;
    const radio = (link.link()?.wifi ?? []).find(({ isConnected }) => isConnected === true);
    const served = url();
    return {
      page: "network",
      host: ownHost(),
      addresses: addresses(),
      wifi: radio === undefined ? null : { network: radio.network ?? radio.name, signalDbm: radio.signalDbm },
      port: served === undefined ? null : Number(new URL(served).port || 80),
    };
  }
}

/** Worth a page: what is turned and chosen; keys and pads are heard, and play and stop are on the stage page. */
export function isWorthAPage({ source, kind, name }: MoveJson): boolean {
  if (source !== "hand") return false;
  if (kind === "transport") return name === "tempo";
  return kind === "param" || kind === "midi" || kind === "outside" || kind === "bank";
}
