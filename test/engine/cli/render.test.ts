// SPDX-License-Identifier: GPL-3.0-or-later
// What a render leaves in the system's folder for temporary files, and what it follows there.

import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { projectFolder } from "../../../engine/binding/places.ts";
import { renderVerb } from "../../../engine/cli/render.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "downbeat-render-"));
  vi.stubEnv("TMPDIR", folder);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

test("links that somebody planted for the list of events are not followed, and nothing is left behind", async () => {
  const victim = path.join(folder, "victim");
  writeFileSync(victim, "as it was");
  const planted = ["downbeat-events-PID.tsv", ".downbeat-events-PID.part.tsv"].map((name) =>
    name.replace("PID", String(process.pid)),
  );
  for (const name of planted) symlinkSync(victim, path.join(folder, name));
  let printed = "";
  const write = vi.spyOn(process.stdout, "write").mockImplementation((text) => {
    printed += String(text);
    return true;
  });
  try {
    const session = path.join(projectFolder(), "config", "sessions", "first-light.json");
    expect(await renderVerb(session, { events: true, bars: "1", json: true })).toBe(0);
  } finally {
    write.mockRestore();
  }
  expect(printed).toContain('"event":"trigger"');
  expect(readFileSync(victim, "utf8")).toBe("as it was");
  expect(readdirSync(folder).sort()).toEqual(["victim", ...planted].sort());
});
