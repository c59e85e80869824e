// SPDX-License-Identifier: GPL-3.0-or-later
import { describe, expect, test } from "vitest";
import { circlesOf } from "../../../engine/base/circles.ts";

/** "a>b b>c" */
function arrows(text: string) {
  return text.split(" ").map((pair) => {
    const [from = "", to = ""] = pair.split(">");
    return { from, to };
  });
}

describe("arrows", () => {
  test("that only lead on have no circle", () => {
    expect(circlesOf([], 8)).toEqual([]);
    expect(circlesOf(arrows("a>b b>c a>c c>d a>b"), 8)).toEqual([]);
  });

  test("have a circle at the arrow that closes it, named along its way", () => {
    expect(circlesOf(arrows("a>a"), 8)).toEqual([{ arrow: 0, way: ["a", "a"] }]);
    expect(circlesOf(arrows("a>b b>c c>a c>d"), 8)).toEqual([{ arrow: 2, way: ["c", "a", "b", "c"] }]);
    expect(circlesOf(arrows("c>a a>b d>a b>c"), 8)).toEqual([{ arrow: 3, way: ["b", "c", "a", "b"] }]);
  });

  test("have the shortest way of a circle", () => {
    expect(circlesOf(arrows("a>b b>c c>d a>d d>a"), 8)[0]?.way).toEqual(["d", "a", "d"]);
  });

  test("may have several circles, of which as many are named as are wanted", () => {
    const two = arrows("a>b b>a c>d d>c");
    expect(circlesOf(two, 8).map((circle) => circle.arrow)).toEqual([1, 3]);
    expect(circlesOf(two, 1).map((circle) => circle.arrow)).toEqual([1]);
  });

  test("of every small random graph: without the closing ones no circle is left", () => {
    let state = 1;
    const below = (most: number): number => {
      state = (state * 48_271) % 2_147_483_647;
      return state % most;
    };
    for (let round = 0; round < 300; round += 1) {
      const graph = Array.from({ length: below(12) }, () => ({ from: `${below(6)}`, to: `${below(6)}` }));
      const closing = new Set(circlesOf(graph, 100).map((circle) => circle.arrow));
      const open = graph.filter((_, index) => !closing.has(index));
      expect(circlesOf(open, 1)).toEqual([]);
      for (const { arrow, way } of circlesOf(graph, 100)) {
        expect([way[0], way[1], way.at(-1)]).toEqual([
          graph[arrow]?.from,
          graph[arrow]?.to,
          graph[arrow]?.from,
        ]);
      }
    }
  });

  test("by the thousand take a moment", () => {
    const long = Array.from({ length: 16_384 }, (_, index) => ({
      from: `${index >> 1}`,
      to: `${(index >> 1) + 1}`,
    }));
    long.push({ from: "8192", to: "0" });
    const before = process.cpuUsage();
    expect(circlesOf(long, 8)).toHaveLength(1);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});
