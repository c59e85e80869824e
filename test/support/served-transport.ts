// SPDX-License-Identifier: GPL-3.0-or-later
// The transport that page tests look at, by its address alone: what serves it is decided here.

import { startControlBench } from "./control-bench.ts";

export interface ServedTransport extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

export async function startServedTransport(): Promise<ServedTransport> {
  const bench = await startControlBench();
  return { url: bench.url, [Symbol.asyncDispose]: () => bench[Symbol.asyncDispose]() };
}
