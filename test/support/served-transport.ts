// SPDX-License-Identifier: GPL-3.0-or-later
// The transport that page tests look at, by its address alone: a real box serves it.
import { RunningBox } from "./running-box.ts";

export interface ServedTransport extends AsyncDisposable {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
}

export async function startServedTransport(): Promise<ServedTransport> {
  const box = await RunningBox.start();
  return { url: box.url, [Symbol.asyncDispose]: () => box[Symbol.asyncDispose]() };
}
