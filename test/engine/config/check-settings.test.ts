// SPDX-License-Identifier: GPL-3.0-or-later
// What a player reads when a setting is wrong, and what is played meanwhile.

import { expect, test } from "vitest";
import { DEFAULT_SETTINGS } from "../../../engine/config/schema.ts";
import { check } from "./settings-check.ts";

test("no keys at all but the version are the defaults", () => {
  const { state, settings, problems } = check("version: 1\n");
  expect(state).toBe("good");
  expect(settings).toEqual(DEFAULT_SETTINGS);
  expect(problems).toEqual([]);
});

test("a value out of range is named by place, range and default, and the default is played", () => {
  const { state, settings, sentences } = check("audio:\n  blockFrames: 8\n  sampleRate: 44100\n");
  expect(sentences).toEqual([
    "box.yaml:2:16: audio.blockFrames: expected 16 to 2048 frames, got 8. Playing with the default of 128.",
  ]);
  expect(state).toBe("badValues");
  expect(settings.audio).toEqual({ ...DEFAULT_SETTINGS.audio, sampleRate: 44100 });
});

test("a check without playing says what the default is", () => {
  expect(check("audio: {blockFrames: 8}", "check").sentences).toEqual([
    "box.yaml:1:22: audio.blockFrames: expected 16 to 2048 frames, got 8. The default is 128.",
  ]);
});

test("every problem is told at once, in the order of the file", () => {
  const { problems } = check(
    [
      "audio: {blockFrames: 8, device: 5}",
      "link: {quantum: 65}",
      "midi:",
      "  ports:",
      "    - {id: a, kind: match, name: x, offsetMs: 51}",
      "    - {id: a, kind: match, name: y}",
      "http: {prot: 80}",
    ].join("\n"),
  );
  expect(problems.map(({ line, path }) => [line, path])).toEqual([
    [1, "audio.blockFrames"],
    [1, "audio.device"],
    [2, "link.quantum"],
    [5, "midi.ports[0].offsetMs"],
    [6, "midi.ports[1].id"],
    [7, "http.prot"],
  ]);
});

test.each([
  ["audio: {block_frames: 64}", "Did you mean blockFrames?"],
  ["audio: {BlockFrames: 64}", "Did you mean blockFrames?"],
  ["audio: {blokcFrames: 64}", "Did you mean blockFrames?"],
  ["htpp: {}", "Did you mean http?"],
  ["blockFrames: 64", "Did you mean audio.blockFrames?"],
  ["audio: {quantum: 4}", "Did you mean link.quantum?"],
  ["reverb: 4", "Known here: version, session, audio"],
  ["audio: {<<: {blockFrames: 64}}", "Merge keys are not read here"],
])("a misspelt key %j is answered with %j", (text, hint) => {
  const { state, sentences, settings } = check(text);
  expect(state).toBe("badValues");
  expect(sentences).toHaveLength(1);
  expect(sentences[0]).toContain(hint);
  expect(settings).toEqual(DEFAULT_SETTINGS);
});

test.each([
  ["link: {enabled: no}", "write false"],
  ["link: {enabled: off}", "write false"],
  ["link: {enabled: yes}", "write true"],
  ["link: {enabled: On}", "write true"],
  ["link: {enabled: 1}", "write true"],
  ["link: {enabled: 'true'}", "Remove the quotes: true."],
  ["link: {enabled: tru}", "Did you mean true?"],
  ['audio: {blockFrames: "64"}', "Remove the quotes: 64."],
  ["transport: {tempo: 1:30}", "1:30 is text in YAML 1.2"],
  ["transport: {tempo: '120,5'}", "Write a point: 120.5."],
  ["audio: {sampleRate: 48_000}", "48_000"],
  ["audio: {latencyOffsetMs: 5 ms}", "without a unit"],
  ["http: {port: 0777777}", "this is read as 777777"],
  ["audio: {blockFrames: 64.5}", "A whole number."],
  ["audio: {device: 5}", 'Put quotes around it: "5".'],
  ["audio: {api: ALSA}", "Did you mean alsa?"],
  ["http: {port: }", "Write a value after the colon."],
  ["version: 2", "for a newer Downbeat"],
])("a surprise of YAML, %j, is explained: %j", (text, hint) => {
  const { sentences, state } = check(text);
  expect(state).not.toBe("good");
  expect(sentences.join("\n")).toContain(hint);
});

test("a number with a leading zero is used, and warned about", () => {
  const { state, settings, sentences } = check("http: {port: 08000}\n");
  expect(state).toBe("good");
  expect(settings.http.port).toBe(8000);
  expect(sentences).toEqual([
    "box.yaml:1:14: warning: http.port: expected a number without a leading 0, got 08000. A leading 0 means nothing: this is read as 8000.",
  ]);
});

