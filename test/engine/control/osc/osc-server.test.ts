// SPDX-License-Identifier: GPL-3.0-or-later
// The transport over OSC, through real datagrams.

import { Socket } from "node:dgram";
import { networkInterfaces } from "node:os";
import fc from "fast-check";
import { toBuffer } from "osc-min";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { AppError } from "../../../../engine/base/errors.ts";
import { SILENT_LOGGER } from "../../../../engine/base/logger.ts";
import { OscServer, type OscServerSettings } from "../../../../engine/control/osc/osc-server.ts";
import type { SequencerFace, TrackOrder } from "../../../../engine/control/sequencer-face.ts";
import { until } from "../../../support/control-bench.ts";
import { OscClient } from "../../../support/osc-client.ts";
import { ScriptedMapping } from "../../../support/scripted-mapping.ts";
import { ScriptedTransport } from "../../../support/scripted-transport.ts";

const SETTINGS: OscServerSettings = { host: "127.0.0.1", port: 0, feedback: [], rateHz: 20 };
const PLAY = "/downbeat/transport/play";
const waitMs = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

let transport: ScriptedTransport;
let mapping: ScriptedMapping;
let server: OscServer;
let client: OscClient;

beforeEach(() => start());
afterEach(() => stop());

async function start(settings: Partial<OscServerSettings> = {}, own?: string): Promise<void> {
  transport = new ScriptedTransport();
  mapping = new ScriptedMapping();
  server = new OscServer({ settings: { ...SETTINGS, ...settings }, transport, mapping, log: SILENT_LOGGER });
  await server.start(new AbortController().signal);
  client = await OscClient.open(server.port ?? 0, settings.host, own);
}

async function stop(): Promise<void> {
  client[Symbol.dispose]();
  await server.stop();
  transport.dispose();
}

const commands = () => transport.commands.map(({ command }) => command);

/** Everything that was sent before has been looked at. */
async function settle(): Promise<void> {
  const { received } = server.metrics();
  client.send("/downbeat/unsubscribe");
  await until(() => server.metrics().received > received);
}

test("messages and bundles do what they say, in order", async () => {
  client.send("/downbeat/transport/tempo", 133.7);
  client.send("/downbeat/transport/seek_bar", 5);
  client.send(PLAY);
  const elements = [1, 2, 3].map((second) => ({ address: "/downbeat/transport/seek", args: [second] }));
  client.sendPacket(toBuffer({ timetag: [0, 1], elements }));
  client.send("/downbeat/transport/stop", 1);
  client.send("/downbeat/transport/stop", 0);
  expect(await until(() => commands().length >= 7)).toBe(true);
  await settle();
  expect(commands()).toStrictEqual([
    { type: "tempo", bpm: 133.7 },
    { type: "seekBeats", beats: 16 },
    { type: "play" },
    { type: "seek", seconds: 1 },
    { type: "seek", seconds: 2 },
    { type: "seek", seconds: 3 },
    { type: "stop" },
  ]);
  expect(new Set(transport.commands.map(({ source }) => source))).toStrictEqual(new Set(["osc"]));
  expect(client.heard).toStrictEqual([]);
});

test("a mistake is answered with its code and a sentence", async () => {
  client.send("/downbeat/transport/tempo", "fast");
  const { args } = await client.next("/downbeat/error", 0);
  expect(args[0]).toBe("VALUE_INVALID");
  expect(args[1]).toMatch(/^\/downbeat\/transport\/tempo: bpm: expected a number, .*got "fast"/);
  client.sendPacket(Buffer.from("this is no OSC"));
  expect((await client.next("/downbeat/error", 1)).args[0]).toBe("REQUEST_MALFORMED");
  transport.goAway();
  client.send(PLAY);
  expect((await client.next("/downbeat/error", 2)).args[0]).toBe("ENGINE_AWAY");
  expect(commands()).toStrictEqual([]);
});

test("what was clamped, and what waits for its quantum, is told", async () => {
  client.send("/downbeat/transport/tempo", 5000);
  expect((await client.next("/downbeat/notice", 0)).args[0]).toContain("got 5000. Took 999");
  client.send(PLAY, 1, 0.5);
  expect((await client.next("/downbeat/notice", 1)).args[0]).toMatch(
    /^It happens at beat [\d.]+ of the Link/,
  );
});

