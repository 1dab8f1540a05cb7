import { runUnobserved } from '../otel/suppress-tracing.js';
import { hasCode } from './disk.js';

/** Whether there is, or could be, a folder at a path. What only time can tell is not looked at: rights, room. */
export function mayBeFolder(path: string): boolean {
  return runUnobserved(() => {
    const fs = process.getBuiltinModule('node:fs');
    try {
      return fs.statSync(path, { throwIfNoEntry: false })?.isDirectory() !== false;
    } catch (error) {
      return !hasCode(error, ['ENOTDIR']);
    }
  });
}
