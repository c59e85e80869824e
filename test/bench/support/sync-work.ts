// SPDX-License-Identifier: GPL-3.0-or-later
// What bench:sync measures: each part on a cable of its own.
import { setTimeout as sleep } from "node:timers/promises";
import type { EngineEvent, EngineState } from "../../../engine/binding/rt-messages.ts";
import { phaseBetween, phaseErrorMs } from "../../support/beat-samples.ts";
import { LinkBox, type LinkBoxOptions } from "../../support/link-box.ts";
import { LinkPeers } from "../../support/link-peers.ts";
import { FOUNDER_AGE_MS, isNear, magnitudes } from "../../support/link-stage.ts";
import { NetworkNamespaces } from "../../support/network-namespaces.ts";
import { eventually } from "../../support/running-box.ts";
import { percentilesOf } from "./figures.ts";

const RATE = 48_000;
const MICROS_PER_MINUTE = 60e6;
const PATIENCE_MS = 60_000;

export interface Figure {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface PhaseRun {
  readonly boxes: Figure;
  readonly peers: Figure;
  readonly mixed: Figure;
  readonly driftPpm: number;
  readonly peerDriftPpm: number;
  readonly steps: number;
  readonly worstStepMicros: number;
}

export interface Propagation {
  readonly ours: Figure;
  readonly toUs: Figure;
  readonly plain: Figure;
}

/** Fewer of everything when the run is to be short. */
export function shortForm(seconds: number, starts: number, joins: number) {
  const share = Math.min(1, seconds / 600);
  return {
    starts: Math.max(40, Math.round(starts * share)),
    joins: Math.max(8, Math.round(joins * share)),
    changes: Math.max(10, Math.round(40 * share)),
  };
}

function figureOf(values: readonly number[]): Figure {
  const { count, p50, p99, max } = percentilesOf(values);
  return { count, p50, p99, max };
}

/** The slope of a line through the values, in parts per million; times in seconds, values in microseconds. */
function slopePpm(seconds: readonly number[], micros: readonly number[]): number {
  const mean = (values: readonly number[]): number =>
    values.reduce((sum, each) => sum + each, 0) / values.length;
  const atMean = mean(seconds);
  const valueMean = mean(micros);
  let above = 0;
  let below = 0;
  for (const [i, at] of seconds.entries()) {
    above += (at - atMean) * ((micros[i] ?? 0) - valueMean);
    below += (at - atMean) ** 2;
  }
  return below === 0 ? 0 : above / below;
}

async function boxOn(
  net: NetworkNamespaces,
  side: "left" | "right",
  options: Omit<LinkBoxOptions, "inside"> = {},
): Promise<LinkBox> {
  return LinkBox.start({ ...options, inside: net.inside(side) });
}

export async function measurePhase(seconds: number): Promise<PhaseRun> {
  using net = NetworkNamespaces.make();
  await using one = await LinkPeers.start({ tempo: 126, inside: net.inside("left") });
  await using other = await LinkPeers.start({ tempo: 126, inside: net.inside("right") });
  await one.enable();
  await sleep(FOUNDER_AGE_MS);
  await other.enable();
  await using left = await boxOn(net, "left");
  await using right = await boxOn(net, "right");
  for (const box of [left, right]) await box.is("three peers", (state) => state.peers === 3, PATIENCE_MS);
  for (const box of [left, right]) box.send({ kind: "play" });
  for (const box of [left, right]) await box.is("it plays", (state) => state.status === "playing");
  await sleep(2000);

  const boxes: number[] = [];
  const mixed: number[] = [];
  const peers: number[] = [];
  const times: number[] = [];
  const start = performance.now();
  while (performance.now() - start < seconds * 1000) {
    const [ours, theirs] = [left.state, right.state];
    boxes.push(1000 * phaseErrorMs(ours, theirs));
    const at = ours.hostMicros;
    const [plainOne, plainOther] = await Promise.all([one.first(at), other.first(at)]);
    const micros = (beats: number): number => (beats * MICROS_PER_MINUTE) / ours.tempoBpm;
    peers.push(micros(phaseBetween(plainOne.beat, plainOther.beat, 4)));
    mixed.push(micros(phaseBetween(plainOther.beat, ours.lineBeat, 4)));
    times.push((performance.now() - start) / 1000);
    await sleep(Math.max(0, 100 * times.length - (performance.now() - start)));
  }
  const { measurement } = (await left.status()).link;
  return {
    boxes: figureOf(magnitudes(boxes)),
    peers: figureOf(magnitudes(peers)),
    mixed: figureOf(magnitudes(mixed)),
    driftPpm: slopePpm(times, boxes),
    peerDriftPpm: slopePpm(times, peers),
    steps: measurement.steps,
    worstStepMicros: measurement.worstStepMicros,
  };
}

/** From a callback to the loudspeaker, through the session and the driver. */
async function latencyOf(box: LinkBox): Promise<number> {
  const { audio, plan } = await box.status();
  return ((audio.outputLatencyFrames + plan.latencyFrames) / RATE) * 1e6;
}

/** Link's microseconds when the frame of this event is heard. */
function heardAt(event: EngineEvent, state: EngineState): number {
  return state.hostMicros + ((event.frame - state.frame) * 1e6) / RATE;
}

/** The newest event of a kind that fits, as soon as there is one. */
function happening(box: LinkBox, isIt: (event: EngineEvent) => boolean): Promise<EngineEvent> {
  return eventually("the box reports it", () => box.takeEvents().findLast(isIt) ?? null, PATIENCE_MS);
}

/** A box and so many plain peers: tempo changes of either reach the other. */
export async function measurePropagation(others: number, changes: number): Promise<Propagation> {
  using net = NetworkNamespaces.make();
  await using peers = await LinkPeers.start({ count: others, inside: net.inside("right") });
  await peers.enable();
  await sleep(FOUNDER_AGE_MS);
  // Stands for the box where plain Link is measured: it sets, the others hear.
  await using plain = await LinkPeers.start({ inside: net.inside("left") });
  await using box = await boxOn(net, "left");
  await box.is("everybody", (state) => state.peers === others, PATIENCE_MS);
  const latency = await latencyOf(box);
  const ours: number[] = [];
  const toUs: number[] = [];
  const plainMs: number[] = [];
  const told = async (from: number, bpm: number, least: number): Promise<readonly number[]> => {
    const found = () =>
      peers.events.slice(from).filter(({ event, value }) => event === "tempo" && isNear(Number(value), bpm));
    await eventually("the peers are told", () => found().length >= least, PATIENCE_MS);
    return found().map(({ at }) => at);
  };
  for (let turn = 0; turn < changes; turn += 1) {
    box.takeEvents();
    const from = peers.events.length;
    const bpm = 100 + turn;
    box.send({ kind: "tempo", value: bpm });
    const event = await happening(box, ({ kind, flag }) => kind === "tempoChanged" && flag === 0);
    const setAt = heardAt(event, box.state) - latency;
    ours.push(...(await told(from, bpm, others)).map((at) => Math.max(0, at - setAt) / 1000));
    // Link shows a box its own tempo for a second.
    await sleep(1200);
    box.takeEvents();
    const theirsAt = await peers.setTempo(150 + turn);
    const heard = await happening(box, ({ kind, flag }) => kind === "tempoChanged" && flag === 1);
    toUs.push(Math.max(0, heardAt(heard, box.state) - latency - theirsAt) / 1000);
    await sleep(150);
  }
  await plain.enable();
  await plain.all("everybody", (peer) => peer.peers === others + 1, PATIENCE_MS);
  for (let turn = 0; turn < changes; turn += 1) {
    const from = peers.events.length;
    const setAt = await plain.setTempo(200 + turn);
    plainMs.push(...(await told(from, 200 + turn, others)).map((at) => (at - setAt) / 1000));
    await sleep(150);
  }
  return { ours: figureOf(ours), toUs: figureOf(toUs), plain: figureOf(plainMs) };
}

/** From going on the network to the tempo that is there. */
export async function measureJoins(joins: number): Promise<{ ours: Figure; plain: Figure }> {
  using net = NetworkNamespaces.make();
  await using founder = await LinkPeers.start({ tempo: 133, inside: net.inside("right") });
  await founder.enable();
  await sleep(FOUNDER_AGE_MS);
  await using box = await boxOn(net, "left", {
    change: (plan) => ({ ...plan, link: { ...plan.link, enabled: false } }),
  });
  await using plain = await LinkPeers.start({ tempo: 90, inside: net.inside("left") });
  await sleep(1500);
  const latency = await latencyOf(box);
  const ours: number[] = [];
  const plainMs: number[] = [];
  for (let turn = 0; turn < joins; turn += 1) {
    box.send({ kind: "tempo", value: 100 });
    await box.is("its own tempo", (state) => isNear(state.tempoBpm, 100));
    const onMs = firstMoment(box, (state) => state.linkEnabled);
    await box.replan((plan) => ({ ...plan, link: { ...plan.link, enabled: true } }));
    const enabledAt = (await onMs) - latency;
    const event = await happening(box, ({ kind, flag }) => kind === "tempoChanged" && flag === 1);
    ours.push(Math.max(0, heardAt(event, box.state) - latency - enabledAt) / 1000);
    await box.replan((plan) => ({ ...plan, link: { ...plan.link, enabled: false } }));
    await founder.all("nobody", (peer) => peer.peers === 0);

    await plain.setTempo(100);
    const from = plain.events.length;
    const at = await plain.enable();
    const adopted = await eventually("the founder's tempo", () =>
      plain.events
        .slice(from)
        .find(({ event: what, value }) => what === "tempo" && isNear(Number(value), 133)),
    );
    plainMs.push((adopted.at - at) / 1000);
    await plain.enable(false);
    await founder.all("nobody", (peer) => peer.peers === 0);
  }
  return { ours: figureOf(ours), plain: figureOf(plainMs) };
}

/** The loudspeaker time of the block in which the state was first so; looks every millisecond. */
async function firstMoment(box: LinkBox, isIt: (state: EngineState) => boolean): Promise<number> {
  const state = await (async () => {
    for (;;) {
      const { state: now } = box;
      if (isIt(now)) return now;
      await sleep(1);
    }
  })();
  return state.hostMicros;
}

/** Where the session is in its cycle when the first frame of a start is heard, against a plain peer. */
export async function measureStarts(starts: number): Promise<Figure> {
  using net = NetworkNamespaces.make();
  await using founder = await LinkPeers.start({ tempo: 240, inside: net.inside("right") });
  await founder.enable();
  await sleep(FOUNDER_AGE_MS);
  await using box = await boxOn(net, "left", { quantum: 1 });
  await box.is("the peer", (state) => state.peers === 1 && isNear(state.tempoBpm, 240), PATIENCE_MS);
  await sleep(1500);
  const errors: number[] = [];
  for (let turn = 0; turn < starts; turn += 1) {
    box.takeEvents();
    box.send({ kind: "play" });
    const event = await happening(box, ({ kind }) => kind === "started");
    const { state } = box;
    const firstAt = Math.round(heardAt(event, state));
    const shown = await founder.first(firstAt, 1);
    const beats = phaseBetween(0, shown.beat, 1);
    errors.push(Math.abs((beats * MICROS_PER_MINUTE) / state.tempoBpm));
    box.send({ kind: "stop" });
    await box.is("it stands", ({ status }) => status === "stopped");
    await sleep(20 + (turn % 7) * 23);
  }
  return figureOf(errors);
}
