// SPDX-License-Identifier: GPL-3.0-or-later
// The example client of docs/http.md, served where it can be looked at: /examples/clock/.

import { readFileSync } from "node:fs";
import type { FastifyInstance } from "fastify";

const FOLDER = new URL("../../../examples/clock-client/", import.meta.url);
const PATH = "/examples/clock/";
const FILES = [
  { path: "", file: "index.html", type: "text/html; charset=utf-8" },
  { path: "page.js", file: "page.js", type: "text/javascript; charset=utf-8" },
  { path: "clock.js", file: "clock.js", type: "text/javascript; charset=utf-8" },
] as const;
/** Nothing from elsewhere. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; frame-ancestors 'none'";

/** Three small files, read now: an installation may have left them out, and then there is no such page. */
export function addExamplePages(app: FastifyInstance): void {
  const schema = { hide: true };
  try {
    for (const { path, file, type } of FILES) {
      const content = readFileSync(new URL(file, FOLDER));
      app.get(PATH + path, { schema }, (_request, reply) =>
        reply.header("content-security-policy", POLICY).type(type).send(content),
      );
    }
  } catch {
    return;
  }
  app.get(PATH.slice(0, -1), { schema }, (_request, reply) => reply.redirect(PATH));
}
