// SPDX-License-Identifier: GPL-3.0-or-later
// The profiles that come with Downbeat: without a mistake, with their sources, and the same bytes as ever.

import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, expect, test } from "vitest";
import { projectFolder } from "../../../engine/binding/places.ts";
import { decodeMessage } from "../../../engine/profiles/decode.ts";
import { encodeParameter } from "../../../engine/profiles/encode.ts";
import { readCsv } from "../../../engine/profiles/import/csv-rows.ts";
import { lintProfile } from "../../../engine/profiles/lint.ts";
import { findParameter, type Profile } from "../../../engine/profiles/profile.ts";
import type { FoundProfile } from "../../../engine/profiles/shelf.ts";
import { builtInShelf, GOLDEN_FOLDER, goldenOf, hexOf } from "../../support/profile-golden.ts";

const VECTORS = path.join(projectFolder(), "test", "vectors", "profiles");
const IDS = [
  "fm_synth",
  "generic_analog",
  "korg_nts1",
  "korg_nts1_mk2",
  "microfreak",
  "minilogue_xd",
  "reface_dx",
  "volca_fm",
  "volca_keys",
  "waldorf_streichfett",
];

const found = new Map<string, FoundProfile>();
beforeAll(async () => {
  const shelf = await builtInShelf();
  for (const { id } of shelf.entries) {
    const profile = await shelf.find(id);
    if (profile !== null) found.set(id, profile);
  }
});

function profileOf(id: string): Profile {
  const profile = found.get(id)?.profile;
  if (profile === undefined) throw new Error(`no profile ${id}`);
  return profile;
}

test("these come with Downbeat", () => {
  expect([...found.keys()]).toEqual(IDS);
  expect(readdirSync(GOLDEN_FOLDER).sort()).toEqual(IDS.map((id) => `${id}.json`));
});

test.each(IDS)("%s has no mistake, nothing to warn about, and says where its numbers are from", (id) => {
  expect(found.get(id)?.problems).toEqual([]);
  expect(lintProfile(profileOf(id))).toEqual([]);
  expect(profileOf(id).sources.length).toBeGreaterThan(0);
  expect(profileOf(id).isCommunity).toBe(false);
});

test.each(IDS)("%s sends the bytes that are kept for it, for every parameter", (id) => {
  const golden = JSON.parse(readFileSync(path.join(GOLDEN_FOLDER, `${id}.json`), "utf8")) as unknown;
  expect(goldenOf(profileOf(id))).toEqual(golden);
});

test("a cutoff, an attack or an algorithm is found by its role on any of them", () => {
  for (const id of IDS) {
    const roles = ["filter.cutoff", "amp.attack", "fm.algorithm"];
    expect(
      roles.some((role) => findParameter(profileOf(id), role) !== null),
      id,
    ).toBe(true);
  }
});

/** The maker's table, row by row; nothing here reads our profile. */
interface TableRow {
  readonly id: string;
  readonly kind: string;
  readonly cc: number;
  readonly lsb: number;
  readonly nrpn: readonly [number, number];
  readonly zones: readonly {
    readonly label: string;
    readonly from: number;
    readonly to: number;
    readonly send: number;
  }[];
}

function tableRows(): readonly TableRow[] {
  const [head, ...rows] = readCsv(readFileSync(path.join(VECTORS, "nts1-mk2.csv"), "utf8"));
  return rows.map(({ cells }) => {
    const cell = (name: string): string => cells[head?.cells.indexOf(name) ?? -1] ?? "";
    const sends = cell("tx_values").split(",");
    const zones = cell("rx_zones")
      .split("; ")
      .filter((zone) => zone !== "")
      .map((zone, index) => {
        const [, from, to, label] = /^(\d+)-(\d+): (.+)$/.exec(zone) ?? [];
        return { label: label ?? "", from: Number(from), to: Number(to), send: Number(sends[index]) };
      });
    return {
      id: cell("parameter_id"),
      kind: cell("kind"),
      cc: Number(cell("cc_msb")),
      lsb: Number(cell("cc_lsb")),
      nrpn: [Number(cell("nrpn_msb")), Number(cell("nrpn_lsb"))],
      zones,
    };
  });
}

