import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/** Collects everything that no variable holds, and no `WeakRef` that was looked at in this turn. */
export async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  await new Promise(resolve => setImmediate(resolve));
  if (typeof collect === 'function') collect();
}
