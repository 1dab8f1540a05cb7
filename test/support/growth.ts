import assert from 'node:assert/strict';

const GROWTH = 16;
/** Quadratic growth would be another factor of 16. */
const TOLERANCE = 5;
/** What is done within this is done too quickly to be compared, and quickly enough. */
const NEGLIGIBLE_MILLIS = 15;
const ATTEMPTS = 4;

/** `run` takes time in proportion to the size of its input: sixteen times the input, about sixteen times the time. */
export function assertLinear<T>(build: (size: number) => T, run: (input: T) => unknown, size = 8192): void {
  const large = fastestMillis(run, build(size * GROWTH));
  if (large < NEGLIGIBLE_MILLIS) return;
  const small = fastestMillis(run, build(size));
  assert.ok(
    large < small * GROWTH * TOLERANCE,
    `${GROWTH} times the input took ${(large / small).toFixed(1)} times as long (${small} ms, then ${large} ms)`,
  );
}

/** Text of this length takes milliseconds in linear time, and a second or more in quadratic time. */
const LONG_CHARS = 131_072;
const QUICK_MILLIS = 300;

/** The pattern after `start`, over and over: `run` does not take much longer than in proportion to the length. */
export function assertQuick(start: string, pattern: string, run: (input: string) => unknown): void {
  const millis = fastestMillis(run, start + pattern.repeat(LONG_CHARS / pattern.length));
  assert.ok(
    millis < QUICK_MILLIS,
    `${millis} ms for ${JSON.stringify(pattern)} after ${JSON.stringify(start)}`,
  );
}

function fastestMillis<T>(run: (input: T) => unknown, input: T): number {
  let fastest = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const start = performance.now();
    run(input);
    fastest = Math.min(fastest, performance.now() - start);
    if (fastest < NEGLIGIBLE_MILLIS) break;
  }
  return fastest;
}