test("a subscriber is shown everything, and then what changes", async () => {
  client.send("/downbeat/subscribe");
  await client.next("/downbeat/position", 0);
  const first = Object.fromEntries(client.heard.map(({ address, args }) => [address, args]));
  expect(first).toMatchObject({
    "/downbeat/status": ["stopped"],
    "/downbeat/playing": [0],
    "/downbeat/waiting": [0],
    "/downbeat/tempo": [120],
    "/downbeat/loop": [0, 0, 0],
    "/downbeat/loop_beats": [0, 0, 0],
    "/downbeat/peers": [0],
    "/downbeat/engine": ["running"],
    "/downbeat/position": [0, 0, "00:00.000"],
  });
  client.send("/downbeat/transport/tempo", 90);
  expect((await client.next("/downbeat/tempo", 1)).args).toStrictEqual([90]);
  client.send("/downbeat/transport/loop_beats", 4, 8, 1);
  expect((await client.next("/downbeat/loop_beats", 1)).args).toStrictEqual([4, 8, 1]);
  client.send(PLAY);
  expect((await client.next("/downbeat/status", 1)).args).toStrictEqual(["playing"]);
  expect(client.at("/downbeat/peers").length).toBe(1);
  client.send("/downbeat/unsubscribe");
  await waitMs(150);
  const before = client.heard.length;
  await waitMs(300);
  expect(client.heard.length).toBe(before);
});

test("beats are counted while it plays, and positions come at their rate", async () => {
  client.send("/downbeat/subscribe");
  client.send("/downbeat/transport/tempo", 240);
  await client.next("/downbeat/tempo", 0);
  client.send(PLAY);
  await client.next("/downbeat/beat", 8);
  const beats = client.at("/downbeat/beat");
  expect(beats.slice(0, 9).map(({ args }) => args.join("."))).toStrictEqual([
    "1.1",
    "1.2",
    "1.3",
    "1.4",
    "2.1",
    "2.2",
    "2.3",
    "2.4",
    "3.1",
  ]);
  const gapsMs = beats.slice(2, 9).map(({ atMs }, index) => atMs - (beats[index + 1]?.atMs ?? 0));
  const medianMs = gapsMs.sort((a, b) => a - b)[3] ?? 0;
  expect(medianMs).toBeGreaterThan(200);
  expect(medianMs).toBeLessThan(300);
  const positions = client.at("/downbeat/position").length;
  await waitMs(1000);
  const perSecond = client.at("/downbeat/position").length - positions;
  expect(perSecond).toBeGreaterThan(10);
  expect(perSecond).toBeLessThan(30);
});

test("targets of the settings get feedback without asking, and errors of their machine", async () => {
  using target = await OscClient.open(0);
  await stop();
  await start({ feedback: [`127.0.0.1:${target.port}`] });
  await target.next("/downbeat/status", 0);
  client.send("/downbeat/transport/tempo", 100);
  expect((await target.next("/downbeat/tempo", 1)).args).toStrictEqual([100]);
  client.send("/downbeat/transport/temop", 100);
  expect((await target.next("/downbeat/error", 0)).args[1]).toContain("Did you mean");
  await client.next("/downbeat/error", 0);
});

/** An address of this machine that is not loopback, as any other machine's is. */
const outside = Object.values(networkInterfaces())
  .flat()
  .find((each) => each?.family === "IPv4" && !each.internal)?.address;

test.runIf(outside !== undefined)(
  "another machine gets a question first, and a stream only after its answer",
  async () => {
    await stop();
    await start({ host: outside ?? "" });
    client.send("/downbeat/subscribe");
    const { args, bytes } = await client.next("/downbeat/confirm", 0);
    expect(bytes).toBeLessThanOrEqual(32);
    await waitMs(300);
    expect(client.heard.length).toBe(1);
    client.send("/downbeat/subscribe", { type: "integer", value: Number(args[0]) });
    await client.next("/downbeat/position", 1);
  },
);

