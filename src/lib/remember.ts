/** Bounds what a cache holds: when it is full, whoever came first goes first. */
export function remember<Key, Value>(cache: Map<Key, Value>, key: Key, value: Value, max: number): void {
  const [first] = cache.keys();
  if (cache.size >= max && first !== undefined) cache.delete(first);
  cache.set(key, value);
}
