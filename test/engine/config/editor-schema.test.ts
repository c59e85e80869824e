// SPDX-License-Identifier: GPL-3.0-or-later
import { expect, test } from "vitest";
import { editorSchema } from "../../../engine/config/editor-schema.ts";

test("an editor shows what is expected of every setting, and nothing of how it was made", () => {
  const text = editorSchema();
  expect(text).not.toContain("undefined");
  expect(text).not.toMatch(/"(?:unit|expected|example)":/);
  const { properties } = JSON.parse(text);
  const { carries } = properties.routes.items.properties;
  expect(carries.items.description).toMatch(/^a list of notes/);
});
