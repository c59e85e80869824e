// SPDX-License-Identifier: GPL-3.0-or-later
// The life of the control server: start, stop, many clients, and too many.

import { connect, createServer } from "node:net";
import { expect, test, vi } from "vitest";
import { SILENT_LOGGER } from "../../../../engine/base/logger.ts";
import { CONTROL_SERVER_DEFAULTS, ControlServer } from "../../../../engine/control/http/control-server.ts";
import {
  NO_SYNTHS,
  openRawClock,
  SocketClient,
  startControlBench,
  until,
  WELL,
} from "../../../support/control-bench.ts";
import { ScriptedMapping } from "../../../support/scripted-mapping.ts";
import { ScriptedTransport } from "../../../support/scripted-transport.ts";

const waitMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function makeServer(port: number, host = "127.0.0.1"): ControlServer {
  return new ControlServer({
    settings: { ...CONTROL_SERVER_DEFAULTS, port, host },
    transport: new ScriptedTransport(),
    health: { health: () => WELL },
    link: { link: () => null },
    synths: NO_SYNTHS,
    mapping: new ScriptedMapping(),
    log: SILENT_LOGGER,
    version: "0.0.0",
  });
}

test("it serves on loopback port 8000 unless told otherwise", () => {
  expect(CONTROL_SERVER_DEFAULTS).toMatchObject({
    host: "127.0.0.1",
    port: 8000,
    clockHz: 30,
    maxClients: 256,
  });
});

test("stopping says goodbye to every client, at once, and gives the port back", async () => {
  const bench = await startControlBench();
  const clock = await SocketClient.open(`${bench.url}/ws/transport/clock`);
  const control = await SocketClient.open(`${bench.url}/ws/transport/control`);
  const idle = connect(bench.port, "127.0.0.1");
  idle.on("error", () => {});
  const mute = await openRawClock(bench.port);
  const idleClosed = new Promise((resolve) => idle.once("close", resolve));
  const startMs = performance.now();
  await bench.server.stop();
  await bench.server.stop();
  expect(performance.now() - startMs).toBeLessThan(2000);
  expect(await clock.closed).toBe(1001);
  expect(await control.closed).toBe(1001);
  await idleClosed;
  mute.destroy();
  await expect(fetch(`${bench.url}/health`)).rejects.toThrow();
  const next = makeServer(bench.port);
  await next.start(new AbortController().signal);
  expect(next.url).toBe(bench.url);
  await next.stop();
});

test("a stopped server starts again, twenty times", async () => {
  const server = makeServer(0);
  for (let round = 0; round < 20; round++) {
    await server.start(new AbortController().signal);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
    await server.stop();
    expect(server.url).toBeUndefined();
  }
});

test("the signal stops it", async () => {
  const server = makeServer(0);
  const controller = new AbortController();
  await server.start(controller.signal);
  const { url } = server;
  controller.abort();
  await vi.waitFor(() => expect(fetch(`${url}/health`)).rejects.toThrow());
  await expect(server.start(AbortSignal.abort())).rejects.toThrow();
});

test("a port that another program has is named in a sentence", async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  const { port } = other.address() as { port: number };
  const server = makeServer(port);
  await expect(server.start(new AbortController().signal)).rejects.toMatchObject({
    code: "HTTP_PORT_TAKEN",
    message: expect.stringContaining(`port ${port}`),
  });
  other.close();
  await vi.waitFor(() => server.start(new AbortController().signal));
  await server.stop();
});

test("a host that is not ours is named in a sentence", async () => {
  await expect(makeServer(0, "192.0.2.1").start(new AbortController().signal)).rejects.toMatchObject({
    code: "SOCKET_FAILED",
    message: expect.stringContaining("192.0.2.1"),
  });
});

