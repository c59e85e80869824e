// SPDX-License-Identifier: GPL-3.0-or-later
// What the machine says of itself: the device tree, and in it what the EEPROM of a HAT says.

import { readFile } from "node:fs/promises";
import path from "node:path";

export interface DeviceTreeFacts {
  /** null: no HAT with an EEPROM. */
  readonly hat: { readonly vendor: string; readonly product: string } | null;
  /** `Raspberry Pi 4 Model B Rev 1.4`; empty on a machine without a device tree. */
  readonly model: string;
}

/** @param tree - the folder of the device tree; another one in tests. Never throws */
export async function deviceTreeFacts(tree = "/proc/device-tree"): Promise<DeviceTreeFacts> {
  const model = await textOf(path.join(tree, "model"));
  const vendor = await textOf(path.join(tree, "hat", "vendor"));
  const product = await textOf(path.join(tree, "hat", "product"));
  return {
    hat: vendor === null && product === null ? null : { vendor: vendor ?? "", product: product ?? "" },
    model: model ?? "",
  };
}

const MOST_CHARACTERS = 200;

/** Texts of the device tree end with a zero. */
async function textOf(file: string): Promise<string | null> {
  try {
    const [text = ""] = (await readFile(file, "utf8")).split("\0", 1);
    return text.trim().slice(0, MOST_CHARACTERS);
  } catch {
    return null;
  }
}
