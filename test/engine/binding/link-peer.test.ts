// SPDX-License-Identifier: GPL-3.0-or-later
// The addon's side of Link throws where it is handed something else, and never ends the process.
import { expect, test } from "vitest";
import { captureLinkState, linkClockFunctions, newLinkPeer } from "../../../engine/binding/addon.ts";

/** Objects of every other kind, also of the addon's own. */
const foreign = (): never[] => {
  const peer = newLinkPeer(120);
  const state = captureLinkState(peer);
  peer.close();
  return [
    {},
    [],
    null,
    undefined,
    5,
    "peer",
    new Date(),
    Object.create(state),
    linkClockFunctions(),
  ] as never[];
};

test("a state is captured from an open peer and nothing else", () => {
  for (const value of foreign()) expect(() => captureLinkState(value)).toThrow("expected a LinkPeer");
  const peer = newLinkPeer(120);
  peer.close();
  expect(() => captureLinkState(peer)).toThrow("used after close()");
});

test("a peer commits a state and nothing else", () => {
  const peer = newLinkPeer(120);
  for (const value of foreign()) expect(() => peer.commit(value)).toThrow("expected a LinkSessionState");
  expect(captureLinkState(peer).tempo()).toBe(120);
  peer.close();
});

test("arguments of another kind are refused, and so is a BigInt of more than 64 bits", () => {
  const peer = newLinkPeer(120);
  const state = captureLinkState(peer);
  expect(() => state.beatAtTime(1 as never, 4)).toThrow();
  expect(() => state.beatAtTime(2n ** 64n, 4)).toThrow("expected a BigInt of 64 bits");
  expect(() => state.setTempo("120" as never, 1n)).toThrow();
  expect(() => state.setIsPlaying(1 as never, 1n)).toThrow();
  expect(() => peer.enable("yes" as never)).toThrow();
  expect(() => newLinkPeer("120" as never)).toThrow();
  expect(state.tempo()).toBe(120);
  peer.close();
});

test("functions of the addon refuse to be called on other objects", () => {
  const peer = newLinkPeer(120);
  const state = captureLinkState(peer);
  expect(() => peer.isEnabled.call({} as never)).toThrow();
  expect(() => state.tempo.call(peer as never)).toThrow();
  peer.close();
});
