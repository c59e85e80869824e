// SPDX-License-Identifier: GPL-3.0-or-later
// What a stranger's board file becomes, and what they read when a line of it is wrong.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { boardFromText } from "../../support/board-text.ts";

const read = (controls: string, rest = "") => boardFromText(`version: 1\n${rest}controls:\n${controls}`);

test("a board of few words has defaults for the rest", () => {
  const { board, sentences } = read(
    "  enc1: { kind: encoder, a: 17, b: 27 }\n  button1: { kind: button, line: 5 }\n",
  );
  expect(sentences).toEqual([]);
  expect(board?.controls).toEqual([
    {
      id: "enc1",
      kind: "encoder",
      title: "",
      device: "gpio",
      lines: [17, 27],
      pull: "up",
      isActiveLow: true,
      debounceMs: 0,
      steadyMs: 0,
      detents: null,
      stepsPerDetent: 4,
      hysteresis: 0.004,
      isReversed: false,
      velocity: null,
      shows: null,
    },
    expect.objectContaining({ id: "button1", kind: "button", lines: [5], debounceMs: 5, isActiveLow: true }),
  ]);
  expect(board?.devices.map(({ labels }) => labels)).toEqual([
    ["pinctrl-bcm2835", "pinctrl-bcm2711", "pinctrl-rp1"],
  ]);
});

test("controls may be on chips of many kinds", () => {
  const { board, sentences } = read(
    `  pad1: { kind: pad, device: touch, line: 11, velocity: 90 }
  pot1: { kind: pot, device: volts, line: 3, reversed: true }
  enc1: { kind: encoder, device: more, a: 0, b: 15, stepsPerDetent: 2 }
  knob1: { kind: encoder, device: keys, line: 0 }
  key1: { kind: button, device: keys, line: 2 }
  led1: { kind: led, device: more, line: 3, shows: pad1 }
`,
    `devices:
  touch: { chip: mpr121, bus: 1, address: 0x5A, interrupt: GPIO4 }
  volts: { chip: ads1115, bus: 1, address: 0x48 }
  more: { chip: mcp23017, bus: 0, address: 0x20 }
  keys: { chip: evdev, path: /dev/input/by-path/platform-keys-event }
`,
  );
  expect(sentences).toEqual([]);
  expect(board?.controls.map(({ id, device, lines }) => [id, device, ...lines])).toEqual([
    ["pad1", "touch", 11],
    ["pot1", "volts", 3],
    ["enc1", "more", 0, 15],
    ["knob1", "keys", 0],
    ["key1", "keys", 2],
    ["led1", "more", 3],
  ]);
  expect(board?.devices[1]).toMatchObject({ id: "touch", interrupt: "GPIO4", touch: 12, release: 6 });
});

describe("a mistake costs its control, is named with its line, and says what to do", () => {
  test.each([
    [
      "button1: { kind: buton, line: 5 }",
      /mine\.yaml:3:\d+.*kind: expected a kind \(encoder, .*"buton".*Did you mean "button"/,
    ],
    ["button1: { kind: button }", /controls\.button1\.line/],
    ["button1: { kind: button, line: [] }", /expected a number from 0 to 1023, or the name of a GPIO line/],
    ["enc1: { kind: encoder, a: 4 }", /controls\.enc1\.b: expected a number .* got nothing/],
    ["enc1: { kind: encoder, a: 4, b: 5, line: 6 }", /controls\.enc1\.line: expected a and b/],
    ["enc1: { kind: encoder, a: 4, b: 4 }", /expected a line of its own, got 4/],
    ["enc1: { kind: encoder, a: 4, b: 5, stepsPerDetent: 3 }", /stepsPerDetent: expected 1, 2 or 4, got 3/],
    ["button1: { kind: button, lin: 5 }", /lin.*Did you mean "line"/],
    [
      "button1: { kind: button, line: 5, device: tuch }",
      /expected a device of this board \(gpio\), got "tuch"/,
    ],
    ["pot1: { kind: pot, line: 1, device: gpio }", /expected one of encoder, button, pad, led, got pot/],
    ["Button 1: { kind: button, line: 5 }", /small letters, digits and -/],
    ["button1: 5", /expected a group of keys with kind, got 5/],
  ])("%s", (line, sentence) => {
    const { board, sentences } = read(`  ${line}\n  good: { kind: button, line: 26 }\n`);
    expect(sentences.join("\n")).toMatch(sentence);
    expect(board?.controls.map(({ id }) => id)).toContain("good");
    expect(board?.controls.length).toBeLessThanOrEqual(2);
  });

  test("two controls on one line: the first has it", () => {
    const { board, sentences } = read("  a: { kind: button, line: 5 }\n  b: { kind: led, line: 5 }\n");
    expect(sentences).toEqual([
      expect.stringMatching(/mine\.yaml:4.*a line of its own, got 5.*controls\.a has it/),
    ]);
    expect(board?.controls.map(({ id }) => id)).toEqual(["a"]);
  });

  test("an LED that shows what there is not shows nothing", () => {
    const { board, sentences } = read(
      "  pad1: { kind: pad, line: 5 }\n  led1: { kind: led, line: 6, shows: pad2 }\n",
    );
    expect(sentences).toEqual([
      expect.stringMatching(/shows: expected an encoder.*"pad2".*Did you mean "pad1"/),
    ]);
    expect(board?.controls[1]).toMatchObject({ id: "led1", shows: null });
  });

  test("a board for a newer Downbeat is not guessed at", () => {
    expect(boardFromText("version: 2\n").board).toBeNull();
    expect(boardFromText("version: 2\n").sentences[0]).toMatch(/expected 1, got 2.*newer Downbeat/);
  });
});

test("no file whatever makes it throw, and no two controls have one line", () => {
  const line = fc.oneof(
    fc.integer({ min: -3, max: 40 }),
    fc.constantFrom("GPIO4", "", "x"),
    fc.constant(null),
  );
  const control = fc.record(
    {
      kind: fc.constantFrom("encoder", "button", "pad", "pot", "led", "knob", 5),
      line,
      a: line,
      b: line,
      device: fc.constantFrom("gpio", "touch", "more", "volts", "keys", "none"),
      shows: fc.constantFrom("c0", "c1", "x"),
      active: fc.constantFrom("low", "high", "on"),
    },
    { requiredKeys: ["kind"] },
  );
  const devices = {
    touch: { chip: "mpr121", bus: 1, address: 90 },
    more: { chip: "mcp23017", bus: 1, address: 32 },
    volts: { chip: "ads1115", bus: 1, address: 72 },
    keys: { chip: "evdev", path: "/dev/input/event0" },
  };
  fc.assert(
    fc.property(fc.array(control, { maxLength: 12 }), (list) => {
      const controls = Object.fromEntries(list.map((one, index) => [`c${index}`, one]));
      const { board } = boardFromText(JSON.stringify({ version: 1, devices, controls }));
      const places = (board?.controls ?? []).flatMap(({ kind, device, lines }) =>
        lines.map((each) => `${device} ${device === "keys" ? kind === "encoder" : ""} ${each}`),
      );
      expect(new Set(places).size).toBe(places.length);
      for (const { kind, lines, device } of board?.controls ?? [])
        expect(lines.length).toBe(kind === "encoder" && device !== "keys" ? 2 : 1);
    }),
    { numRuns: 200 },
  );
});
