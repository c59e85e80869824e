// SPDX-License-Identifier: GPL-3.0-or-later
// Listeners: called in order, removable at any time, independent of each other's mistakes.

import { expect, test } from "vitest";
import { TypedEvents } from "../../../engine/base/events.ts";

interface Sounds {
  started: { readonly atBeat: number };
  stopped: null;
}

test("listeners hear their event, in the order they came", () => {
  const events = new TypedEvents<Sounds>();
  const heard: string[] = [];
  events.on("started", ({ atBeat }) => heard.push(`first ${atBeat}`));
  events.on("started", ({ atBeat }) => heard.push(`second ${atBeat}`));
  events.on("stopped", () => heard.push("stopped"));
  events.emit("started", { atBeat: 4 });
  expect(heard).toEqual(["first 4", "second 4"]);
});

test("a listener that is taken off hears nothing more, twice added it is heard twice", () => {
  const events = new TypedEvents<Sounds>();
  let count = 0;
  const listener = (): void => {
    count += 1;
  };
  const off = events.on("stopped", listener);
  events.on("stopped", listener);
  events.emit("stopped", null);
  expect(count).toBe(2);
  off();
  off();
  events.emit("stopped", null);
  expect(count).toBe(3);
  events.clear();
  events.emit("stopped", null);
  expect(count).toBe(3);
});

test("an aborted signal takes the listener off", () => {
  const events = new TypedEvents<Sounds>();
  const controller = new AbortController();
  events.on("stopped", () => {}, { signal: controller.signal });
  expect(events.listenerCount("stopped")).toBe(1);
  controller.abort();
  expect(events.listenerCount("stopped")).toBe(0);
  events.on("stopped", () => {}, { signal: controller.signal });
  expect(events.listenerCount("stopped")).toBe(0);
});

test("a listener that throws silences nobody, and is not hidden", () => {
  const events = new TypedEvents<Sounds>();
  const heard: string[] = [];
  events.on("stopped", () => {
    throw new Error("broken");
  });
  events.on("stopped", () => heard.push("still here"));
  expect(() => events.emit("stopped", null)).toThrow("broken");
  expect(heard).toEqual(["still here"]);
});

test("a listener added while an event is told waits for the next", () => {
  const events = new TypedEvents<Sounds>();
  let late = 0;
  events.on("stopped", () => {
    events.on("stopped", () => {
      late += 1;
    });
  });
  events.emit("stopped", null);
  expect(late).toBe(0);
});
