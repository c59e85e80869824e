// SPDX-License-Identifier: GPL-3.0-or-later
// The engine's shared memory as a test wants it: what the audio thread says, and what it was sent.
import type { EngineMemory } from "../../engine/binding/addon.ts";
import type { EngineCommand, EngineEvent, EngineState } from "../../engine/binding/rt-messages.ts";
import { engineState } from "./engine-state.ts";

export class ScriptedMemory {
  state: EngineState | null = engineState();
  /** False: the queue is full. */
  hasRoom = true;
  readonly commands: EngineCommand[] = [];
  readonly #events: EngineEvent[] = [];

  /** As the engine's client gives it. */
  get asMemory(): EngineMemory {
    return this as unknown as EngineMemory;
  }

  /** One more block was played. */
  beat(changes: Partial<EngineState> = {}): void {
    const before = this.state ?? engineState({ blocks: 0 });
    this.state = { ...before, blocks: before.blocks + 1, ...changes };
  }

  happen(event: Partial<EngineEvent> & Pick<EngineEvent, "kind">): void {
    this.#events.push({ flag: 0, node: 0, serial: 0, detail: 0, frame: 0, value: 0, ...event });
  }

  readState(): EngineState | null {
    return this.state;
  }

  pushCommand(command: EngineCommand): boolean {
    if (this.hasRoom) this.commands.push(command);
    return this.hasRoom;
  }

  drainEvents(): EngineEvent[] {
    return this.#events.splice(0);
  }

  close(): void {}
}
