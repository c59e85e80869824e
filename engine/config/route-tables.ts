// SPDX-License-Identifier: GPL-3.0-or-later
// The maps of a route as tables: where each channel and each controller goes. From 0, as in code.

import { ROUTE_OFF } from "./route-schema.ts";
import type { RouteSettings } from "./schema.ts";

const CHANNELS = 16;
const CONTROLLERS = 128;

/** @returns of each of 16 channels 0 to 15, or null for nowhere */
export function channelTable({
  channel,
  toChannel,
  channelMap,
}: Pick<RouteSettings, "channel" | "toChannel" | "channelMap">): readonly (number | null)[] {
  return Array.from({ length: CHANNELS }, (_, index) => {
    const written = index + 1;
    const mapped = channelMap[String(written)];
    if (mapped !== undefined) return mapped === ROUTE_OFF ? null : mapped - 1;
    if (channel !== null && channel !== written) return null;
    return (toChannel ?? written) - 1;
  });
}

/** @returns of each of 128 controllers 0 to 127, or null for nowhere */
export function controllerTable({
  controllerMap,
}: Pick<RouteSettings, "controllerMap">): readonly (number | null)[] {
  // "01" and "1" are the same controller.
  const named = new Map(Object.entries(controllerMap).map(([name, value]) => [Number(name), value]));
  const { other } = controllerMap;
  return Array.from({ length: CONTROLLERS }, (_, number) => {
    const mapped = named.get(number) ?? other ?? number;
    return mapped === ROUTE_OFF ? null : mapped;
  });
}
