const NUMERIC = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;

/**
 * A sample rate as users give it: a number from 0 to 1, a boolean, or such a number as text.
 * `undefined` for anything else, promises included.
 */
export function parseRate(value: unknown): number | undefined {
  if (typeof value === 'boolean') return value ? 1 : 0;
  const rate = typeof value === 'string' && NUMERIC.test(value.trim()) ? Number(value) : value;
  return typeof rate === 'number' && rate >= 0 && rate <= 1 ? rate : undefined;
}
