// SPDX-License-Identifier: GPL-3.0-or-later
// The catalog that the TypeScript tests use says what the native tables say.
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { testCatalog } from "../support/node-catalog.ts";

const ROW =
  /\{(\d+), "([A-Z0-9_]+)", "(\w+)",\s+"(\w*)",\s+(-?[\d.]+)F, (-?[\d.]+)F, (-?[\d.]+)F,\s+Smoothing::(\w+)\}/g;
const TYPE = /const NodeTypeInfo \w+\{\s*"(\w+)",[^;]*?(\d),\s*(\d),\s*(true|false),/;

for (const file of globSync("native/rack/nodes/*.cpp")) {
  const source = readFileSync(file, "utf8");
  const type = TYPE.exec(source);
  const known = testCatalog.get(type?.[1] ?? "");
  // The tests of the file format need its own types only.
  if (known === undefined) continue;
  test(`${file} is in the test catalog, field by field`, () => {
    expect(type?.slice(2, 5)).toEqual([
      String(known.outputChannels),
      String(known.inputChannels),
      String(known.hasKeyInput),
    ]);
    const byId = (a: { id: number }, b: { id: number }) => a.id - b.id;
    const rows = [...source.matchAll(ROW)].map(([, id, name, key, , min, max, initial, smoothing]) => {
      return {
        id: Number(id),
        name,
        key,
        min: Number(min),
        max: Number(max),
        initial: Number(initial),
        smoothing,
      };
    });
    const params = known.params.map(({ unit: _, ...param }) => param);
    expect(params?.sort(byId)).toEqual(rows.sort(byId));
  });
}
