// SPDX-License-Identifier: GPL-3.0-or-later
// The pictures that docs/display.md shows, from the same facts that tests compare pixel by pixel: `deploy/tasks generate`. With
// --check nothing is written, and it ends with 1 when one is stale.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { atomicWrite } from "../../engine/base/atomic-write.ts";
import { drawPicture } from "../../engine/panel/draw-picture.ts";
import { framePng } from "../../engine/panel/png.ts";
import { SAMPLES } from "./samples.ts";

const SCALE = 3;

function contentOf(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch {
    return Buffer.alloc(0);
  }
}

const isCheck = process.argv.includes("--check");
const page = readFileSync(new URL("../display.md", import.meta.url), "utf8");
for (const [name, picture] of Object.entries(SAMPLES)) {
  if (!page.includes(`(display/${name}.png)`)) continue;
  const path = `docs/display/${name}.png`;
  const file = fileURLToPath(new URL(`${name}.png`, import.meta.url));
  const content = framePng(drawPicture(picture), SCALE);
  if (contentOf(file).equals(content)) continue;
  if (isCheck) {
    process.stderr.write(`${path} is stale: run deploy/tasks generate\n`);
    process.exitCode = 1;
  } else {
    await atomicWrite(file, content);
    process.stdout.write(`${path} written\n`);
  }
}
