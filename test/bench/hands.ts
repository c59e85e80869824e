// SPDX-License-Identifier: GPL-3.0-or-later
// How soon is a hand heard? Keys and a knob of a keyboard on a cable, mapped to a node and to a synth on another
// cable; while Node is idle, stands still, and serves many clients. Beside it: what this machine takes to carry a
// byte from one cable to another with `cat`.
//   npm run bench:hands -- [--strikes 300] [--clients 2000] [--json]
import { parseArgs } from "node:util";
import { table } from "../../engine/cli/table.ts";
import type { Percentiles } from "./support/figures.ts";
import { BLOCK_FRAMES, measureCable, measureHands } from "./support/hand-work.ts";

const { values: options } = parseArgs({
  options: {
    strikes: { type: "string", default: "300" },
    clients: { type: "string", default: "2000" },
    json: { type: "boolean", default: false },
  },
});
const strikes = Number(options.strikes);
const clients = Number(options.clients);

const cable = await measureCable(strikes);
const runs = [
  await measureHands("idle", strikes, clients),
  await measureHands("stopped", strikes, clients),
  await measureHands("crowded", strikes, clients),
];
const result = { strikes, clients, blockFrames: BLOCK_FRAMES, cable, runs };
process.stdout.write(options.json ? `${JSON.stringify(result, null, 2)}\n` : `${report()}\n`);

function row(name: string, { count, p50, p99, p999, max }: Percentiles): readonly string[] {
  const idle = runs[0]?.[name.startsWith("key") ? "sound" : "wire"].p50 ?? Number.NaN;
  const ratio = (p50 / idle).toFixed(2);
  return [name, String(count), ...[p50, p99, p999, max].map((micros) => micros.toFixed(0)), ratio];
}

function report(): string {
  const title = `microseconds, ${strikes} strikes, blocks of ${BLOCK_FRAMES} frames`;
  const rows = [
    [title, "count", "p50", "p99", "p99.9", "max", "to idle"],
    ...runs.map(({ node, wire }) => row(`knob to synth, Node ${node}`, wire)),
    row("cable to cable by cat", cable),
    ...runs.map(({ node, sound }) => row(`key to loudspeaker, Node ${node}`, sound)),
  ];
  return table(rows);
}