test("an address that opens the box to everybody is allowed, and warned about", () => {
  const { state, sentences } = check("http: {host: 0.0.0.0}\n");
  expect(state).toBe("good");
  expect(sentences[0]).toMatch(/warning: http\.host: .*Everybody on the network/);
  for (const host of ["127.0.0.1", "localhost", '"::1"']) {
    expect(check(`http: {host: ${host}}\n`).problems).toEqual([]);
  }
  expect(check('http: {host: "no such host!"}\n').state).toBe("badValues");
});

test("OSC that is open to everybody is warned about too, and only while it is on", () => {
  expect(check("osc: {host: 0.0.0.0}\n").sentences).toEqual([]);
  expect(check("osc: {enabled: true, host: 0.0.0.0}\n").sentences[0]).toMatch(
    /warning: osc\.host: .*Everybody on the network/,
  );
});

test("a target of feedback that loopback cannot reach is warned about", () => {
  const osc = (rest: string) => check(`osc: {enabled: true, ${rest}}\n`);
  const { state, sentences } = osc('feedback: ["127.0.0.1:1", "192.168.1.20:9001"]');
  expect(state).toBe("good");
  expect(sentences.length).toBe(1);
  expect(sentences[0]).toMatch(/warning: osc\.feedback\[1\]: .*set osc\.host to 0\.0\.0\.0/);
  expect(osc('feedback: ["[::1]:9001", "localhost:9002"]').sentences).toEqual([]);
});

test.each(["9001", "host", "host:0", "host:65536", "host:1:2", "::1:9001", "a b:9001", "http://host:9001"])(
  "%s is no target of feedback",
  (target) => {
    const { state, settings, sentences } = check(`osc: {feedback: ["${target}"]}\n`);
    expect(state).toBe("badValues");
    expect(settings.osc.feedback).toEqual([]);
    expect(sentences[0]).toContain("expected a target, host:port");
  },
);

test("empty groups and lists are as if they were not there", () => {
  const { state, settings } = check("audio:\nmidi:\n  ports:\nlog: {}\n");
  expect(state).toBe("good");
  expect(settings).toEqual(DEFAULT_SETTINGS);
});

test("a group that is no group takes its defaults, the others stay", () => {
  const { settings, sentences } = check("audio: loud\nlink: {quantum: 8}\n");
  expect(settings).toEqual({ ...DEFAULT_SETTINGS, link: { ...DEFAULT_SETTINGS.link, quantum: 8 } });
  expect(sentences).toEqual([
    'box.yaml:1:8: audio: expected settings, indented below it, got "loud". Playing with the defaults of this group.',
  ]);
});

test("minus zero is zero", () => {
  expect(Object.is(check("audio: {latencyOffsetMs: -0}").settings.audio.latencyOffsetMs, 0)).toBe(true);
  expect(Object.is(check("audio: {latencyOffsetMs: -0.0}").settings.audio.latencyOffsetMs, 0)).toBe(true);
});

test("null is silence as a device, no name as a virtual port, the session's own as a tempo", () => {
  const { state, settings } = check(
    "audio: {device: null}\nmidi: {virtualPort: null}\ntransport: {tempo: null}\n",
  );
  expect(state).toBe("good");
  expect(settings.audio.device).toBeNull();
  expect(settings.midi.virtualPort).toBeNull();
});

test("an alias is a value like any other", () => {
  const { state, settings } = check(
    "audio: {blockFrames: &n 64, outputChannels: 4}\nhttp: {maxClients: *n}\n",
  );
  expect(state).toBe("good");
  expect(settings.http.maxClients).toBe(64);
});

const port = (text: string): string => `midi:\n  ports:\n${text}\n`;

test("a port takes everything but its id, kind and name from the defaults", () => {
  const { state, settings } = check(port("    - {id: volca, kind: match, name: volca}"));
  expect(state).toBe("good");
  expect(settings.midi.ports).toEqual([
    {
      id: "volca",
      kind: "match",
      name: "volca",
      input: true,
      output: true,
      clock: true,
      startStop: true,
      songPosition: true,
      offsetMs: 0,
      tempoMultiple: 1,
      atStop: "keepClock",
      baud: 31250,
      bytesPerSecond: null,
      runningStatus: false,
      profile: "auto",
      channel: null,
    },
  ]);
});

test("a port's tempo multiple is one of three, and its byte rate a number or null", () => {
  const { settings, sentences } = check(
    port(
      "    - {id: a, kind: match, name: a, tempoMultiple: 3, atStop: pause, bytesPerSecond: 3125, runningStatus: true}",
    ),
  );
  expect(settings.midi.ports[0]).toMatchObject({
    tempoMultiple: 1,
    atStop: "keepClock",
    bytesPerSecond: 3125,
    runningStatus: true,
  });
  expect(sentences).toEqual([
    expect.stringMatching(/midi\.ports\[0\]\.tempoMultiple: expected 0\.5, 1 or 2, got 3/),
    expect.stringMatching(/midi\.ports\[0\]\.atStop: expected keepClock or stopClock, got/),
  ]);
});

