// SPDX-License-Identifier: GPL-3.0-or-later
// What one setting cannot know alone: ports that stand in each other's way, a control that nobody listens
// to, an address that opens the box to everybody. Runs on settings whose every value is in range.

import { listOf } from "./check.ts";
import { mappingProblems } from "./mapping-checks.ts";
import { NO_BOARD } from "./panel-schema.ts";
import { PANEL_PORT_ID, VIRTUAL_PORT_ID } from "./plan-parts.ts";
import type { Path } from "./problem.ts";
import { routeProblems } from "./route-checks.ts";
import type { MidiPortSettings, Settings } from "./schema.ts";

export interface CrossProblem {
  readonly severity: "error" | "warning";
  /** Where it stands; list positions count only what is in `settings`. */
  readonly path: Path;
  readonly expected: string;
  readonly hint: string;
}

export function crossProblems(settings: Settings): readonly CrossProblem[] {
  return [
    ...portProblems(settings),
    ...clockProblems(settings),
    ...mappingProblems(settings).map((problem) => ({ severity: "error", ...problem }) as const),
    ...sceneProblems(settings),
    ...routeProblems(settings).map((problem) => ({ severity: "error", ...problem }) as const),
    ...trackProblems(settings),
    ...hostProblems(settings),
    ...feedbackProblems(settings),
    ...olderProblems(settings),
  ];
}

function portProblems({ midi, panel }: Settings): readonly CrossProblem[] {
  const problems: CrossProblem[] = [];
  const ids = new Set<string>([
    ...(midi.virtualPort === null ? [] : [VIRTUAL_PORT_ID]),
    ...(panel.board === NO_BOARD ? [] : [PANEL_PORT_ID]),
  ]);
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

/** Ids that are somebody's already. */
const OWNERS: ReadonlyMap<string, string> = new Map([
  [VIRTUAL_PORT_ID, "midi.virtualPort has this one"],
  [PANEL_PORT_ID, "the front panel has this one"],
]);

function portProblem(
  port: MidiPortSettings,
  ids: ReadonlySet<string>,
  names: ReadonlySet<string>,
): Omit<CrossProblem, "severity"> | null {
  if (ids.has(port.id)) {
    const owner = OWNERS.get(port.id) ?? "a port above has this one";
    return { path: ["id"], expected: "an id of its own", hint: `Each port needs another id; ${owner}.` };
  }
  if (port.kind === "serial" && !port.name.startsWith("/")) {
    return { path: ["name"], expected: "the path of a serial device, such as /dev/ttyAMA0", hint: "" };
  }
  if (port.kind === "keyboard" && !port.name.startsWith("/")) {
    const expected = "the path of a keyboard, such as /dev/input/by-id/usb-Name-event-kbd";
    return { path: ["name"], expected, hint: "`ls /dev/input/by-id` shows those that are there." };
  }
  if (port.kind === "keyboard" && !port.input) {
    return { path: ["input"], expected: "true for a keyboard", hint: "It is there to be listened to." };
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

/** Two scenes of one name could not be told apart. */
function sceneProblems({ scenes }: Settings): readonly CrossProblem[] {
  const ids = new Set<string>();
  return scenes.flatMap(({ id }, index): readonly CrossProblem[] => {
    if (!ids.has(id)) {
      ids.add(id);
      return [];
    }
    const hint = "Each scene needs another id; one above has this one.";
    return [{ severity: "error", path: ["scenes", index, "id"], expected: "an id of its own", hint }];
  });
}

/** Two tracks of one name would be one for every knob. */
function trackProblems({ sequencer }: Settings): readonly CrossProblem[] {
  const ids = new Set<string>();
  return sequencer.tracks.flatMap(({ id, pattern, patterns }, index): readonly CrossProblem[] => {
    const path = ["sequencer", "tracks", index];
    if (ids.has(id)) {
      const hint = "Each track needs another id; one above has this one.";
      return [{ severity: "error", path: [...path, "id"], expected: "an id of its own", hint }];
    }
    ids.add(id);
    if (pattern <= patterns.length) return [];
    const range = patterns.length === 1 ? "1" : `1 to ${patterns.length}`;
    const expected = `${range}: one of its patterns`;
    return [{ severity: "error", path: [...path, "pattern"], expected, hint: "" }];
  });
}

function clockProblems({ midi }: Settings): readonly CrossProblem[] {
  const { clockFrom, ports, virtualPort } = midi;
  if (clockFrom === null || (clockFrom === VIRTUAL_PORT_ID && virtualPort !== null)) return [];
  const port = ports.find(({ id }) => id === clockFrom);
  if (port?.input === true) return [];
  const ids = [...(virtualPort === null ? [] : [VIRTUAL_PORT_ID]), ...ports.map(({ id }) => id)];
  const known =
    ids.length === 0 ? "There is no port yet: add one to midi.ports." : `Known here: ${ids.join(", ")}.`;
  const hint =
    port === undefined ? known : `Set input: true for ${clockFrom}: a clock has to be listened to.`;
  return [
    {
      severity: "error",
      path: ["midi", "clockFrom"],
      expected: "null or the id of a port with an input",
      hint,
    },
  ];
}

/** Port names are found without regard to case; device paths are not. */
function nameKey(kind: MidiPortSettings["kind"], name: string): string {
  const isPath = kind === "serial" || kind === "keyboard";
  return `${kind} ${isPath ? name : name.toLowerCase()}`;
}

const LOOPBACK = /^(?:127\.\d+\.\d+\.\d+|localhost|::1)$/;

function hostProblems(settings: Settings): readonly CrossProblem[] {
  const open = (["http", "osc"] as const).filter((section) => {
    const { enabled, host } = settings[section];
    return enabled && !LOOPBACK.test(host);
  });
  return open.map((section) => ({
    severity: "warning",
    path: [section, "host"],
    expected: "127.0.0.1 for this machine alone",
    hint: "Everybody on the network can play and stop the music.",
  }));
}

/** From a loopback address nothing reaches another machine. */
function feedbackProblems({ osc }: Settings): readonly CrossProblem[] {
  if (!osc.enabled || !LOOPBACK.test(osc.host)) return [];
  return osc.feedback.flatMap((target, index) => {
    const host = target.slice(0, target.lastIndexOf(":")).replace(/^\[|\]$/g, "");
    if (LOOPBACK.test(host)) return [];
    const hint = `From ${osc.host} nothing reaches another machine; set osc.host to 0.0.0.0.`;
    return [
      { severity: "warning", path: ["osc", "feedback", index], expected: "a target on this machine", hint },
    ] as const;
  });
}

/** What stands there is not forgotten, and nobody should think that it works. */
function olderProblems({ older }: Settings): readonly CrossProblem[] {
  const names = Object.keys(older);
  if (names.length === 0) return [];
  const hint = `Kept from an older box and not used yet: ${listOf(names)}.`;
  return [{ severity: "warning", path: ["older"], expected: "settings that Downbeat knows", hint }];
}
