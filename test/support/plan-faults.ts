// SPDX-License-Identifier: GPL-3.0-or-later
// What engine/binding/plan promises about racks and sessions, as a check: whatever file a plan was
// made of, the engine must be able to take it.

import type { LfoPlan } from "../../engine/binding/plan/modulation-plan.ts";
import type { BusPlan, SessionPlan, TempoPoint } from "../../engine/binding/plan/plan.ts";
import type { NodePlan, RackPlan } from "../../engine/binding/plan/rack-plan.ts";
import { isPlanId } from "../../engine/config/plan-id.ts";
import { type NodeCatalog, type NodeTypeInfo, typeNamed } from "../../engine/rack/catalog.ts";

/** Sentences; empty for a plan that keeps every promise. */
export function rackFaults(rack: RackPlan, catalog: NodeCatalog): string[] {
  const faults: string[] = [];
  const check = (isKept: boolean, sentence: string): void => {
    if (!isKept) faults.push(`rack ${rack.id}: ${sentence}`);
  };
  const types = new Map<string, NodeTypeInfo>();
  for (const node of rack.nodes) {
    check(isPlanId(node.id) && !types.has(node.id), `node ${node.id}`);
    const type = typeNamed(catalog, node.type);
    check(type !== null, `type ${node.type}`);
    if (type === null) continue;
    types.set(node.id, type);
    faults.push(...nodeFaults(node, type));
  }
  check(isPlanId(rack.id), "id");
  check(isTempoMap(rack.tempoMap), "tempo map");
  check(Number.isSafeInteger(rack.seed) && rack.seed >= 0, "seed");
  check(isIn(rack.gain, 0, 4), "gain");
  check(isIn(rack.startSeconds, -1e6, 1e6), "start");
  check(isIn(rack.loopBeats, 0, 1e9) && isIn(rack.endBeats, 0, 1e9), "loop");
  check(rack.tailMs === null || isIn(rack.tailMs, 0, 1e9), "tail");
  for (const cable of rack.connections) {
    const to = types.get(cable.to);
    check(types.has(cable.from) && to !== undefined, `cable ${cable.from} > ${cable.to}`);
    check(isIn(cable.gain, 0, 2) && isIn(cable.dry, 0, 1) && cable.fromPort === 0, "cable");
    check(
      cable.toPort === 0 ? (to?.inputChannels ?? 0) > 0 : to?.hasKeyInput === true,
      `port ${cable.toPort}`,
    );
  }
  for (const input of rack.mixer?.inputs ?? [])
    check(types.has(input.node) && isIn(input.gain, 0, 4), `mixer input ${input.node}`);
  for (const pattern of rack.patterns) {
    const type = types.get(pattern.node);
    check(type !== undefined, `pattern of ${pattern.node}`);
    check(isWhole(pattern.resolution, 1, 192) && isWhole(pattern.lengthSteps, 1, 65_536), "pattern length");
    check(isIn(pattern.swingPercent, 0, 100) && isIn(pattern.swingExponent, 0.1, 10), "swing");
    const last = pattern.lengthSteps - 1;
    check(
      pattern.hits.every((step, index) => isWhole(step, index, last)),
      "hits",
    );
    for (const { step, note, velocity, lengthSteps } of pattern.notes) {
      check(isWhole(step, 0, last) && isWhole(note, 0, 127), "note");
      check(velocity > 0 && velocity <= 1 && isIn(lengthSteps, 1e-3, 65_536), "note's length");
    }
    for (const { step, param, value, rampMs } of pattern.locks) {
      check(isWhole(step, 0, last) && isIn(rampMs, 0, 1e9), "lock");
      check(type === undefined || isParamValue(type, param, value), `lock of ${param}`);
    }
  }
  for (const { node, beat, type: kind, param, value } of rack.commands) {
    const type = types.get(node);
    check(type !== undefined && isIn(beat, 0, 1e9), `command of ${node}`);
    const isRight =
      kind === "trigger" ? isIn(value, 0, 1) : type === undefined || isParamValue(type, param, value);
    check(isRight, `command of ${param}`);
  }
  return faults;
}

