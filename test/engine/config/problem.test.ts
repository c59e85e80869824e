// SPDX-License-Identifier: GPL-3.0-or-later
// A problem is one line that a terminal only shows.

import { expect, test } from "vitest";
import { formatProblem } from "../../../engine/config/problem.ts";

test("names of files and pieces of them cannot move the cursor or forge a line", () => {
  const problem = {
    severity: "warning",
    file: "a\u001b[2J.yaml",
    line: 2,
    column: 3,
    path: "name",
    expected: "text",
    got: '"\u009b1m"',
    hint: "Looked for \u001b]0;x\u0007\nall: fine.",
  } as const;
  expect(formatProblem(problem)).toBe(
    'a\ufffd[2J.yaml:2:3: warning: name: expected text, got "\ufffd1m". Looked for \ufffd]0;x\ufffd all: fine.',
  );
});
