// SPDX-License-Identifier: GPL-3.0-or-later
// One machine of many does not take all the room.

import { connect, type Socket } from "node:net";
import { networkInterfaces } from "node:os";
import { expect, test, vi } from "vitest";
import { AddressBook } from "../../../../engine/control/http/address-book.ts";
import { startControlBench } from "../../../support/control-bench.ts";

test("an address has so many connections, and room again when one has gone", () => {
  const book = new AddressBook();
  for (let i = 0; i < 3; i += 1) expect(book.enter("192.0.2.7", 3)).toBe(true);
  expect(book.enter("192.0.2.7", 3)).toBe(false);
  expect(book.enter("192.0.2.8", 3)).toBe(true);
  book.leave("192.0.2.7");
  expect(book.enter("192.0.2.7", 3)).toBe(true);
  expect(book.enter("192.0.2.7", 3)).toBe(false);
});

test("an address is one, however it is written", () => {
  const book = new AddressBook();
  expect(book.enter("::ffff:192.0.2.7", 1)).toBe(true);
  expect(book.enter("192.0.2.7", 1)).toBe(false);
  book.leave("192.0.2.7");
  expect(book.size).toBe(0);
});

test.each(["127.0.0.1", "127.8.9.1", "::1", "::ffff:127.0.0.1", undefined])(
  "%s is this machine",
  (address) => {
    const book = new AddressBook();
    for (let i = 0; i < 1000; i += 1) expect(book.enter(address, 1)).toBe(true);
    expect(book.size).toBe(0);
  },
);

/** An address of ours that is not this machine to itself. */
const OUTSIDE = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === "IPv4" && !internal)?.address;

test.skipIf(OUTSIDE === undefined)(
  "a machine that opens more and more is refused, and others come in",
  async () => {
    await using bench = await startControlBench({ host: "0.0.0.0", maxPerAddress: 5 });
    const open = (): Promise<Socket> =>
      new Promise((resolve) => {
        const socket = connect(bench.port, OUTSIDE ?? "");
        socket.on("error", () => {});
        socket.once("connect", () => resolve(socket));
      });
    const sockets = await Promise.all(Array.from({ length: 12 }, open));
    await vi.waitFor(() => expect(sockets.filter(({ closed }) => closed)).toHaveLength(7));
    const local = `http://127.0.0.1:${bench.port}`;
    expect((await fetch(`${local}/health`)).status).toBe(200);
    const metrics = (await (await fetch(`${local}/transport/metrics`)).json()) as Record<string, number>;
    expect(metrics.refused_connections).toBe(7);
    for (const socket of sockets) socket.destroy();
    // Whoever has gone leaves room.
    await vi.waitFor(async () =>
      expect((await fetch(`http://${OUTSIDE}:${bench.port}/health`)).status).toBe(200),
    );
    bench.server.adapt({ host: "0.0.0.0", port: 0, clockHz: 30, maxClients: 256, maxPerAddress: 1 });
    const [first, second] = await Promise.all([open(), open()]);
    await vi.waitFor(() => expect([first?.closed, second?.closed].filter(Boolean).length).toBeGreaterThan(0));
    first?.destroy();
    second?.destroy();
  },
);
