// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import type { Profile } from "../../../engine/profiles/profile.ts";
import { type Candidate, findWhoIsThere, hasName } from "../../../engine/profiles/who-is-there.ts";

const KORG = [0x42];

function candidate(
  id: string,
  identity: Profile["device"]["identity"],
  ports: readonly string[] = [],
  rank = 2,
): Candidate {
  return { profile: { id, device: { maker: "", model: "", identity, ports, settings: [] } }, rank };
}

const FIRST = candidate("first", { manufacturer: KORG, family: [0x57, 1], member: [] }, ["Kit*SOUND"]);
const SECOND = candidate("second", { manufacturer: KORG, family: [0x73, 1], member: [1, 0] }, [
  "Kit mkII*SOUND",
]);
const SILENT = candidate("silent", null, ["Organ"]);
const ALL = [FIRST, SECOND, SILENT];

const answer = (family: number, member = [1, 0]) => ({ manufacturer: KORG, family: [family, 1], member });

test("the profile whose maker, family and member are answered is the synth's", () => {
  expect(findWhoIsThere(ALL, { answers: [answer(0x73)], portName: null })).toEqual({
    profile: "second",
    by: "answer",
  });
  expect(findWhoIsThere(ALL, { answers: [answer(0x57, [9, 9])], portName: null })?.profile).toBe("first");
  expect(findWhoIsThere(ALL, { answers: [answer(0x73, [2, 0])], portName: null })).toBeNull();
});

test("of several devices behind a port the first that a profile knows counts", () => {
  const answers = [answer(0x11), answer(0x57), answer(0x73)];
  expect(findWhoIsThere(ALL, { answers, portName: null })?.profile).toBe("first");
});

test("what says more comes first, then the player's own", () => {
  const whole = candidate("whole", { manufacturer: KORG, family: [0x57, 1], member: [1, 0] });
  const own = candidate("own", { manufacturer: KORG, family: [0x57, 1], member: [] }, [], 0);
  const who = { answers: [answer(0x57)], portName: null };
  expect(findWhoIsThere([FIRST, own], who)?.profile).toBe("own");
  expect(findWhoIsThere([FIRST, own, whole], who)?.profile).toBe("whole");
});

test("a maker alone is no synth", () => {
  const maker = candidate("maker", { manufacturer: KORG, family: [], member: [] });
  expect(findWhoIsThere([maker], { answers: [answer(0x57)], portName: null })).toBeNull();
});

test("who does not answer is known by the longest name that fits", () => {
  const at = (portName: string) => findWhoIsThere(ALL, { answers: [], portName });
  expect(at("Kit:Kit MIDI SOUND 20:1")).toEqual({ profile: "first", by: "name" });
  expect(at("kit mkii:Kit mkII SOUND 20:1")?.profile).toBe("second");
  expect(at("Kit mkII KNOB 20:0")).toBeNull();
});

test("who answers as a stranger has no name of a synth that would answer otherwise", () => {
  const answers = [answer(0x11)];
  expect(findWhoIsThere(ALL, { answers, portName: "Kit SOUND" })).toBeNull();
  expect(findWhoIsThere(ALL, { answers, portName: "Organ 2" })).toEqual({ profile: "silent", by: "name" });
});

test("names fit as the engine finds ports", () => {
  expect(hasName("nts*sound", "NTS-1 digital kit _ SOUND")).toBe(true);
  expect(hasName("sound*nts", "NTS-1 digital kit _ SOUND")).toBe(false);
  expect(hasName("", "anything")).toBe(false);
  expect(hasName("*", "anything")).toBe(true);
});
