/**
 * Work that stops after every few spans, so that a long trace does not hold up the application while it is converted:
 * whoever runs it decides when it goes on. Ends with its result.
 */
export type Steps<T> = Generator<undefined, T, undefined>;

/** Spans between two stops: converting and writing as many takes about a quarter of a millisecond. */
const SPANS_PER_STEP = 25;

/** Does something with each item, a few of them in each step. */
export function* forEachInSteps<T>(items: readonly T[], use: (item: T) => void): Steps<void> {
  for (let start = 0; start < items.length; start += SPANS_PER_STEP) {
    if (start > 0) yield;
    for (const item of items.slice(start, start + SPANS_PER_STEP)) use(item);
  }
}

/** Does all of the work at once. */
export function runSteps<T>(steps: Steps<T>): T {
  let step = steps.next();
  while (step.done !== true) step = steps.next();
  return step.value;
}
