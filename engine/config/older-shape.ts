// SPDX-License-Identifier: GPL-3.0-or-later
// Settings in the shape of an older kind of box: one output port, a profile for it, a mapping, a sequencer.
// What has a place here is put there; everything else is kept under `older`, so that nothing is lost.

import { type Document, isMap, isScalar, isSeq, Scalar, YAMLMap, YAMLSeq } from "yaml";
import { takeOverSequencer } from "./older-sequencer.ts";
import { VIRTUAL_PORT_ID } from "./plan-parts.ts";
import { settingsSchema } from "./schema.ts";
import { groupAt, groupMade, keyOf, move, scalarAt, takeOut, textAt } from "./yaml-moves.ts";

/** Keys of `midi` that only the older shape has. */
const OLDER_MIDI = ["output_port", "output_channel", "input_port", "input_channel", "cc_profile", "clock"];
/** Groups of the older shape, each with keys that tell it apart from one of the same name. */
const OLDER_GROUPS: Readonly<Record<string, readonly string[]>> = {
  mapping: ["ccs", "buttons"],
  sequencer: [
    "steps",
    "root_note",
    "gate_length",
    "step_pattern",
    "direction_pattern",
    "quantize_scale_changes",
  ],
  mutation: ["interval_min_s", "interval_max_s", "max_changes_per_cycle"],
  idle: ["timeout_ms", "ambient_profile", "fade_in_ms", "fade_out_ms"],
};
const PORT_ID = "synth";
const CONTROLLER_ID = "controller";
const PROFILE_ID = /^[a-z][a-z0-9_]{0,63}$/;

export function hasOlderShape(document: Document): boolean {
  const root = document.contents;
  if (!isMap(root)) return false;
  if (OLDER_MIDI.some((key) => groupAt(root, "midi")?.has(key))) return true;
  return Object.entries(OLDER_GROUPS).some(([name, keys]) =>
    keys.some((key) => groupAt(root, name)?.has(key)),
  );
}

export function takeOverOlderShape(document: Document): void {
  const root = document.contents;
  if (!isMap(root)) return;
  takeOverPort(root);
  takeOverControls(root);
  takeOverTempo(root);
  takeOverLog(root);
  const sequencer = takeOverSequencer(root, hasPort(root) ? PORT_ID : VIRTUAL_PORT_ID);
  const older = new YAMLMap();
  const olderMidi = new YAMLMap();
  const midi = groupAt(root, "midi");
  const known = Object.keys(settingsSchema.shape.midi.unwrap().shape);
  for (const pair of midi === null ? [] : takeOut(midi, known)) olderMidi.items.push(pair);
  if (olderMidi.items.length > 0) older.set("midi", olderMidi);
  if (midi?.items.length === 0) root.delete("midi");
  if (sequencer.items.length > 0) older.set("sequencer", sequencer);
  for (const pair of takeOut(root, Object.keys(settingsSchema.shape))) older.items.push(pair);
  if (older.items.length > 0) root.set("older", older);
}

/** The one synth becomes a port of that name. Without a name it could be any port: that stays as it was. */
function takeOverPort(root: YAMLMap): void {
  const midi = groupAt(root, "midi");
  const name = textAt(midi, "output_port");
  if (midi === null || name === null || name === "" || name.length > 200 || /^auto$/i.test(name)) return;
  const port = new YAMLMap();
  port.set("id", PORT_ID);
  port.set("kind", "match");
  move(midi, "output_port", port, "name");
  const channel = scalarAt(midi, "output_channel")?.value;
  if (typeof channel === "number" && Number.isInteger(channel) && channel >= 1 && channel <= 16) {
    move(midi, "output_channel", port, "channel");
  }
  const profile = groupAt(midi, "cc_profile");
  if (PROFILE_ID.test(textAt(profile, "active_profile") ?? ""))
    move(profile, "active_profile", port, "profile");
  const clock = groupAt(midi, "clock");
  const switches = { enabled: "clock", send_start_stop: "startStop", send_song_position: "songPosition" };
  for (const [from, to] of Object.entries(switches)) {
    if (typeof scalarAt(clock, from)?.value === "boolean") move(clock, from, port, to);
  }
  for (const key of ["clock", "cc_profile"]) if (groupAt(midi, key)?.items.length === 0) midi.delete(key);
  addPort(midi, port);
}

/** Was there a name for the synth? */
function hasPort(root: YAMLMap): boolean {
  const ports = groupAt(root, "midi")?.get("ports", true);
  return isSeq(ports) && ports.items.some((item) => isMap(item) && item.get("id") === PORT_ID);
}

