// SPDX-License-Identifier: GPL-3.0-or-later
// Looks for loops among routes: a synth that sends on what it gets would play for ever. What goes round does
// so as one kind of message and from channel to channel; a route that is left on another channel than it is
// entered by makes no loop.

import { channelTable } from "./route-tables.ts";
import type { MidiPortSettings, RouteSettings } from "./schema.ts";

/**
 * The way round that `added` closes.
 *
 * @param routes - without a loop
 * @returns ids of ports, the first again at the end; null when there is none
 */
export function loopWith(
  added: RouteSettings,
  routes: readonly RouteSettings[],
  ports: readonly MidiPortSettings[],
): readonly string[] | null {
  const deviceOf = devices(ports);
  for (const kind of added.carries) {
    const carriers = routes.filter(({ carries }) => carries.includes(kind));
    for (const [channel, target] of channelsOf(added, kind)) {
      const way = wayBack(added, { channel, target, kind }, carriers, deviceOf);
      if (way !== null) return [added.from, ...way];
    }
  }
  return null;
}

interface Entry {
  readonly channel: number;
  readonly target: number;
  readonly kind: RouteSettings["carries"][number];
}

/** From where `added` leads on to where it is entered, by the fewest routes. */
function wayBack(
  added: RouteSettings,
  { channel, target, kind }: Entry,
  carriers: readonly RouteSettings[],
  deviceOf: (port: string) => string,
): readonly string[] | null {
  const goal = `${deviceOf(added.from)} ${channel}`;
  const seen = new Set<string>();
  let ways = [{ port: added.to, channel: target, ports: [added.to] }];
  while (ways.length > 0) {
    const further: typeof ways = [];
    for (const way of ways) {
      const place = `${deviceOf(way.port)} ${way.channel}`;
      if (place === goal) return way.ports;
      if (seen.has(place)) continue;
      seen.add(place);
      for (const route of carriers) {
        if (deviceOf(route.from) !== deviceOf(way.port)) continue;
        const next = channelsOf(route, kind).get(way.channel);
        if (next !== undefined)
          further.push({ port: route.to, channel: next, ports: [...way.ports, route.to] });
      }
    }
    ways = further;
  }
  return null;
}

/** Channels that are carried, with where they go; system exclusive has but one. */
function channelsOf(route: RouteSettings, kind: Entry["kind"]): ReadonlyMap<number, number> {
  if (kind === "sysex") return new Map([[0, 0]]);
  const entries = [...channelTable(route).entries()];
  return new Map(entries.flatMap(([from, to]) => (to === null ? [] : [[from, to] as const])));
}

/** Two ports of the settings may be the two ends of one device. */
function devices(ports: readonly MidiPortSettings[]): (port: string) => string {
  const groups = new Map<string, string>();
  for (const port of ports) {
    const same = ports.find(
      (other) => other.id !== port.id && groups.has(other.id) && isSameDevice(other, port),
    );
    groups.set(port.id, same === undefined ? port.id : (groups.get(same.id) ?? port.id));
  }
  return (port) => groups.get(port) ?? port;
}

/** Found by names of which one is a part of the other: whatever fits the longer fits the shorter. */
function isSameDevice(a: MidiPortSettings, b: MidiPortSettings): boolean {
  if (a.kind !== "match" || b.kind !== "match") return false;
  const [one, other] = [a.name.toLowerCase(), b.name.toLowerCase()];
  return one.includes(other) || other.includes(one);
}