test("200 clients see one clock, made once for all of them", async () => {
  await using bench = await startControlBench({ maxClients: 200 });
  const status = vi.spyOn(bench.transport, "status");
  const clients = await Promise.all(
    Array.from({ length: 200 }, () => SocketClient.open(`${bench.url}/ws/transport/clock`)),
  );
  const before = status.mock.calls.length;
  await waitMs(2000);
  const made = status.mock.calls.length - before;
  expect(made).toBeGreaterThan(20);
  expect(made).toBeLessThan(70);
  for (const client of clients) expect(client.received).toBeGreaterThan(15);
  const metrics = (await (await fetch(`${bench.url}/transport/metrics`)).json()) as Record<string, number>;
  expect(metrics.connected_clients).toBe(200);
  expect(metrics.actual_fps).toBeGreaterThan(15);
  expect(metrics.actual_fps).toBeLessThan(33);
  for (const client of clients) client.socket.terminate();
  await vi.waitFor(async () => {
    const after = (await (await fetch(`${bench.url}/transport/metrics`)).json()) as Record<string, number>;
    expect(after).toMatchObject({ connected_clients: 0, actual_fps: 0, slow_clients_closed: 0 });
  });
});

test("a WebSocket client above the limit is refused until another one leaves", async () => {
  await using bench = await startControlBench({ maxClients: 3 });
  const open = (path: string) => SocketClient.open(`${bench.url}/ws/transport/${path}`);
  const clients = [await open("clock"), await open("control"), await open("clock")];
  await expect(open("clock")).rejects.toThrow("503");
  await expect(open("control")).rejects.toThrow("503");
  expect((await fetch(`${bench.url}/transport/status`)).status).toBe(200);
  await clients[0]?.close();
  await vi.waitFor(() => open("control"));
});

test("connections above the limit are closed at the door, and counted", async () => {
  await using bench = await startControlBench({ maxClients: 1 });
  const sockets = Array.from({ length: 85 }, () => {
    const socket = connect(bench.port, "127.0.0.1");
    socket.on("error", () => {});
    return socket;
  });
  let closed = 0;
  for (const socket of sockets) {
    socket.on("close", () => {
      closed += 1;
    });
  }
  expect(await until(() => closed >= 20)).toBe(true);
  expect(closed).toBe(20);
  for (const socket of sockets) socket.destroy();
  await vi.waitFor(async () => {
    // Our own question may come before all of the doors are free again.
    const metrics = (await (await fetch(`${bench.url}/transport/metrics`)).json()) as Record<string, number>;
    expect(metrics.refused_connections).toBeGreaterThanOrEqual(20);
  });
});

test("another rate and another limit are taken while everybody stays", async () => {
  await using bench = await startControlBench({ clockHz: 10, maxClients: 2 });
  const settings = { ...CONTROL_SERVER_DEFAULTS, port: 0 };
  const open = () => SocketClient.open(`${bench.url}/ws/transport/clock`);
  const clients = [await open(), await open()];
  await expect(open()).rejects.toThrow("503");
  expect(bench.server.adapt({ ...settings, clockHz: 100, maxClients: 3 })).toBe(true);
  clients.push(await open());
  await expect(open()).rejects.toThrow("503");
  await waitMs(1000);
  for (const client of clients) {
    expect(client.socket.readyState).toBe(client.socket.OPEN);
    expect(client.received).toBeGreaterThan(40);
  }
  const metrics = (await (await fetch(`${bench.url}/transport/metrics`)).json()) as Record<string, number>;
  expect(metrics.target_hz).toBe(100);
  for (const client of clients) await client.close();
});

test("another host or port is for a new start", async () => {
  await using bench = await startControlBench();
  const settings = { ...CONTROL_SERVER_DEFAULTS, port: 0 };
  expect(bench.server.adapt({ ...settings, port: 8001, maxClients: 1 })).toBe(false);
  expect(bench.server.adapt({ ...settings, host: "0.0.0.0" })).toBe(false);
  await (await SocketClient.open(`${bench.url}/ws/transport/clock`)).close();
});
