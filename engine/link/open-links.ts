// SPDX-License-Identifier: GPL-3.0-or-later
// A Link that is open when its process ends says goodbye, so that its peers need not miss it for six
// seconds first. Nothing here keeps a Link alive that nobody uses any more.

export interface Closable {
  close(): void;
}

const open = new Set<WeakRef<Closable>>();
const references = new WeakMap<Closable, WeakRef<Closable>>();
const collected = new FinalizationRegistry<WeakRef<Closable>>((reference) => open.delete(reference));
let isWatching = false;

/** Until it is forgotten or collected. */
export function closeAtExit(link: Closable): void {
  const reference = new WeakRef(link);
  open.add(reference);
  references.set(link, reference);
  collected.register(link, reference, reference);
  if (isWatching) return;
  isWatching = true;
  process.on("exit", () => {
    for (const reference of [...open]) reference.deref()?.close();
  });
}

/** For a Link that was closed. */
export function forget(link: Closable): void {
  const reference = references.get(link);
  if (reference === undefined) return;
  open.delete(reference);
  collected.unregister(reference);
}
