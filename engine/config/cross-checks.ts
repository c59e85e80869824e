// SPDX-License-Identifier: GPL-3.0-or-later
// What one setting cannot know alone: ports that stand in each other's way, an address that opens the
// box to everybody. Runs on settings whose every value is in range.

import { listOf } from "./check.ts";
import { VIRTUAL_PORT_ID } from "./plan-parts.ts";
import type { Path } from "./problem.ts";
import type { MidiPortSettings, Settings } from "./schema.ts";

export interface CrossProblem {
  readonly severity: "error" | "warning";
  /** Where it stands; list positions count only what is in `settings`. */
  readonly path: Path;
  readonly expected: string;
  readonly hint: string;
}

export function crossProblems(settings: Settings): readonly CrossProblem[] {
  return [...portProblems(settings), ...hostProblems(settings), ...olderProblems(settings)];
}

function portProblems({ midi }: Settings): readonly CrossProblem[] {
  const problems: CrossProblem[] = [];
  const ids = new Set<string>(midi.virtualPort === null ? [] : [VIRTUAL_PORT_ID]);
  const names = new Set<string>(midi.virtualPort === null ? [] : [nameKey("virtual", midi.virtualPort)]);
  for (const [index, port] of midi.ports.entries()) {
    const path = ["midi", "ports", index];
    const found = portProblem(port, ids, names);
    if (found !== null) problems.push({ severity: "error", ...found, path: [...path, ...found.path] });
    else {
      ids.add(port.id);
      names.add(nameKey(port.kind, port.name));
    }
  }
  return problems;
}

function portProblem(
  port: MidiPortSettings,
  ids: ReadonlySet<string>,
  names: ReadonlySet<string>,
): Omit<CrossProblem, "severity"> | null {
  if (ids.has(port.id)) {
    const owner = port.id === VIRTUAL_PORT_ID ? "midi.virtualPort has this one" : "a port above has this one";
    return { path: ["id"], expected: "an id of its own", hint: `Each port needs another id; ${owner}.` };
  }
  if (port.kind === "serial" && !port.name.startsWith("/")) {
    return { path: ["name"], expected: "the path of a serial device, such as /dev/ttyAMA0", hint: "" };
  }
  if (names.has(nameKey(port.kind, port.name))) {
    const hint = "Two ports cannot be the same thing; use more of its name, or remove one.";
    return { path: ["name"], expected: "a name that no other port has", hint };
  }
  if (!port.input && !port.output) {
    return { path: ["output"], expected: "true for input, output or both", hint: "" };
  }
  return null;
}

/** Port names are found without regard to case; device paths are not. */
function nameKey(kind: MidiPortSettings["kind"], name: string): string {
  return `${kind} ${kind === "serial" ? name : name.toLowerCase()}`;
}

function hostProblems(settings: Settings): readonly CrossProblem[] {
  const open = (["http", "osc"] as const).filter((section) => {
    const { enabled, host } = settings[section];
    return enabled && !/^(?:127\.\d+\.\d+\.\d+|localhost|::1)$/.test(host);
  });
  return open.map((section) => ({
    severity: "warning",
    path: [section, "host"],
    expected: "127.0.0.1 for this machine alone",
    hint: "Everybody on the network can play and stop the music.",
  }));
}

/** What stands there is not forgotten, and nobody should think that it works. */
function olderProblems({ older }: Settings): readonly CrossProblem[] {
  const names = Object.keys(older);
  if (names.length === 0) return [];
  const hint = `Kept from an older box and not used yet: ${listOf(names)}.`;
  return [{ severity: "warning", path: ["older"], expected: "settings that Downbeat knows", hint }];
}
