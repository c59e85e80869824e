// SPDX-License-Identifier: GPL-3.0-or-later
// OSC to programs elsewhere, over real UDP.

import { expect, test, vi } from "vitest";
import { float } from "../../../../engine/control/osc/osc-packet.ts";
import { OscSender } from "../../../../engine/control/osc/osc-sender.ts";
import { OscClient } from "../../../support/osc-client.ts";

test("messages arrive in order, the first too, though its name had to be looked up", async () => {
  using program = await OscClient.open(9);
  const sender = new OscSender();
  const to = { host: "127.0.0.1", port: program.port };
  for (let value = 0; value < 10; value += 1) sender.send(to, { address: "/fader", args: [float(value)] });
  await vi.waitFor(() => expect(program.at("/fader")).toHaveLength(10));
  expect(program.at("/fader").map(({ args }) => args[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  sender.stop();
});

test("a program that nobody knows costs the others nothing", async () => {
  using program = await OscClient.open(9);
  const sender = new OscSender();
  for (let value = 0; value < 100; value += 1)
    sender.send({ host: "nobody.invalid", port: 9 }, { address: "/x", args: [float(value)] });
  sender.send({ host: "127.0.0.1", port: program.port }, { address: "/fader", args: [float(1)] });
  await vi.waitFor(() => expect(program.at("/fader")).toHaveLength(1));
  expect(sender.leftOut).toBeGreaterThanOrEqual(84);
  sender.stop();
});
