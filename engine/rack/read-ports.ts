// SPDX-License-Identifier: GPL-3.0-or-later
// Ports that a node declares, and which of its real inputs a cable means by them. A node has one
// output, one main input, and sometimes a key; files may number and name more.

import type { Path } from "../config/problem.ts";
import { showValue } from "../config/problem.ts";
import type { NodeTypeInfo } from "./catalog.ts";
import { LIMITS, type PortFile, type PortsFile } from "./format.ts";
import type { NodeContext, RackContext, RackNode } from "./rack-context.ts";

export interface DeclaredPorts {
  readonly inputs: readonly PortFile[];
  readonly outputs: readonly PortFile[];
}

export const NO_PORTS: DeclaredPorts = { inputs: [], outputs: [] };

/** @param path - of `ports` */
export function readPorts(
  context: NodeContext,
  path: Path,
  type: NodeTypeInfo | null,
  written: PortsFile | undefined,
): DeclaredPorts {
  if (written === undefined) return NO_PORTS;
  const ports = { inputs: written.inputs ?? [], outputs: written.outputs ?? [] };
  for (const side of ["inputs", "outputs"] as const) {
    const seen = new Set<number>();
    for (const [index, port] of ports[side].entries()) {
      const at = [...path, side, index];
      if (seen.has(port.index))
        context.checker.error([...at, "index"], {
          expected: "a number that no other port has",
          got: String(port.index),
        });
      seen.add(port.index);
      if (type !== null) checkPort(context, at, type, side, port);
    }
  }
  return ports;
}

function checkPort(
  { checker }: NodeContext,
  path: Path,
  type: NodeTypeInfo,
  side: "inputs" | "outputs",
  port: PortFile,
): void {
  if (port.type !== undefined && port.type !== "audio") return;
  if (port.role === "sidechain" || (side === "inputs" && port.index !== 0)) {
    if (side === "inputs" && !type.hasKeyInput) {
      const hint = `A ${type.type} has no sidechain key; what is connected here is refused.`;
      checker.warn([...path, port.role === undefined ? "index" : "role"], { got: type.type, hint });
    }
    if (side === "inputs" && port.role === "main") {
      const hint = "Only port 0 is the main input; this one is the key.";
      checker.warn([...path, "role"], { expected: '"sidechain"', got: '"main"', hint });
    }
    return;
  }
  const own = side === "inputs" ? type.inputChannels : type.outputChannels;
  if (port.channels === undefined || port.channels === own || type.hasAnyWidth === true) return;
  const hint = own === 0 ? `A ${type.type} has no input.` : `It has ${own} all the same.`;
  checker.warn([...path, "channels"], {
    expected: `${own}, as ${type.type} has`,
    got: String(port.channels),
    hint,
  });
}

/** How many channels the ports ask of a type with any width; null when they do not say. */
export function declaredWidth(ports: DeclaredPorts): number | null {
  const main = (port: PortFile): boolean =>
    port.index === 0 && port.role !== "sidechain" && (port.type === undefined || port.type === "audio");
  const width = ports.inputs.find(main)?.channels ?? ports.outputs.find(main)?.channels;
  return width === undefined ? null : Math.min(width, LIMITS.channels);
}

export interface PortAnswer {
  /** 0 main, 1 key; null when no sound goes there. */
  readonly port: 0 | 1 | null;
}

/**
 * Which input of `node` a cable means by `toPort`.
 *
 * @returns null after the problem was noted
 */
export function inputOf(
  context: RackContext,
  path: Path,
  id: string,
  node: RackNode,
  toPort: number | string,
): PortAnswer | null {
  const port = findPort(context, path, id, node.ports.inputs, toPort);
  if (port === null) return null;
  const declared = port.declared;
  if (declared?.type !== undefined && declared.type !== "audio") {
    const hint = `This port of "${id}" is for ${declared.type}: no sound goes through, the cable is left out.`;
    context.checker.warn(path, { expected: "a port for audio", got: showValue(toPort), hint });
    return { port: null };
  }
  // Every port but the first is a key.
  return { port: port.index === 0 && declared?.role !== "sidechain" ? 0 : 1 };
}

/** Is there such an output? Whatever it is called, it is the one that the node has. */
export function isOutput(
  context: RackContext,
  path: Path,
  id: string,
  node: RackNode,
  fromPort: number | string,
): boolean {
  if (fromPort === 0) return true;
  if (typeof fromPort === "number" && !node.ports.outputs.some((port) => port.index === fromPort)) {
    const hint = `"${id}" has one output.`;
    context.checker.error(path, { expected: "0 (every node has one output)", got: String(fromPort), hint });
    return false;
  }
  return findPort(context, path, id, node.ports.outputs, fromPort) !== null;
}

function findPort(
  { checker }: RackContext,
  path: Path,
  id: string,
  ports: readonly PortFile[],
  wanted: number | string,
): { readonly index: number; readonly declared: PortFile | undefined } | null {
  if (typeof wanted === "number")
    return { index: wanted, declared: ports.find((port) => port.index === wanted) };
  const name = wanted.toLowerCase();
  const declared = ports.find((port) => port.name?.toLowerCase() === name);
  if (declared !== undefined) return { index: declared.index, declared };
  const names = ports.flatMap((port) => (port.name === undefined ? [] : [port.name]));
  checker.unknownName(path, `the name of a port that "${id}" declares`, wanted, names);
  return null;
}
