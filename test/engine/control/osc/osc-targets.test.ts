// SPDX-License-Identifier: GPL-3.0-or-later
// Who gets feedback: targets of the settings, and subscribers who proved their address.

import { expect, test } from "vitest";
import { LEASE_MS, OscTargets } from "../../../../engine/control/osc/osc-targets.ts";

const near = { address: "127.0.0.1", port: 5000 };
const far = { address: "192.0.2.7", port: 5000 };

function tokenOf(targets: OscTargets, from = far, nowMs = 0): number {
  const answer = targets.subscribe(from, undefined, nowMs);
  if (typeof answer !== "object") throw new Error(`expected a question, got ${answer}`);
  return answer.confirm;
}

test("a program of this machine subscribes at once, until its lease ends", () => {
  const targets = new OscTargets([], 4);
  expect(targets.subscribe(near, undefined, 0)).toBe("new");
  expect(targets.all(LEASE_MS - 1)).toStrictEqual([near]);
  expect(targets.subscribe(near, undefined, LEASE_MS - 1)).toBe("renewed");
  expect(targets.all(2 * LEASE_MS - 2)).toStrictEqual([near]);
  expect(targets.all(2 * LEASE_MS)).toStrictEqual([]);
  expect(targets.subscribe(near, undefined, 2 * LEASE_MS)).toBe("new");
  targets.unsubscribe(near);
  expect(targets.all(2 * LEASE_MS)).toStrictEqual([]);
});

test("any other machine must send back the number that its address was sent", () => {
  const targets = new OscTargets([], 4);
  const token = tokenOf(targets);
  for (const wrong of [undefined, null, token + 1, String(token), 0, true])
    expect(targets.subscribe(far, wrong, 0)).toStrictEqual({ confirm: token });
  expect(targets.all(0)).toStrictEqual([]);
  expect(targets.subscribe(far, token, 0)).toBe("new");
  expect(targets.all(0)).toStrictEqual([far]);
  // To stay, it must prove itself again.
  expect(targets.subscribe(far, undefined, 1)).toStrictEqual({ confirm: token });
  expect(targets.subscribe(far, token, 5000)).toBe("renewed");
});

test("a number is of one address, one port and one box, and gets old", () => {
  const targets = new OscTargets([], 4);
  const token = tokenOf(targets);
  expect(tokenOf(targets, { ...far, port: 5001 })).not.toBe(token);
  expect(tokenOf(targets, { ...far, address: "192.0.2.8" })).not.toBe(token);
  expect(tokenOf(new OscTargets([], 4))).not.toBe(token);
  expect(targets.subscribe(far, token, LEASE_MS)).toBe("new");
  targets.unsubscribe(far);
  expect(targets.subscribe(far, token, 2 * LEASE_MS)).toMatchObject({ confirm: expect.any(Number) });
});

test("there are at most 16 subscribers", () => {
  const targets = new OscTargets([], 4);
  for (let port = 1; port <= 16; port++)
    expect(targets.subscribe({ ...near, port }, undefined, 0)).toBe("new");
  expect(targets.subscribe({ ...near, port: 17 }, undefined, 0)).toBe("full");
  expect(targets.subscribe({ ...near, port: 16 }, undefined, 0)).toBe("renewed");
  expect(targets.all(LEASE_MS).length).toBe(0);
  expect(targets.subscribe({ ...near, port: 17 }, undefined, LEASE_MS)).toBe("new");
});

test("targets of the settings are always there, by address or name", async () => {
  const targets = new OscTargets(["192.0.2.9:9001", "localhost:9002", "no-such-name.invalid:1"], 4);
  await targets.start();
  expect(targets.all(0)).toStrictEqual([
    { address: "192.0.2.9", port: 9001 },
    { address: "127.0.0.1", port: 9002 },
  ]);
  expect(targets.besides({ address: "192.0.2.9", port: 40_000 })).toStrictEqual([
    { address: "192.0.2.9", port: 9001 },
  ]);
  expect(targets.besides({ address: "192.0.2.9", port: 9001 })).toStrictEqual([]);
  targets.stop();
});

test("an IPv6 socket reaches targets of both kinds", async () => {
  const targets = new OscTargets(["[::1]:9001", "192.0.2.9:9002"], 6);
  await targets.start();
  expect(targets.all(0)).toStrictEqual([
    { address: "::1", port: 9001 },
    { address: "::ffff:192.0.2.9", port: 9002 },
  ]);
  expect(targets.subscribe({ address: "::ffff:127.0.0.1", port: 1 }, undefined, 0)).toBe("new");
  targets.stop();
});
