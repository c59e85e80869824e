// SPDX-License-Identifier: GPL-3.0-or-later
// An I2C bus that is not there says what to do, and the package for it loads in the Node that we run on.
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { expect, test } from "vitest";
import { projectFolder } from "../../../engine/binding/places.ts";
import { openI2c } from "../../../engine/platform/i2c.ts";

test("a bus that is not there is named, with how to switch it on", async () => {
  await expect(openI2c(63)).rejects.toMatchObject({
    code: "BUS_FAILED",
    message: expect.stringMatching(/^\/dev\/i2c-63: expected an I2C bus, found none.*raspi-config/),
  });
});

const built = path.join(projectFolder(), "node_modules/i2c-bus/build/Release/i2c.node");

test.runIf(existsSync(built))("where the package is built, it is built for this Node", () => {
  const i2c = createRequire(import.meta.url)("i2c-bus") as Readonly<Record<string, unknown>>;
  expect(typeof i2c.open).toBe("function");
});