test("a datagram from port 0, which nobody can answer, is dropped, and the next one is obeyed", async () => {
  await stop();
  const bind = vi.spyOn(Socket.prototype, "bind");
  await start();
  const socket = bind.mock.contexts[0] as Socket;
  bind.mockRestore();
  const from = { address: "127.0.0.1", family: "IPv4", port: 0, size: 0 } as const;
  // Ordinary sockets cannot send it: it comes in where the system would hand it over.
  for (const packet of [
    Buffer.from("this is no OSC"),
    toBuffer({ address: "/downbeat/transport/tempo", args: ["fast"] }),
    toBuffer({ address: "/downbeat/transport/tempo", args: [5000] }),
    toBuffer({ address: "/downbeat/subscribe", args: [] }),
  ])
    socket.emit("message", Buffer.from(packet.buffer, packet.byteOffset, packet.byteLength), from);
  await settle();
  await waitMs(50);
  expect(commands()).toStrictEqual([]);
  expect(server.metrics().broken).toBe(4);
  client.send(PLAY);
  expect(await until(() => commands().length === 1)).toBe(true);
});

test("commands that break are told to their senders, and take nobody's place", async () => {
  const { command } = transport;
  transport.command = () => {
    throw new Error("a mistake of ours");
  };
  for (let count = 0; count < 100; count++) client.send(PLAY);
  expect((await client.next("/downbeat/error", 0)).args[0]).toBe("INTERNAL");
  expect(await until(() => server.metrics().received === 100)).toBe(true);
  transport.command = command;
  client.send(PLAY);
  expect(await until(() => commands().length === 1)).toBe(true);
  expect(server.metrics().leftOut).toBe(0);
});

test("errors are 20 datagrams a second, also when every one goes to several targets", async () => {
  const targets = [await OscClient.open(0), await OscClient.open(0), await OscClient.open(0)];
  await stop();
  await start({ feedback: targets.map(({ port }) => `127.0.0.1:${port}`) });
  const startMs = performance.now();
  for (let count = 0; count < 100; count++) client.send("/downbeat/nonsense", count);
  await settle();
  await waitMs(200);
  const seconds = (performance.now() - startMs) / 1000;
  const errors = [client, ...targets].map((each) => each.at("/downbeat/error").length);
  expect(errors.reduce((sum, count) => sum + count)).toBeLessThanOrEqual(20 * (1 + seconds));
  expect(errors.every((count) => count > 0)).toBe(true);
  for (const target of targets) target[Symbol.dispose]();
});

test("our own words that come back are not answered", async () => {
  for (const address of ["/downbeat/error", "/downbeat/status", "/downbeat/beat", "/downbeat/confirm"])
    for (let count = 0; count < 20; count++) client.send(address, "x");
  await settle();
  await waitMs(100);
  expect(client.heard).toStrictEqual([]);
});

test("a flood is left out, errors stay rare, and afterwards it obeys", async () => {
  const startMs = performance.now();
  for (let batch = 0; batch < 40; batch++) {
    for (let count = 0; count < 100; count++) client.send("/downbeat/nonsense", count);
    await waitMs(1);
  }
  expect(await until(() => server.metrics().leftOut > 0)).toBe(true);
  await waitMs(1500);
  const seconds = (performance.now() - startMs) / 1000;
  expect(server.metrics().received).toBeLessThanOrEqual(500 * (1 + seconds));
  expect(client.heard.length).toBeLessThanOrEqual(20 * (1 + seconds));
  client.send(PLAY);
  expect(await until(() => commands().length === 1)).toBe(true);
});

test("commands beyond 64 that the engine has not taken are left out", async () => {
  transport.landMs = 100;
  for (let count = 0; count < 100; count++) client.send("/downbeat/transport/pause");
  await until(() => server.metrics().received >= 100);
  expect(commands().length).toBeLessThanOrEqual(100);
  expect(commands().length).toBeGreaterThanOrEqual(64);
  expect(server.metrics().leftOut + commands().length).toBe(100);
});

