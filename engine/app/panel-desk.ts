// SPDX-License-Identifier: GPL-3.0-or-later
// The front panel for whoever asks: the board, and what the engine has seen of it.

import { setTimeout as sleep } from "node:timers/promises";
import type { EngineNotice } from "../binding/engine-client.ts";
import type { PanelComplaintJson, PanelControlJson, PanelFace, PanelState } from "../control/panel-face.ts";
import type { Board } from "../panel/board.ts";
import type { EngineRequest } from "./synth-desk.ts";

/** Something that a control did, as the engine answers `panel`. */
export interface PanelSight {
  readonly serial: number;
  readonly control: string;
  readonly kind: "edge" | "step" | "skipped" | "bounce" | "lost" | "press" | "release" | "place";
  /** Of an edge: 0, or 1 for the second contact of an encoder. */
  readonly line: number;
  readonly value: number;
  /** Host time, microseconds. */
  readonly atMicros: number;
}

export interface PanelReport {
  readonly controls: readonly PanelControlJson[];
  readonly complaints: readonly PanelComplaintJson[];
  readonly sights: readonly PanelSight[];
  /** Serial of the newest sight. */
  readonly newest: number;
  /** Sights that came faster than they were taken. */
  readonly missed: number;
}

/** Thread: control. */
export class PanelDesk implements PanelFace {
  readonly #board: () => { readonly board: Board | null; readonly sentence: string };
  readonly #request: EngineRequest;

  constructor(
    board: () => { readonly board: Board | null; readonly sentence: string },
    request: EngineRequest,
  ) {
    this.#board = board;
    this.#request = request;
  }

  async panel(): Promise<PanelState> {
    const { board, sentence } = this.#board();
    const { controls, complaints } = await askPanel(this.#request);
    return { board: board?.id ?? null, name: board?.name ?? null, sentence, controls, complaints };
  }
}

/** @param since - sights after this one; without it none */
export async function askPanel(
  request: EngineRequest,
  since = Number.MAX_SAFE_INTEGER,
): Promise<PanelReport> {
  return (await request("panel", { since })) as unknown as PanelReport;
}

/** What is not there, said once: an engine that was there first has told nobody. */
export class PanelComplaints {
  readonly #said = new Map<string, string>();

  /** @returns the sentences that are new */
  take(complaints: readonly PanelComplaintJson[]): readonly string[] {
    return complaints.flatMap(({ subject, sentence }) => {
      const text = `panel ${subject}: ${sentence}`;
      return this.#isNew(subject, text) ? [text] : [];
    });
  }

  /** @returns whether a notice of the engine is to be told */
  isNews({ event, subject, message }: EngineNotice): boolean {
    if (event === "panelFound") return this.#said.delete(String(subject));
    return event !== "panelLost" || this.#isNew(String(subject), String(message));
  }

  #isNew(subject: string, text: string): boolean {
    if (this.#said.get(subject) === text) return false;
    this.#said.set(subject, text);
    return true;
  }
}

const POLL_MS = 50;

/** Everything that the panel sees from now on, until `signal`. */
export async function watchPanel(
  request: EngineRequest,
  signal: AbortSignal,
  say: (report: PanelReport, isFirst: boolean) => void,
): Promise<void> {
  let { newest } = await askPanel(request);
  for (let isFirst = true; !signal.aborted; isFirst = false) {
    const report = await askPanel(request, newest);
    // A new engine counts from the beginning.
    newest = report.newest;
    say(report, isFirst);
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}
