// SPDX-License-Identifier: GPL-3.0-or-later
// Routes in the words that players read.

import { noteName } from "../base/note-name.ts";
import type { MidiRouteStatus } from "../binding/engine-status.ts";
import type { ROUTE_OFF } from "../config/route-schema.ts";
import { DEFAULT_ROUTE, type RouteSettings } from "../config/schema.ts";

/** `keys -> lead` */
export function waysText({ from, to }: Pick<RouteSettings, "from" | "to">): string {
  return `${from} -> ${to}`;
}

/** What it changes: `channel 1 to 3, C4 to C5, +12, arp up 0.25 beats`. */
export function routeText(route: RouteSettings): string {
  const parts = [
    carriesText(route),
    channelText(route),
    notesText(route),
    velocityText(route),
    route.transpose === 0 ? "" : signed(route.transpose),
    isStandard(route, "chord") ? "" : `chord ${route.chord.join(" ")}`,
    mapText("cc", route.controllerMap),
    arpText(route),
    route.delayBeats === 0 ? "" : `${route.delayBeats} beats later`,
  ].filter((part) => part !== "");
  return parts.length === 0 ? "everything as it comes" : parts.join(", ");
}

/** `120 in, 360 out, 3 keys held; 2 found no room` */
export function carriedText(route: MidiRouteStatus): string {
  const { heard, sent, held, refused, unplayable, loops, sentence } = route;
  const counted = [
    `${heard} in, ${sent} out`,
    held === 0 ? "" : `${held} ${held === 1 ? "key" : "keys"} held`,
    refused === 0 ? "" : `${refused} found no room or no port`,
    unplayable === 0 ? "" : `${unplayable} keys without a note`,
    loops === 0 ? "" : `cut ${loops === 1 ? "once" : `${loops} times`}: heard itself`,
  ].filter((part) => part !== "");
  return [sentence, counted.join(", ")].filter((part) => part !== "").join("; ");
}

function isStandard(route: RouteSettings, key: keyof typeof DEFAULT_ROUTE): boolean {
  return String(route[key]) === String(DEFAULT_ROUTE[key]);
}

function carriesText(route: RouteSettings): string {
  if (isStandard(route, "carries")) return "";
  const added = route.carries.filter((kind) => !DEFAULT_ROUTE.carries.includes(kind));
  const isMore = DEFAULT_ROUTE.carries.every((kind) => route.carries.includes(kind));
  return isMore ? `with ${added.join(", ")}` : `only ${route.carries.join(", ")}`;
}

function channelText(route: RouteSettings): string {
  const { channel, toChannel } = route;
  const from = channel === null ? "" : `channel ${channel}`;
  const to = toChannel === null ? "" : `${from === "" ? "channel" : ""} to ${toChannel}`;
  const rest = mapText("channels", route.channelMap);
  return [`${from}${to}`.trim(), rest].filter((part) => part !== "").join(", ");
}

function notesText({ lowestNote, highestNote }: RouteSettings): string {
  if (lowestNote === DEFAULT_ROUTE.lowestNote && highestNote === DEFAULT_ROUTE.highestNote) return "";
  return `${noteName(lowestNote)} to ${noteName(highestNote)}`;
}

function velocityText(route: RouteSettings): string {
  const { lowestVelocity, highestVelocity, velocityCurve, velocityMin, velocityMax } = route;
  const isLayer = !isStandard(route, "lowestVelocity") || !isStandard(route, "highestVelocity");
  const isBent = !isStandard(route, "velocityCurve");
  const isMoved = !isStandard(route, "velocityMin") || !isStandard(route, "velocityMax");
  const layer = isLayer ? `strokes ${lowestVelocity} to ${highestVelocity}` : "";
  const out =
    velocityMin === velocityMax ? `velocity ${velocityMin}` : `velocity ${velocityMin} to ${velocityMax}`;
  const curve = isBent
    ? `velocity ${velocityCurve}${isMoved ? ` ${velocityMin} to ${velocityMax}` : ""}`
    : "";
  return [layer, isBent ? curve : isMoved ? out : ""].filter((part) => part !== "").join(", ");
}

function mapText(what: string, map: Readonly<Record<string, number | typeof ROUTE_OFF>>): string {
  const entries = Object.entries(map).map(([from, to]) => `${from} to ${to}`);
  return entries.length === 0 ? "" : `${what} ${entries.join(" ")}`;
}

function arpText({ arp, arpBeats, arpOctaves, arpHold }: RouteSettings): string {
  if (arp === "off") return "";
  const octaves = arpOctaves === 1 ? "" : ` over ${arpOctaves} octaves`;
  return `arp ${arp} ${arpBeats} beats${octaves}${arpHold ? " held" : ""}`;
}

function signed(semitones: number): string {
  return `${semitones > 0 ? "+" : ""}${semitones} semitones`;
}