export function sessionFaults(session: SessionPlan, catalog: NodeCatalog): string[] {
  const faults = session.racks.flatMap((rack) => rackFaults(rack, catalog));
  const check = (isKept: boolean, sentence: string): void => {
    if (!isKept) faults.push(`session: ${sentence}`);
  };
  const racks = new Set(session.racks.map((rack) => rack.id));
  const sources = new Set([...racks, ...session.buses.map((bus) => bus.id)]);
  check(racks.size === session.racks.length, "racks twice");
  check(sources.size === racks.size + session.buses.length, "buses twice");
  check(isTempoMap(session.tempoMap) && isIn(session.loopBeats, 0, 1e9), "time");
  const targets = new Set<string>();
  for (const rack of session.racks) {
    targets.add(`rack:${rack.id}`);
    for (const node of rack.nodes) targets.add(`${rack.id}:${node.id}`);
  }
  for (const bus of session.buses) {
    for (const insert of bus.inserts) targets.add(`bus:${bus.id}:${insert.id}`);
    faults.push(...busFaults(bus, sources, catalog));
  }
  check(session.routes.length <= 1024 && session.commands.length <= 16_384, "lists");
  for (const route of session.routes) {
    const isKnown = sources.has(route.from) && !racks.has(route.to);
    check(isKnown && (route.to === "main" || sources.has(route.to)), `route ${route.from} > ${route.to}`);
    check(isIn(route.gain, 0, 4), "route's gain");
  }
  for (const xfader of session.xfaders) {
    targets.add(`xfader:${xfader.id}`);
    check(
      xfader.racks.every((rack) => racks.has(rack)),
      `crossfader ${xfader.id}`,
    );
    check(xfader.lfo === null || isLfo(xfader.lfo), "crossfader's LFO");
  }
  for (const command of session.commands) {
    check(targets.has(command.target), `target ${command.target}`);
    check(isIn(command.beat, 0, 1e9) && Number.isFinite(command.value), "command");
  }
  return faults;
}

function busFaults(bus: BusPlan, sources: ReadonlySet<string>, catalog: NodeCatalog): string[] {
  const faults: string[] = [];
  if (
    !isPlanId(bus.id) ||
    !isWhole(bus.channels, 1, 8) ||
    bus.id === "main" ||
    (bus.midSide && bus.channels !== 2)
  )
    faults.push(`bus ${bus.id}`);
  for (const insert of bus.inserts) {
    const type = typeNamed(catalog, insert.type);
    if (type === null) faults.push(`insert ${insert.type}`);
    else faults.push(...nodeFaults(insert, type));
    if (insert.sidechains.some((one) => !sources.has(one.from) || !isIn(one.gain, 0, 4)))
      faults.push(`sidechain of ${insert.id}`);
  }
  return faults;
}

function nodeFaults(node: NodePlan, type: NodeTypeInfo): string[] {
  const ids = new Set(node.params.map(([id]) => id));
  const keys = new Set((type.texts ?? []).map((text) => text.key));
  const isRight =
    isPlanId(node.id) &&
    ids.size === node.params.length &&
    node.params.every(([id, value]) => isParamValue(type, id, value)) &&
    node.texts.every(([key]) => keys.has(key)) &&
    isWhole(node.channels, 0, 8) &&
    (node.mod?.lfos ?? []).every(isLfo) &&
    (node.mod?.routes ?? []).every((route) => {
      const lfos = node.mod?.lfos.length ?? 0;
      const isThere =
        route.target === "param" ? type.params.some((one) => one.id === route.index) : route.index < lfos;
      const isRange = route.range === null || route.range.min < route.range.max;
      return isThere && isRange && route.lfo < lfos && Number.isFinite(route.depth + route.offset);
    });
  return isRight ? [] : [`node ${node.id}: ${JSON.stringify(node)}`];
}

function isParamValue(type: NodeTypeInfo, id: number, value: number): boolean {
  const param = type.params.find((one) => one.id === id);
  return param !== undefined && isIn(value, param.min, param.max);
}

function isLfo(lfo: LfoPlan): boolean {
  return isIn(lfo.freqHz, 0.001, 1000) && isIn(lfo.phase, 0, 1) && isIn(lfo.syncBeats, 0, 65_536);
}

function isTempoMap(map: readonly TempoPoint[]): boolean {
  return (
    map[0]?.beat === 0 &&
    map.length <= 4096 &&
    map.every(
      ({ beat, bpm }, index) => isIn(bpm, 20, 999) && (index === 0 || beat > (map[index - 1]?.beat ?? 0)),
    )
  );
}

function isIn(value: number, min: number, max: number): boolean {
  return value >= min && value <= max;
}

function isWhole(value: number, min: number, max: number): boolean {
  return Number.isInteger(value) && isIn(value, min, max);
}