const hex = (byte: number): string => byte.toString(16).toUpperCase().padStart(2, "0");

test("the NTS-1 mkII has every parameter of the maker's table: 30 controllers, 32 NRPNs, pitch bend", () => {
  const rows = tableRows().filter(({ kind }) => /CC|NRPN/.test(kind) && !kind.startsWith("protocol"));
  const ids = profileOf("korg_nts1_mk2").parameters.map(({ id }) => id);
  expect(ids).toEqual([...rows.map(({ id }) => id), "pitch_bend"]);
  expect(rows.filter(({ kind }) => kind === "NRPN")).toHaveLength(32);
  expect(rows.filter(({ kind }) => kind !== "NRPN")).toHaveLength(30);
});

test("the NTS-1 mkII gets the bytes of the maker's table, each half in its order", () => {
  const profile = profileOf("korg_nts1_mk2");
  const bytes = (id: string, value: number | string): string => hexOf(encodeParameter(profile, id, value));
  for (const { id, kind, cc, lsb, nrpn } of tableRows()) {
    if (kind === "continuous 14-bit CC pair") {
      expect(bytes(id, 1)).toBe(`B0 ${hex(cc)} 7F, B0 ${hex(lsb)} 7F`);
      expect(bytes(id, 0)).toBe(`B0 ${hex(cc)} 00, B0 ${hex(lsb)} 00`);
      // 12,287 of 16,383: 95 times 128, and 127 left.
      expect(bytes(id, 0.75)).toBe(`B0 ${hex(cc)} 5F, B0 ${hex(lsb)} 7F`);
    } else if (kind === "continuous 7-bit CC") {
      expect(bytes(id, 1)).toBe(`B0 ${hex(cc)} 7F`);
    } else if (kind === "NRPN") {
      const select = `B0 63 ${hex(nrpn[0])}, B0 62 ${hex(nrpn[1])}`;
      expect(bytes(id, 1)).toBe(`${select}, B0 26 7F, B0 06 7F`);
      expect(bytes(id, 0.75)).toBe(`${select}, B0 26 7F, B0 06 5F`);
    }
  }
});

test("each label of each list of the NTS-1 mkII is sent as the table says, and lands in its zone", () => {
  const profile = profileOf("korg_nts1_mk2");
  const lists = tableRows().filter(({ zones }) => zones.length > 0);
  expect(lists.map(({ zones }) => zones.length)).toEqual([5, 7, 7, 9, 13, 11, 10, 6]);
  for (const { id, cc, zones } of lists) {
    expect(findParameter(profile, id)?.values.map(({ label }) => label)).toEqual(
      zones.map(({ label }) => label),
    );
    for (const { label, from, to, send } of zones) {
      expect(send).toBeGreaterThanOrEqual(from);
      expect(send).toBeLessThanOrEqual(to);
      expect(hexOf(encodeParameter(profile, id, label))).toBe(`B0 ${hex(cc)} ${hex(send)}`);
      // And whatever of the zone the synth says, is understood as this label.
      for (let value = from; value <= to; value += 1)
        expect(decodeMessage(profile, [0xb0, cc, value])).toMatchObject({ parameter: id, label });
    }
  }
});

test("controller 53 at 0 is silence on the mkII and a saw on the first NTS-1", () => {
  const label = (id: string): string | undefined =>
    findParameter(profileOf(id), "osc_type")?.values[0]?.label;
  expect([label("korg_nts1_mk2"), label("korg_nts1")]).toEqual(["OFF", "SAW"]);
});

test("the reface DX is the generic FM synth with a name", () => {
  const ids = (id: string): readonly string[] => profileOf(id).parameters.map((parameter) => parameter.id);
  expect(ids("reface_dx").slice(0, ids("fm_synth").length)).toEqual(ids("fm_synth"));
  expect(profileOf("fm_synth").device.maker).toBe("");
});