test("a port without its name is left out, the others keep theirs", () => {
  const { settings, sentences } = check(
    port(
      "    - {id: a, kind: match}\n    - {id: b, kind: match, name: b, offsetMs: 99}\n    - {id: b, kind: match, name: c}\n    - {id: d, kind: match, name: d}",
    ),
  );
  expect(settings.midi.ports.map(({ id, name, offsetMs }) => [id, name, offsetMs])).toEqual([
    ["b", "b", 0],
    ["d", "d", 0],
  ]);
  expect(sentences).toEqual([
    "box.yaml:3:7: midi.ports[0].name: expected name: a name; for a serial port or a keyboard a path such as /dev/ttyAMA0, got nothing. This entry is left out.",
    "box.yaml:4:47: midi.ports[1].offsetMs: expected -50 to 50 ms in steps of 0.1, got 99. Playing with the default of 0.",
    'box.yaml:5:12: midi.ports[2].id: expected an id of its own, got "b". Each port needs another id; a port above has this one. This entry is left out.',
  ]);
});

test.each([
  ["{id: virtual, kind: match, name: x}", "midi.ports[0].id", "midi.virtualPort has this one"],
  ["{id: uart, kind: serial, name: ttyAMA0}", "midi.ports[0].name", "the path of a serial device"],
  ["{id: own, kind: virtual, name: downbeat}", "midi.ports[0].name", "a name that no other port has"],
  [
    "{id: deaf, kind: match, name: x, input: false, output: false}",
    "midi.ports[0].output",
    "input, output or both",
  ],
  ["{id: 5th, kind: match, name: x}", "midi.ports[0].id", "a letter first"],
  ["{id: a, kind: usb, name: x}", "midi.ports[0].kind", "match, virtual, serial or keyboard"],
  ["{id: a, kind: match, name: ''}", "midi.ports[0].name", "a name"],
])("the port %s is refused at %s", (text, path, expected) => {
  const { problems, settings } = check(port(`    - ${text}`));
  expect(problems).toHaveLength(1);
  expect(problems[0]).toMatchObject({ path, line: 3 });
  expect(`${problems[0]?.expected} ${problems[0]?.hint}`).toContain(expected);
  expect(settings.midi.ports).toEqual([]);
});

test("an offset has steps of 0.1 ms, and every one of them is taken", () => {
  // 32 ports are as many as a file may have.
  for (let from = -500; from <= 500; from += 32) {
    const offsets = Array.from({ length: Math.min(32, 501 - from) }, (_, index) => (from + index) / 10);
    const ports = offsets.map(
      (ms, index) => `    - {id: p${index}, kind: match, name: x${index}x, offsetMs: ${ms}}`,
    );
    expect(check(port(ports.join("\n"))).sentences, `${offsets.join(", ")} ms`).toEqual([]);
  }
  expect(check(port("    - {id: a, kind: match, name: x, offsetMs: 0.15}")).state).toBe("badValues");
});

test("two hundred mistakes are listed, the rest is counted", () => {
  const keys = Array.from({ length: 500 }, (_, index) => `  unknown${index}: 1`).join("\n");
  const { problems, sentences } = check(`audio:\n${keys}\n`);
  expect(problems.length).toBeLessThanOrEqual(201);
  expect(sentences.at(-1)).toContain("And 300 more problems.");
});

test("the clock of a port that is not there, or not listened to, is followed by nobody", () => {
  const ports = "  ports: [{id: drums, kind: match, name: dr, input: false}]\n";
  const missing = check(`midi:\n  clockFrom: dums\n${ports}`);
  expect(missing.sentences).toEqual([
    'box.yaml:2:14: midi.clockFrom: expected null or the id of a port with an input, got "dums". Known here: virtual, drums. Playing with the default of null.',
  ]);
  expect(missing.settings.midi.clockFrom).toBe(null);
  expect(missing.settings.midi.ports).toHaveLength(1);
  const deaf = check(`midi:\n  clockFrom: drums\n${ports}`);
  expect(deaf.sentences[0]).toContain("Set input: true for drums: a clock has to be listened to.");
  expect(deaf.settings.midi.ports).toHaveLength(1);
  expect(check("midi: {clockFrom: virtual}").state).toBe("good");
  expect(check("midi: {clockFrom: virtual, virtualPort: null}").sentences[0]).toContain(
    "There is no port yet",
  );
});
