// SPDX-License-Identifier: GPL-3.0-or-later
// Typed events: names in the past tense, one payload each, listeners called in the order they came.

export type Listener<T> = (payload: T) => void;

/**
 * Owned by the service that emits: its `stop()` calls `clear()`.
 *
 * @typeParam Map - event name to payload
 */
export class TypedEvents<Map extends object> {
  readonly #listeners = new globalThis.Map<keyof Map, Set<Listener<never>>>();

  /** @returns what takes the listener off again; `signal` does so too */
  on<Name extends keyof Map>(
    name: Name,
    listener: Listener<Map[Name]>,
    options: { readonly signal?: AbortSignal } = {},
  ): () => void {
    if (options.signal?.aborted === true) return () => {};
    // An entry of its own, so that one function added twice is two listeners.
    const entry: Listener<Map[Name]> = (payload) => listener(payload);
    const entries = this.#listeners.get(name) ?? new Set<Listener<never>>();
    this.#listeners.set(name, entries);
    entries.add(entry);
    const remove = (): void => {
      entries.delete(entry);
    };
    options.signal?.addEventListener("abort", remove, { once: true });
    return remove;
  }

  /**
   * Calls every listener, also when one of them throws.
   *
   * @throws what a listener threw, after all were called; several as an AggregateError
   */
  emit<Name extends keyof Map>(name: Name, payload: Map[Name]): void {
    const errors: unknown[] = [];
    // A copy: a listener may add or remove listeners.
    for (const listener of [...(this.#listeners.get(name) ?? [])]) {
      try {
        (listener as Listener<Map[Name]>)(payload);
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length === 1) throw errors[0];
    if (errors.length > 1) throw new AggregateError(errors, `listeners of ${String(name)} failed`);
  }

  listenerCount(name: keyof Map): number {
    return this.#listeners.get(name)?.size ?? 0;
  }

  clear(): void {
    this.#listeners.clear();
  }
}
