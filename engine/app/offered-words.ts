// SPDX-License-Identifier: GPL-3.0-or-later
// Names that the TAB key of a shell offers and only Downbeat knows. They help whoever types: what cannot be
// read is not offered, and nobody is told why.

import { existsSync, readdirSync } from "node:fs";
import path from "node:path";
import { loadTolerant } from "../config/load-settings.ts";
import { BANK_STEPS, parseMappingTarget, RACK_PARAMS, TRANSPORT_ACTIONS } from "../config/mapping-target.ts";
import type { Settings } from "../config/schema.ts";
import { listSnapshots } from "../config/snapshots.ts";
import { TRACK_PARAM_KEYS } from "../config/track-params.ts";
import { typeNamed } from "../rack/catalog.ts";
import { openBoardShelf } from "./board-source.ts";
import { SHIPPED_FOLDERS } from "./edit-desk.ts";
import { readFoundSynths } from "./found-synths.ts";
import type { Places } from "./places.ts";
import { loadProfiles, openShelf } from "./profile-source.ts";
import { loadSession, ourCatalog, sessionFile } from "./session-source.ts";

type Offer = (places: Places, before: readonly string[]) => Promise<readonly string[]>;

/** By kind of word. `before` are the words in front of it that are no verbs. */
export const OFFERS = {
  editable: async ({ settingsFile }) => editableFiles(path.dirname(settingsFile)),
  snapshot: async ({ stateFolder }) => (await listSnapshots(stateFolder)).map(({ number }) => String(number)),
  board: async (places) => {
    const shelf = await openBoardShelf(await settingsOf(places), places.settingsFile);
    return shelf.entries.map(({ id }) => id);
  },
  profile: async (places) => {
    const shelf = await openShelf(await settingsOf(places), places.settingsFile);
    return shelf.entries.map(({ id }) => id);
  },
  profileParameter: async (places, [id = ""]) => {
    const shelf = await openShelf(await settingsOf(places), places.settingsFile);
    return (await shelf.find(id))?.profile.parameters.map((parameter) => parameter.id) ?? [];
  },
  port: async (places) => (await settingsOf(places)).midi.ports.map(({ id }) => id),
  scene: async (places) => (await settingsOf(places)).scenes.map(({ id }) => id),
  synthParameter: (places) => synthParameters(places, null),
  target: mappingTargets,
  targetParameter: targetParameters,
  track: async (places) => (await settingsOf(places)).sequencer.tracks.map(({ id }) => id),
  trackParameter: async () => TRACK_PARAM_KEYS,
} as const satisfies Readonly<Record<string, Offer>>;

export type OfferedKind = keyof typeof OFFERS;
export const OFFERED_KINDS = Object.keys(OFFERS) as readonly OfferedKind[];

async function settingsOf({ settingsFile }: Places): Promise<Settings> {
  return (await loadTolerant(settingsFile)).settings;
}

const EDITED_FOLDERS = ["sessions", "racks", "profiles", "boards"];
const EDITED_ENDING = /\.(ya?ml|json)$/;

/** The owner's, and those that came with Downbeat, of which a copy can be made. */
function editableFiles(folder: string): readonly string[] {
  const names = filesIn(folder);
  for (const below of EDITED_FOLDERS) {
    for (const root of [folder, ...SHIPPED_FOLDERS])
      names.push(...filesIn(path.join(root, below)).map((name) => `${below}/${name}`));
  }
  return [...new Set(names)].sort();
}

function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true });
  return entries
    .filter((entry) => !entry.isDirectory() && EDITED_ENDING.test(entry.name))
    .map(({ name }) => name);
}

async function synthParameters(places: Places, port: string | null): Promise<readonly string[]> {
  const found = await readFoundSynths(places.stateFolder);
  const { ports } = await loadProfiles(await settingsOf(places), places.settingsFile, null, found);
  const parameters = ports
    .filter((synth) => port === null || synth.port === port)
    .flatMap(({ profile }) => profile.parameters);
  return [...new Set(parameters.flatMap(({ id, role }) => (role === null ? [id] : [id, role])))];
}

async function mappingTargets(places: Places): Promise<readonly string[]> {
  const settings = await settingsOf(places);
  const { settingsFile } = places;
  const { plan } = await loadSession(sessionFile(settings, settingsFile), { settingsFile });
  const ports = settings.midi.ports.filter(({ output }) => output).map(({ id }) => id);
  return [
    "transport",
    "scene",
    "bank",
    "modifier",
    "synth",
    ...ports.flatMap((id) => [`synth:${id}`, `midi:${id}`]),
    ...settings.sequencer.tracks.map(({ id }) => `track:${id}`),
    ...(plan?.racks ?? []).flatMap((rack) => [
      `rack:${rack.id}`,
      ...rack.nodes.map((node) => `${rack.id}:${node.id}`),
    ]),
    ...(plan?.buses ?? []).flatMap((bus) => bus.inserts.map((insert) => `bus:${bus.id}:${insert.id}`)),
    ...(plan?.xfaders ?? []).map((xfader) => `xfader:${xfader.id}`),
  ];
}

async function targetParameters(places: Places, [text = ""]: readonly string[]): Promise<readonly string[]> {
  const target = parseMappingTarget(text);
  switch (target?.kind) {
    case "transport":
      return TRANSPORT_ACTIONS;
    case "bank":
      return BANK_STEPS;
    case "scene":
      return [...BANK_STEPS, ...(await settingsOf(places)).scenes.map(({ id }) => id)];
    case "rack":
      return RACK_PARAMS;
    case "track":
      return TRACK_PARAM_KEYS;
    case "synth":
      return synthParameters(places, target.port);
    case "node":
      return nodeParameters(places, (racks) =>
        racks.find(({ id }) => id === target.rack)?.nodes.find(({ id }) => id === target.node),
      );
    case "insert":
      return nodeParameters(places, (_racks, buses) =>
        buses.find(({ id }) => id === target.bus)?.inserts.find(({ id }) => id === target.insert),
      );
    default:
      return [];
  }
}

type Session = NonNullable<Awaited<ReturnType<typeof loadSession>>["plan"]>;

/** Of a node of the session. */
async function nodeParameters(
  places: Places,
  choose: (racks: Session["racks"], buses: Session["buses"]) => { readonly type: string } | undefined,
): Promise<readonly string[]> {
  const { settingsFile } = places;
  const file = sessionFile(await settingsOf(places), settingsFile);
  const { plan } = await loadSession(file, { settingsFile });
  const node = plan === null ? undefined : choose(plan.racks, plan.buses);
  const type = node === undefined ? null : typeNamed(ourCatalog(), node.type);
  return type?.params.map(({ name }) => name) ?? [];
}
