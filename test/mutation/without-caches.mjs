// Run in the copy that is changed. What is remembered by name would outlive the change that led to it, and tests that
// find it there would not count as tests of the code that worked it out.
import { writeFileSync } from 'node:fs';

writeFileSync(
  'src/conversion/cached-by-name.ts',
  `export function cachedByName<T extends object>(compute: (name: string) => T): (name: string) => T {
  return compute;
}
`,
);