/**
 * The input port becomes a port, and what its controllers moved on the synth becomes mappings. Without a name
 * it could be any port, and without a profile the names mean nothing: then all stays as it was.
 */
function takeOverControls(root: YAMLMap): void {
  const midi = groupAt(root, "midi");
  const ports = midi?.get("ports", true);
  if (midi === null || root.has("mappings")) return;
  const written = isSeq(ports) ? ports.items.filter((item) => isMap(item)) : [];
  const synth = written.find((item) => item.get("id") === PORT_ID && item.has("profile"));
  const name = textAt(midi, "input_port");
  if (name === null || name === "" || name.length > 200 || /^auto$/i.test(name)) return;
  if (written.some((item) => item.get("id") === CONTROLLER_ID)) return;
  const same = written.find((item) => String(item.get("name")).toLowerCase() === name.toLowerCase());
  if (same !== undefined && same.get("input") === false) return;
  const id = same === undefined ? CONTROLLER_ID : String(same.get("id"));
  if (same === undefined) addPort(midi, controllerPort(midi));
  else if (same.get("name") === name) midi.delete("input_port");
  if (synth !== undefined) takeOverCcs(root, midi, id);
}

/** A controller is listened to; nothing is played to it. */
function controllerPort(midi: YAMLMap): YAMLMap {
  const port = new YAMLMap();
  port.set("id", CONTROLLER_ID);
  port.set("kind", "match");
  move(midi, "input_port", port, "name");
  port.set("output", false);
  return port;
}

function takeOverCcs(root: YAMLMap, midi: YAMLMap, port: string): void {
  const mapping = groupAt(root, "mapping");
  const ccs = groupAt(mapping, "ccs");
  if (mapping === null || ccs === null) return;
  const channel = scalarAt(midi, "input_channel")?.value;
  const isChannel = typeof channel === "number" && Number.isInteger(channel) && channel >= 1 && channel <= 16;
  const list = new YAMLSeq();
  for (const pair of [...ccs.items]) {
    const key = keyOf(pair);
    const param = textAt(ccs, key);
    if (!/^(?:\d|[1-9]\d|1[01]\d|12[0-7])$/.test(key) || param === null || param === "" || param.length > 200)
      continue;
    const entry = new YAMLMap();
    entry.set("id", `cc-${key}`);
    entry.set("port", port);
    entry.set("number", Number(key));
    if (isChannel) entry.set("channel", channel);
    entry.set("target", `synth:${PORT_ID}`);
    if (isScalar(pair.key)) entry.commentBefore = pair.key.commentBefore ?? null;
    const value = pair.value;
    ccs.items = ccs.items.filter((other) => other !== pair);
    entry.set("param", value);
    list.items.push(entry);
  }
  if (list.items.length === 0) return;
  const key = root.items.find((pair) => keyOf(pair) === "mapping")?.key;
  root.set("mappings", list);
  for (const empty of ["ccs", "buttons"])
    if (groupAt(mapping, empty)?.items.length === 0) mapping.delete(empty);
  if (isChannel) midi.delete("input_channel");
  if (mapping.items.length > 0) return;
  root.delete("mapping");
  const made = root.items.find((pair) => keyOf(pair) === "mappings");
  if (made === undefined || !isScalar(key)) return;
  const named = new Scalar("mappings");
  named.commentBefore = key.commentBefore ?? null;
  made.key = named;
}

function addPort(midi: YAMLMap, port: YAMLMap): void {
  const ports = midi.get("ports", true);
  if (isSeq(ports)) {
    ports.items.push(port);
    return;
  }
  const list = new YAMLSeq();
  list.items.push(port);
  midi.set("ports", list);
}

function takeOverTempo(root: YAMLMap): void {
  const sequencer = groupAt(root, "sequencer");
  const tempo = scalarAt(sequencer, "bpm")?.value;
  if (typeof tempo !== "number" || tempo < 20 || tempo > 999) return;
  const transport = groupMade(root, "transport");
  if (transport === null || transport.has("tempo")) return;
  move(sequencer, "bpm", transport, "tempo");
  if (sequencer?.items.length === 0) root.delete("sequencer");
}

function takeOverLog(root: YAMLMap): void {
  const logging = groupAt(root, "logging");
  const level = scalarAt(logging, "level");
  const word = String(level?.value)
    .toLowerCase()
    .replace(/^warning$/, "warn");
  if (logging === null || level === null || !["debug", "info", "warn", "error"].includes(word)) return;
  const log = groupMade(root, "log");
  if (log === null || log.has("level")) return;
  level.value = word;
  move(logging, "level", log, "level");
  if (logging.items.length === 0) root.delete("logging");
}
