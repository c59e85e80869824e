// SPDX-License-Identifier: GPL-3.0-or-later
// Starts that ended too soon are counted within one boot of the machine, and forgotten after a minute.

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { readTrouble, StrikeBook, WELL_MS } from "../../../engine/app/strike-book.ts";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "downbeat-strikes-"));
});
afterEach(async () => {
  vi.useRealTimers();
  await rm(folder, { recursive: true, force: true });
});

const book = (boot = "boot", stateFolder = folder): StrikeBook => new StrikeBook({ stateFolder, boot });
/** A start that ends without a word. */
const die = (boot?: string): Promise<number> => book(boot).begin();

test("every start that ends without a word counts", async () => {
  for (let before = 0; before < 8; before += 1) expect(await die()).toBe(before);
});

test("an end in order takes back its own start and no other", async () => {
  await die();
  const orderly = book();
  expect(await orderly.begin()).toBe(1);
  await orderly.takeBack();
  expect(await die()).toBe(1);
});

test("a minute forgets them all, and an end after it takes nothing back", async () => {
  await die();
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
  const long = book();
  await long.begin();
  vi.advanceTimersByTime(WELL_MS - 1);
  vi.advanceTimersByTime(1);
  vi.useRealTimers();
  await long.takeBack();
  expect(await die()).toBe(0);
  expect(await die()).toBe(1);
});

test("a machine that was started again begins at none: power that goes away costs nothing", async () => {
  for (let pull = 0; pull < 9; pull += 1) expect(await die(`boot ${pull}`)).toBe(0);
});

test("whatever happens in whatever order: the strikes are the quick deaths since the last good minute of this boot", async () => {
  const steps = fc.array(fc.constantFrom("die", "die", "die", "live", "end", "boot"), { maxLength: 30 });
  await fc.assert(
    fc.asyncProperty(steps, async (taken) => {
      const stateFolder = await mkdtemp(path.join(folder, "run-"));
      let expected = 0;
      let boot = 0;
      for (const step of taken) {
        if (step === "boot") {
          boot += 1;
          expected = 0;
        }
        const one = book(`boot ${boot}`, stateFolder);
        expect(await one.begin()).toBe(expected);
        if (step === "live") {
          one.forget();
          await one.takeBack();
          expected = 0;
        } else if (step === "end") await one.takeBack();
        else expected += 1;
      }
    }),
    { numRuns: 20 },
  );
});

test("trouble is told to whoever looks, in this boot, until it is over or the process ends in order", async () => {
  expect(await readTrouble(folder, "boot")).toBe("");
  const one = book();
  await one.begin();
  one.say("default settings");
  await vi.waitFor(async () => expect(await readTrouble(folder, "boot")).toBe("default settings"));
  expect(await readTrouble(folder, "another")).toBe("");
  await one.takeBack();
  expect(await readTrouble(folder, "boot")).toBe("");
});

test.each(["", "{", '{"version":2}', '{"version":1,"boot":"boot","strikes":-1,"trouble":""}', "[]"])(
  "a book that says %j counts nothing",
  async (content) => {
    await writeFile(path.join(folder, "node-strikes.json"), content);
    expect(await readTrouble(folder, "boot")).toBe("");
    expect(await die()).toBe(0);
    expect(await die()).toBe(1);
  },
);

test("a book that cannot be written counts nothing, and nobody fails", async () => {
  const nowhere = book("boot", "/dev/null/below");
  expect(await nowhere.begin()).toBe(0);
  await nowhere.takeBack();
});
