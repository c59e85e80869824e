// SPDX-License-Identifier: GPL-3.0-or-later
// Draws docs/nodes/pictures/TYPE.svg for every node type: what it does to a sound, rendered by the engine
// itself with the settings of drawing/scenes.ts. The same engine draws the same bytes.
//   npm run pictures -- [TYPE...]
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { nodeTypes } from "../../engine/binding/addon.ts";
import { diagramOf } from "./drawing/diagram.ts";
import { pictureOf } from "./drawing/picture.ts";
import { paramNamed } from "./drawing/scene-plan.ts";
import { DIAGRAMS, SCENES, type Scene } from "./drawing/scenes.ts";
import { hear } from "./drawing/sound.ts";

const FOLDER = fileURLToPath(new URL("pictures", import.meta.url));

const types = nodeTypes();
const asked = process.argv.slice(2);
// Any plugin is of the type lv2, which is therefore in no list.
const names = asked.length > 0 ? asked : [...types.map(({ type }) => type), "lv2"];
mkdirSync(FOLDER, { recursive: true });
for (const name of names) writeFileSync(path.join(FOLDER, `${name}.svg`), await draw(name));

async function draw(type: string): Promise<string> {
  const diagram = DIAGRAMS[type];
  if (diagram !== undefined) return diagramOf(type, diagram);
  const scene = SCENES[type];
  if (scene === undefined) throw new Error(`${type}: expected a scene in drawing/scenes.ts, found none`);
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-pictures-"));
  try {
    return pictureOf(type, scene, settingsOf(type, scene), await hear(type, scene, types, folder));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As a rack or a lock would name them; everything else has the default of the table. */
function settingsOf(type: string, { node: { params = {} } }: Scene): string {
  const words = Object.entries(params).map(([name, value]) => {
    return `${paramNamed(types, type, name).name} ${value}`;
  });
  return words.length === 0 ? "default settings" : words.join(", ");
}
