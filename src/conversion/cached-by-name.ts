/** Names that are remembered at a time: an application has some hundreds. */
const MAX_NAMES = 2000;

/** A longer name is worked out each time: it was made up by a program. */
const MAX_NAME_CHARS = 128;

/**
 * The same function, remembering what it said of a name. Attributes have few names, which come with every span: to look
 * one up takes 20 ns, to tell what it means 200. Bounded, whatever names there are.
 */
export function cachedByName<T extends object>(compute: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return name => {
    const cached = known.get(name);
    if (cached !== undefined) return cached;
    const value = compute(name);
    if (name.length <= MAX_NAME_CHARS) {
      if (known.size >= MAX_NAMES) known.clear();
      known.set(name, value);
    }
    return value;
  };
}
