// SPDX-License-Identifier: GPL-3.0-or-later
// What is answered where there is nothing: the method that is expected, or the nearest route.

import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { nearestName } from "../../base/nearest-name.ts";
import { quoted, REFUSAL_STATUS, refusalJson } from "../refusal.ts";

/** Every path of the application with its methods, filled as routes are added. */
export class KnownRoutes {
  readonly #methods = new Map<string, Set<string>>();

  /** Call before any route is added. */
  watch(app: FastifyInstance): void {
    app.addHook("onRoute", ({ url, method }) => {
      if (url.includes("*")) return;
      const methods = this.#methods.get(url) ?? new Set();
      for (const each of [method].flat()) methods.add(each);
      this.#methods.set(url, methods);
    });
  }

  /** Of `path`, as an `Allow` header lists them; undefined when there is no such path. */
  methodsOf(path: string): string | undefined {
    const methods = this.#methods.get(path);
    return methods === undefined ? undefined : [...methods].join(", ");
  }

  answerUnknown(request: FastifyRequest, reply: FastifyReply): FastifyReply {
    const path = pathOf(request);
    const methods = this.methodsOf(path);
    if (methods !== undefined) {
      const message = `${request.method} ${path}: expected ${methods}, got ${request.method}. How each route is used is at /docs.`;
      return reply
        .code(REFUSAL_STATUS.METHOD_WRONG)
        .header("allow", methods)
        .send(refusalJson("METHOD_WRONG", message));
    }
    const near = nearestName(path, this.#methods.keys());
    const hint = near === null ? "" : `Did you mean ${near}? `;
    const message = `${request.method} ${quoted(path).slice(1, -1)}: there is no such route. ${hint}Every route is listed at /docs, for programs at /docs/json.`;
    return reply.code(REFUSAL_STATUS.ROUTE_UNKNOWN).send(refusalJson("ROUTE_UNKNOWN", message));
  }
}

export function pathOf(request: FastifyRequest): string {
  return request.url.split("?", 1)[0] ?? "";
}
