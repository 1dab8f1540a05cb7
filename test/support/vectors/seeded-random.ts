/** Numbers in [0, 1) that are the same for the same seed. https://github.com/bryc/code/blob/master/jshash/PRNGs.md#mulberry32 */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The items in another order. */
export function shuffled<T>(items: readonly T[], random: () => number): T[] {
  return items
    .map(item => ({ item, rank: random() }))
    .sort((one, other) => one.rank - other.rank)
    .map(({ item }) => item);
}

/** The items in batches of at least one and at most `maxSize`. */
export function randomBatches<T>(items: readonly T[], maxSize: number, random: () => number): T[][] {
  const batches: T[][] = [];
  for (let taken = 0; taken < items.length;) {
    const size = 1 + Math.floor(random() * maxSize);
    batches.push(items.slice(taken, taken + size));
    taken += size;
  }
  return batches;
}
