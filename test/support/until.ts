import { settle } from './fake-clock.js';

const PATIENCE_MILLIS = 8000;

/** Waits for something that nothing announces. Rejects rather than go on for longer than a test may take. */
export async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + PATIENCE_MILLIS;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`waited in vain for ${String(condition)}`);
    await settle();
  }
}
