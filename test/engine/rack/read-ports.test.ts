// SPDX-License-Identifier: GPL-3.0-or-later
// Ports that nodes declare, and where a cable ends that names one.
import { describe, expect, test } from "vitest";
import { readRackText } from "../../support/rack-files.ts";

interface Cable {
  readonly from: string;
  readonly to: string;
  readonly fromPort?: number | string;
  readonly toPort?: number | string;
}

/** A kick, a compressor with these ports, and one cable. */
function read(ports: object | undefined, cable: Partial<Cable>, kickPorts?: object) {
  return readRackText({
    version: 1,
    nodes: [
      { id: "k", type: "kick", ...(kickPorts === undefined ? {} : { ports: kickPorts }) },
      { id: "c", type: "compressor", ...(ports === undefined ? {} : { ports }) },
    ],
    connections: [{ from: "k", to: "c", ...cable }],
  });
}

function portOf(ports: object | undefined, toPort: number | string): number | undefined {
  return read(ports, { toPort }).plan?.connections[0]?.toPort;
}

const OPEN_KEY = "nodes[1]";
const remarks = (result: ReturnType<typeof read>): string[] =>
  result.problems.map((problem) => problem.path).filter((path) => path !== OPEN_KEY);

const TWO = {
  inputs: [
    { index: 0, name: "in", type: "audio", role: "main" },
    { index: 1, name: "Key", type: "audio", role: "sidechain", channels: 1 },
  ],
};

describe("a cable", () => {
  test("without declared ports reaches the main input by 0 and the key by any other number", () => {
    expect([0, 1, 2, 63].map((port) => portOf(undefined, port))).toEqual([0, 1, 1, 1]);
  });

  test("finds a declared port by number or name", () => {
    expect([0, 1, "in", "key", "KEY"].map((port) => portOf(TWO, port))).toEqual([0, 1, 0, 1, 1]);
    expect(remarks(read(TWO, { toPort: "key" }))).toEqual([]);
  });

  test("reaches the key by a port that is declared a sidechain, whatever its number", () => {
    expect(portOf({ inputs: [{ index: 0, role: "sidechain" }] }, 0)).toBe(1);
    expect(portOf({ inputs: [{ index: 3, role: "sidechain" }] }, 3)).toBe(1);
    expect(portOf({ inputs: [{ index: 2, role: "aux" }] }, 2)).toBe(1);
  });

  test("to a port for something else than audio is left out, and said", () => {
    const result = read({ inputs: [{ index: 2, type: "midi" }] }, { toPort: 2 });
    expect(result.plan?.connections).toEqual([]);
    expect(remarks(result)).toEqual(["connections[0].toPort"]);
  });

  test("from a declared output is from the one that there is", () => {
    const outputs = { outputs: [{ index: 0 }, { index: 1, name: "dry" }] };
    for (const fromPort of [0, 1, "dry"])
      expect(read(undefined, { fromPort }, outputs).plan?.connections[0]).toMatchObject({ fromPort: 0 });
  });
});

describe("a declared port is worth a warning when", () => {
  test.each([
    [
      "it has other channels than the type",
      { inputs: [{ index: 0, channels: 1 }] },
      "nodes[1].ports.inputs[0].channels",
    ],
    [
      "the output has other channels",
      { outputs: [{ index: 0, channels: 6 }] },
      "nodes[1].ports.outputs[0].channels",
    ],
    [
      "it is called main and is not the first",
      { inputs: [{ index: 1, role: "main" }] },
      "nodes[1].ports.inputs[0].role",
    ],
  ])("%s", (_what, ports, path) => {
    const result = read(ports, { toPort: 1 });
    expect(result.plan).not.toBeNull();
    expect(remarks(result)).toEqual([path]);
  });

  test("it is a key that the type does not have", () => {
    const result = read(undefined, { toPort: 1 }, { inputs: [{ index: 1, role: "sidechain" }] });
    expect(remarks(result)).toEqual(["nodes[0].ports.inputs[0].role"]);
  });

  test("and not when it is for control, events or MIDI", () => {
    const inputs = [
      { index: 0, type: "event", channels: 5 },
      { index: 1, type: "midi" },
    ];
    expect(remarks(read(undefined, { toPort: 1 }, { inputs }))).toEqual([]);
  });
});
