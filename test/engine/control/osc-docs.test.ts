// SPDX-License-Identifier: GPL-3.0-or-later
// docs/osc.md tells about every address, in and out, with its arguments.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { OSC_ADDRESSES } from "../../../engine/control/osc/osc-orders.ts";
import { FEEDBACK_ADDRESSES } from "../../../engine/control/osc/osc-picture.ts";
import {
  CONTROL_ADDRESS,
  SCENE_PREFIX,
  SUBSCRIBE_ADDRESS,
  TRACK_PREFIX,
  UNSUBSCRIBE_ADDRESS,
} from "../../../engine/control/osc/osc-server.ts";

const page = readFileSync(new URL("../../../docs/osc.md", import.meta.url), "utf8");

test.each(Object.entries(OSC_ADDRESSES))("docs/osc.md has %s with its arguments", (address, { args }) => {
  const row = page.split("\n").find((line) => line.startsWith(`| \`${address}\` |`)) ?? "";
  const [, , listed = ""] = row.split("|");
  expect(listed.replace(/[[\]]/g, "").trim().split(" ")).toStrictEqual([...args, "quantum"]);
});

test.each([...FEEDBACK_ADDRESSES, SUBSCRIBE_ADDRESS, UNSUBSCRIBE_ADDRESS])(
  "docs/osc.md has %s",
  (address) => {
    expect(page).toContain(`| \`${address}\` |`);
  },
);

test("docs/osc.md has no address that nobody knows", () => {
  const known = [
    ...Object.keys(OSC_ADDRESSES),
    ...FEEDBACK_ADDRESSES,
    SUBSCRIBE_ADDRESS,
    UNSUBSCRIBE_ADDRESS,
    `${CONTROL_ADDRESS}NAME`,
    `${SCENE_PREFIX}SCENE`,
    `${TRACK_PREFIX}TRACK/PARAMETER`,
  ];
  const listed = [...page.matchAll(/^\| `(\/downbeat\S+)` \|/gm)].map(([, address]) => address);
  expect(listed.sort()).toStrictEqual(known.sort());
});
