// SPDX-License-Identifier: GPL-3.0-or-later
// How long the control server waits for the slow. Real time is the subject; the waiting is done
// side by side.

import { connect, Socket } from "node:net";
import { describe, expect, test, vi } from "vitest";
import { openRawClock, SocketClient, startControlBench } from "../../../support/control-bench.ts";

describe.concurrent("patience has an end", () => {
  test("a reader that does not read is cut off, and the others miss nothing", async () => {
    await using bench = await startControlBench({ clockHz: 120 });
    const good = await SocketClient.open(`${bench.url}/ws/transport/clock`);
    const slow = await openRawClock(bench.port);
    const readMetrics = async () =>
      (await (await fetch(`${bench.url}/transport/metrics`)).json()) as Record<string, number>;
    await vi.waitFor(async () => expect(await readMetrics()).toMatchObject({ connected_clients: 2 }));
    await vi.waitFor(
      async () => expect(await readMetrics()).toMatchObject({ connected_clients: 1, slow_clients_closed: 1 }),
      { timeout: 15_000, interval: 200 },
    );
    expect((await readMetrics()).updates_dropped).toBeGreaterThan(100);
    let expected = Number((await good.next()).seq);
    while (good.received > 0) {
      expected += 1;
      expect((await good.next()).seq).toBe(expected);
    }
    slow.destroy();
  });

  test("clients that ask and do not read make room for others within 30 s", async () => {
    await using bench = await startControlBench({ maxClients: 1 });
    const question = `GET /docs/static/swagger-ui-bundle.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`;
    const sockets = await Promise.all(
      Array.from({ length: 65 }, async () => {
        const socket = connect(bench.port, "127.0.0.1");
        socket.on("error", () => {}).pause();
        socket.write(question.repeat(4));
        await new Promise((resolve) => socket.once("connect", resolve));
        return socket;
      }),
    );
    const startMs = performance.now();
    await expect(fetch(`${bench.url}/health`)).rejects.toThrow();
    await vi.waitFor(async () => expect((await fetch(`${bench.url}/health`)).status).toBe(200), {
      timeout: 40_000,
      interval: 500,
    });
    expect(performance.now() - startMs).toBeGreaterThan(14_000);
    for (const socket of sockets) socket.destroy();
  });

  test("WebSockets on which nothing moves have no such end", async () => {
    const setTimeoutOf = vi.spyOn(Socket.prototype, "setTimeout");
    await using bench = await startControlBench();
    const client = await SocketClient.open(`${bench.url}/ws/transport/control`);
    const last = new Map<unknown, number>();
    setTimeoutOf.mock.contexts.forEach((socket, index) => {
      if ((socket as Socket).localPort === bench.port)
        last.set(socket, setTimeoutOf.mock.calls[index]?.[0] ?? -1);
    });
    setTimeoutOf.mockRestore();
    expect([...last.values()]).toStrictEqual([0]);
    await client.close();
  });

  test("headers must be here within 5 s", async () => {
    await using bench = await startControlBench();
    const answer = await trickle(bench.port, "GET /health HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Slow: ");
    expect(answer.text).toContain("408");
    expect(answer.text).toContain("REQUEST_TIMEOUT");
    expect(answer.afterMs).toBeGreaterThan(4500);
    expect(answer.afterMs).toBeLessThan(9000);
  });

  test("the whole request must be here within 10 s", async () => {
    await using bench = await startControlBench();
    const answer = await trickle(
      bench.port,
      "POST /transport/play HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 1000\r\n\r\n",
    );
    expect(answer.text).toContain("408");
    expect(answer.afterMs).toBeGreaterThan(9500);
    expect(answer.afterMs).toBeLessThan(14_000);
    expect(bench.transport.commands).toStrictEqual([]);
  });
});

/** Sends `start`, then one byte every 200 ms, until the server has had enough. */
async function trickle(port: number, start: string) {
  const socket = connect(port, "127.0.0.1");
  socket.on("error", () => {});
  const parts: Buffer[] = [];
  socket.on("data", (part) => parts.push(part));
  const startMs = performance.now();
  socket.write(start);
  const drip = setInterval(() => socket.write("x"), 200);
  await new Promise((resolve) => socket.once("close", resolve));
  clearInterval(drip);
  return { text: Buffer.concat(parts).toString(), afterMs: performance.now() - startMs };
}
