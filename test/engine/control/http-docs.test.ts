// SPDX-License-Identifier: GPL-3.0-or-later
// docs/http.md tells about everything that is served.

import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { CLOCK_FIELDS, METRICS_FIELDS } from "../../../engine/control/http/api-schemas.ts";
import { LINK_FIELDS } from "../../../engine/control/http/link-routes.ts";
import { REFUSAL_STATUS } from "../../../engine/control/refusal.ts";
import { startControlBench } from "../../support/control-bench.ts";

const page = readFileSync(new URL("../../../docs/http.md", import.meta.url), "utf8");

test.each(Object.entries(REFUSAL_STATUS))("docs/http.md explains %s with its status", (code, status) => {
  expect(page).toContain(`| \`${code}\` | ${status} |`);
});

test.each(Object.keys({ ...CLOCK_FIELDS, ...METRICS_FIELDS, ...LINK_FIELDS }))(
  "docs/http.md explains the field %s",
  (name) => {
    expect(page).toContain(`\`${name}\``);
  },
);

test("docs/http.md lists every route with its method", async () => {
  await using bench = await startControlBench();
  const api = (await (await fetch(`${bench.url}/docs/json`)).json()) as { paths: Record<string, object> };
  for (const [path, methods] of Object.entries(api.paths)) {
    for (const method of Object.keys(methods)) {
      expect(page).toContain(`\`${path.startsWith("/ws/") ? "WS" : method.toUpperCase()} ${path}`);
    }
  }
});

test("docs/http.md shows the example client as it is", () => {
  const client = readFileSync(new URL("../../../examples/clock-client/clock.js", import.meta.url), "utf8");
  const code = client.slice(client.indexOf("const nowMicros"));
  expect(page).toContain(code.trimEnd());
});
