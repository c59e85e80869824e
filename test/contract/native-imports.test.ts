// SPDX-License-Identifier: GPL-3.0-or-later
// Who may include whom in native/: what CMakeLists.txt says with add_room(ROOM DEPENDS ...), and where the
// systems and libraries that we build on may be named.
import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../engine/binding/places.ts";

const NATIVE = path.join(projectFolder(), "native");
const DOMAIN_ROOMS = [
  "link",
  "transport",
  "midi",
  "mapping",
  "rack",
  "session",
  "sequencer",
  "audio",
  "panel",
];

/** Rooms that each room may include, itself and everything below. */
const allowed = readRooms();

function readRooms(): ReadonlyMap<string, ReadonlySet<string>> {
  const text = readFileSync(path.join(projectFolder(), "CMakeLists.txt"), "utf8");
  const direct = new Map<string, readonly string[]>();
  for (const [, room = "", rest = ""] of text.matchAll(/^add_room\((\w+)([^)]*)\)/gm)) {
    const depends = /DEPENDS([^A-Z]*)/.exec(rest)?.[1]?.trim().split(/\s+/) ?? [];
    direct.set(room, depends);
  }
  const below = (room: string): Set<string> =>
    new Set([room, ...(direct.get(room) ?? []).flatMap((other) => [...below(other)])]);
  const rooms = new Map([...direct.keys()].map((room) => [room, below(room)]));
  // The addon is made of everything but the engine program.
  rooms.set("binding", new Set(["binding", ...below("app")]));
  return rooms;
}

interface Include {
  readonly file: string;
  readonly room: string;
  /** `rt/latest.hpp` or `sys/mman.h`. */
  readonly header: string;
  readonly isOurs: boolean;
}

const includes: readonly Include[] = globSync("**/*.{hpp,cpp,cc}", { cwd: NATIVE }).flatMap((file) =>
  [...readFileSync(path.join(NATIVE, file), "utf8").matchAll(/^\s*#\s*include\s*(["<])([^">]+)[">]/gm)].map(
    ([, mark, header = ""]) => ({
      file,
      room: file.split(path.sep)[0] ?? "",
      header,
      isOurs: mark === '"',
    }),
  ),
);

/** Includes that break a rule, as a person would look for them. */
const listed = (broken: readonly Include[]): readonly string[] =>
  broken.map(({ file, header }) => `native/${file} includes ${header}`);

test("every room is in CMakeLists.txt, and domain rooms stand on dsp, files, platform, base and rt alone", () => {
  expect(includes.length).toBeGreaterThan(500);
  for (const { room } of includes) expect([...allowed.keys()]).toContain(room);
  for (const room of DOMAIN_ROOMS)
    for (const other of allowed.get(room) ?? [room])
      expect([room, "dsp", "files", "platform", "base", "rt"]).toContain(other);
});

test("a room includes only what it depends on", () => {
  const ours = includes.filter(({ isOurs, file }) => isOurs && !PUBLIC.test(file));
  expect(listed(ours.filter(({ header }) => !header.includes("/")))).toEqual([]);
  expect(
    listed(ours.filter(({ room, header }) => !allowed.get(room)?.has(header.split("/")[0] ?? ""))),
  ).toEqual([]);
});

/** What authors of external nodes build against, without the rest of the sources. */
const PUBLIC = /^rack\/plugin-abi\//;

test("the headers for authors of external nodes include each other and the standard, nothing else", () => {
  const theirs = includes.filter(({ file }) => PUBLIC.test(file));
  expect(theirs.length).toBeGreaterThan(5);
  expect(
    listed(
      theirs.filter(({ header, isOurs }) =>
        isOurs ? header !== "downbeat-node.h" : !/^(?:[a-z_]+|stdint\.h)$/.test(header),
      ),
    ),
  ).toEqual([]);
});

test("only native/binding knows Node", () => {
  expect(
    listed(
      includes.filter(
        ({ room, header }) => room !== "binding" && /^(?:napi|node|uv|v8)\b.*\.h$/.test(header),
      ),
    ),
  ).toEqual([]);
});

/** Headers that one system has and others do not. */
const LINUX =
  /^(?:linux|alsa|asm|gpiod?|systemd)\/|^sys\/(?:epoll|eventfd|timerfd|signalfd|inotify|prctl|sysinfo|sendfile|vfs|capability|auxv)\.h$/;
const MACOS = /^(?:mach|IOKit|CoreAudio|CoreMIDI|CoreFoundation|AvailabilityMacros)\b|^sys\/sysctl\.h$/;

test("headers of one system stay in the files of native/platform that are named after it", () => {
  const linux = includes.filter(({ header }) => LINUX.test(header));
  const macos = includes.filter(({ header }) => MACOS.test(header));
  expect(linux.length).toBeGreaterThan(0);
  expect(macos.length).toBeGreaterThan(0);
  expect(listed(linux.filter(({ file }) => !/^platform\/[a-z0-9-]+-linux\.cpp$/.test(file)))).toEqual([]);
  expect(listed(macos.filter(({ file }) => !/^platform\/[a-z0-9-]+-macos\.cpp$/.test(file)))).toEqual([]);
});

test.each([
  ["RtAudio.h", ["audio"]],
  ["jack/", ["audio"]],
  ["RtMidi.h", ["midi"]],
  ["sndfile.h", ["files", "rack"]],
  ["lilv/", ["rack"]],
  ["lv2/", ["rack"]],
  ["ableton/Link.hpp", ["link"]],
  ["nlohmann/", ["app", "engine", "rack"]],
])("%s is known to %j alone", (library, rooms) => {
  const users = includes.filter(({ header }) => header.startsWith(library));
  expect(users.length).toBeGreaterThan(0);
  expect(listed(users.filter(({ room }) => !rooms.includes(room)))).toEqual([]);
});
