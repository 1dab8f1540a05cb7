/**
 * Remembers a value that is plain JSON; the function returned makes another like it. A hook may change what it is given
 * and fail afterwards: as text, the copy costs little as long as it is not needed.
 */
export function remember<T extends object>(value: T): () => T {
  const json = JSON.stringify(value);
  return () => {
    const copy: T = JSON.parse(json);
    return copy;
  };
}
