// SPDX-License-Identifier: GPL-3.0-or-later
// Whatever other people's files hold, a terminal gets letters.

import fc from "fast-check";
import { expect, test } from "vitest";
import { visibleText } from "../../../engine/base/visible-text.ts";

test.each([
  ["\u001b[2J\u001b]0;title\u0007", "\ufffd[2J\ufffd]0;title\ufffd"],
  ["\u009b2J\u007f\u0000\u0085", "\ufffd2J\ufffd\ufffd\ufffd"],
  ["one\r\n\ttwo", "one   two"],
  ["Möwe 🎵, 12 °C", "Möwe 🎵, 12 °C"],
  ["kick\u202egpj.vaw", "kick\ufffdgpj.vaw"],
  ["\u2066a\u2069 \u200fb\u061c", "\ufffda\ufffd \ufffdb\ufffd"],
  ["one\u2028two\u2029three", "one two three"],
  ["לחן 音 👩‍🎤", "לחן 音 👩‍🎤"],
])("%j is shown as %s", (text, shown) => {
  expect(visibleText(text)).toBe(shown);
});

test("no text makes a control character, and text without any stays as it is", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary" }), (text) => {
      const shown = visibleText(text);
      const obeyed = /[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}\ufeff]/u;
      expect(shown).not.toMatch(obeyed);
      if (!obeyed.test(text)) expect(shown).toBe(text);
    }),
  );
});