test("1,000 datagrams of noise through the socket leave it obeying", async () => {
  const right = new Uint8Array(toBuffer({ address: PLAY, args: [1, "x", [2]] }).buffer);
  const noise = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.tuple(fc.nat(right.length - 1), fc.nat(255)).map(([at, value]) => right.with(at, value)),
    fc.uint8Array({ minLength: 4000, maxLength: 9000 }),
  );
  for (const bytes of fc.sample(noise, { numRuns: 1000, seed: 7 })) {
    client.sendPacket(bytes);
    if (bytes.length % 8 === 0) await waitMs(1);
  }
  await waitMs(1200);
  const before = commands().length;
  client.send("/downbeat/transport/stop");
  expect(await until(() => commands().length > before)).toBe(true);
});

test("it starts and stops many times, and gives its port back", async () => {
  const { port = 0 } = server;
  await server.stop();
  await server.stop();
  for (let round = 0; round < 20; round++) {
    const next = new OscServer({ settings: { ...SETTINGS, port }, transport, mapping, log: SILENT_LOGGER });
    await next.start(new AbortController().signal);
    expect(next.port).toBe(port);
    await next.stop();
    expect(next.port).toBeUndefined();
  }
  const aborted = new OscServer({ settings: SETTINGS, transport, mapping, log: SILENT_LOGGER });
  await aborted.start(AbortSignal.abort());
  expect(aborted.port).toBeUndefined();
});

test("a port that another program has is named in a sentence", async () => {
  const { port = 0 } = server;
  const second = new OscServer({ settings: { ...SETTINGS, port }, transport, mapping, log: SILENT_LOGGER });
  await expect(second.start(new AbortController().signal)).rejects.toMatchObject({
    code: "OSC_PORT_TAKEN",
    message: expect.stringContaining(`port ${port}`),
  });
  const nowhere = new OscServer({
    settings: { ...SETTINGS, host: "192.0.2.1" },
    transport,
    mapping,
    log: SILENT_LOGGER,
  });
  await expect(nowhere.start(new AbortController().signal)).rejects.toMatchObject({ code: "SOCKET_FAILED" });
});

test("a control of the mapping is moved by its name, or by an address that a mapping listens to", async () => {
  await start();
  client.send("/downbeat/control/fader", 0.25);
  client.send("/1/fader3", 1);
  client.send("/downbeat/control/fader");
  await vi.waitFor(() => expect(mapping.moved).toHaveLength(3));
  expect(mapping.moved).toEqual([
    { name: "fader", value: 0.25, source: "osc" },
    { name: "/1/fader3", value: 1, source: "osc" },
    { name: "fader", value: 1, source: "osc" },
  ]);
  expect(transport.commands).toEqual([]);
});

test("a fader turns a parameter of a live track, and a mistake is answered", async () => {
  const orders: TrackOrder[] = [];
  const sequencer = {
    setParameter(order: TrackOrder) {
      if (order.track !== "lead")
        throw new AppError("TRACK_UNKNOWN", `expected a live track, got "${order.track}".`);
      orders.push(order);
      return { track: "lead", parameter: order.parameter, value: 0, atBar: false };
    },
  } as unknown as SequencerFace;
  const next = new OscServer({ settings: SETTINGS, transport, mapping, sequencer, log: SILENT_LOGGER });
  await next.start(new AbortController().signal);
  using fader = await OscClient.open(next.port ?? 0);
  fader.send("/downbeat/track/lead/density", 0.3);
  fader.send("/downbeat/track/lead/root", "A3");
  fader.send("/downbeat/track/led/density", 0.3);
  fader.send("/downbeat/track/lead", 0.3);
  expect(await until(() => orders.length >= 2 && fader.at("/downbeat/error").length >= 2)).toBe(true);
  expect(orders).toStrictEqual([
    { track: "lead", parameter: "density", value: "0.3" },
    { track: "lead", parameter: "root", value: "A3" },
  ]);
  const [unknown, incomplete] = fader.at("/downbeat/error");
  expect(String(unknown?.args)).toMatch(/TRACK_UNKNOWN.*got "led"/);
  expect(String(incomplete?.args)).toMatch(/VALUE_MISSING.*TRACK\/PARAMETER/);
  await next.stop();
});
