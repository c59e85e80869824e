// SPDX-License-Identifier: GPL-3.0-or-later
// Files that were broken by hand, by accident or on purpose: each is answered with a position and a
// sentence, in less than a second, and there is always something to play.

import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { DEFAULT_SETTINGS, settingsSchema } from "../../../engine/config/schema.ts";
import { DEFAULT_SETTINGS_TEXT, mutatedSettings, NASTY_SETTINGS } from "../../support/broken-settings.ts";
import { type Checked, check } from "./settings-check.ts";

/** The promise. */
const MAX_CPU_MS = 1000;

function expectAnswer(checked: Checked): void {
  expect(checked.cpuMs).toBeLessThan(MAX_CPU_MS);
  expect(settingsSchema.safeParse(checked.settings).success).toBe(true);
  for (const sentence of checked.sentences) {
    expect(sentence).toMatch(/^box\.yaml:\d+:\d+: \S/);
    expect(sentence).toMatch(/[.?]$/);
    expect(sentence.length).toBeLessThan(1000);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none may reach a terminal
    expect(sentence).not.toMatch(/[\u0000-\u001f\u007f-\u009f]/);
  }
}

function expectRefusal(checked: Checked): void {
  expectAnswer(checked);
  expect(checked.state).not.toBe("good");
  expect(checked.problems.some(({ severity }) => severity === "error")).toBe(true);
}

describe("nasty files", () => {
  test.each(NASTY_SETTINGS)("%s", (_name, content) => {
    expectRefusal(check(content));
    expectRefusal(check(content, "check"));
  });

  test("nothing of ours is touched by __proto__", () => {
    check(
      "__proto__: {polluted: 1}\naudio: {__proto__: {polluted: 1}}\nconstructor: {prototype: {polluted: 1}}\n",
    );
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(DEFAULT_SETTINGS).not.toHaveProperty("polluted");
  });

  test.each([
    ["a byte order mark", `\uFEFF${DEFAULT_SETTINGS_TEXT}`],
    ["CRLF", DEFAULT_SETTINGS_TEXT.replaceAll("\n", "\r\n")],
    ["no line end at the end", DEFAULT_SETTINGS_TEXT.trimEnd()],
    ["an explicit document start", `---\n${DEFAULT_SETTINGS_TEXT}`],
  ])("%s is not a mistake", (_name, content) => {
    const checked = check(content);
    expect(checked.sentences).toEqual([]);
    expect(checked.settings).toEqual(DEFAULT_SETTINGS);
  });

  test("positions are right behind a byte order mark, with CRLF, and for bytes that are no text", () => {
    const bom = check("\uFEFFaudio: {blockFrames: 8}\r\nlink: {quantum: 99}\r\n");
    expect(bom.problems.map(({ line, column }) => [line, column])).toEqual([
      [1, 22],
      [2, 17],
    ]);
    expect(check(Buffer.from("audio:\n  device: f\xfcr\n", "latin1")).problems[0]).toMatchObject({
      line: 2,
      column: 12,
    });
    expect(check("audio:\n  device: \0\n").problems[0]).toMatchObject({ line: 2, column: 11 });
  });
});

describe("the default file, broken in 200 ways", () => {
  test.each(Array.from({ length: 200 }, (_, index) => [index]))("mutation %i", (index) => {
    const text = mutatedSettings(index);
    const checked = check(text);
    expectRefusal(checked);
    expect(checked.problems[0]?.line).toBeLessThanOrEqual(text.split("\n").length + 1);
  });

  test("cut off anywhere, it is good or answered", () => {
    for (let length = 0; length < DEFAULT_SETTINGS_TEXT.length; length += 97)
      expectAnswer(check(DEFAULT_SETTINGS_TEXT.slice(0, length)));
  });
});

describe("whatever comes", () => {
  test("any text is answered", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (text) => {
        expectAnswer(check(text));
      }),
      { numRuns: 300 },
    );
  });

  test("any bytes are answered", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        expectAnswer(check(Buffer.from(bytes)));
      }),
      { numRuns: 200 },
    );
  });

  test("any text of YAML's own signs is answered", () => {
    const sign = fc.constantFrom(
      ..."[]{}:,-?&*!|>'\"%@`# \n\t0a".split(""),
      "audio:",
      "\n  ",
      "<<: ",
      "&a ",
      "*a ",
      "---\n",
    );
    fc.assert(
      fc.property(fc.array(sign, { maxLength: 80 }), (signs) => {
        expectAnswer(check(signs.join("")));
      }),
      { numRuns: 500 },
    );
  });

  test("a value that cannot be made a text is answered at every setting", () => {
    const nasty = { toString: "", valueOf: [], constructor: { name: 0 } };
    for (const [group, settings] of Object.entries(DEFAULT_SETTINGS)) {
      if (typeof settings !== "object" || settings === null || Array.isArray(settings)) continue;
      for (const key of Object.keys(settings)) {
        for (const value of [nasty, [nasty]]) {
          const checked = check(JSON.stringify({ session: "mine.json", [group]: { [key]: value } }));
          expectAnswer(checked);
          expect(checked.settings.session, `${group}.${key}`).toBe("mine.json");
        }
      }
    }
  });

  test("any value in any setting is answered, and what is good is kept", () => {
    const groups = ["audio", "link", "transport", "midi", "master", "http", "osc", "log"] as const;
    fc.assert(
      fc.property(fc.constantFrom(...groups), fc.nat(), fc.jsonValue(), (group, number, value) => {
        const keys = Object.keys(DEFAULT_SETTINGS[group]);
        const key = keys[number % keys.length] as string;
        const checked = check(JSON.stringify({ session: "mine.json", [group]: { [key]: value } }));
        expectAnswer(checked);
        expect(checked.settings.session).toBe("mine.json");
      }),
      { numRuns: 300 },
    );
  });
});
