// SPDX-License-Identifier: GPL-3.0-or-later
// Which editor is opened: what the owner asks for, else what is there.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { editorCommand, openEditor } from "../../../engine/cli/editor.ts";

test("VISUAL comes before EDITOR, and empty ones do not count", () => {
  expect(editorCommand({ VISUAL: "code --wait", EDITOR: "nano" })).toBe("code --wait");
  expect(editorCommand({ VISUAL: " ", EDITOR: "nano" })).toBe("nano");
});

test("without them it is one that is installed", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "downbeat-editor-"));
  writeFileSync(path.join(folder, "vi"), "", { mode: 0o755 });
  writeFileSync(path.join(folder, "nano"), "no program", { mode: 0o644 });
  expect(editorCommand({ PATH: `/nowhere:${folder}` })).toBe("vi");
  rmSync(folder, { recursive: true });
});

test("none at all is told with what to do", () => {
  expect(() => editorCommand({ PATH: "/nowhere" })).toThrow(
    /expected an editor in VISUAL or EDITOR, .*got none\. Set EDITOR/,
  );
});

test("a command that cannot be run, or ends with an error, is told", async () => {
  await expect(openEditor("/nowhere/vi", "/dev/null")).rejects.toMatchObject({ code: "EDITOR_FAILED" });
  await expect(openEditor("exit 4;", "/dev/null")).rejects.toThrow(/exit 4/);
  await openEditor("test -e", "/dev/null");
});
