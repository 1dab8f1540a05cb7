import { parseStack } from '../errors/stack-parser.js';
import type { DebugImage, ProfileFrame } from '../protocol/profile.js';

/** Where build tools leave debug ids, each under the stack of a line in the file it is for. https://docs.sentry.io/platforms/javascript/sourcemaps/troubleshooting_js/debug-ids/ */
const REGISTRIES = ['_sentryDebugIds', '_debugIds'];

/** Debug ids of the files in `frames`, so that Sentry finds their source maps. */
export function debugImages(frames: readonly ProfileFrame[], globals: object = globalThis): DebugImage[] {
  const ids = new Map(REGISTRIES.flatMap(name => entriesOf(Reflect.get(globals, name))));
  if (ids.size === 0) return [];
  const files = new Set(frames.flatMap(({ abs_path: file }) => file ?? []));
  return [...ids]
    .filter(([file]) => files.has(file))
    .map(([code_file, debug_id]) => ({ type: 'sourcemap', code_file, debug_id }));
}

function entriesOf(registry: unknown): [file: string, debugId: string][] {
  if (typeof registry !== 'object' || registry === null) return [];
  return Object.entries(registry).flatMap(([stack, debugId]): [string, string][] => {
    const file = parseStack(stack).at(-1)?.filename;
    return file === undefined || typeof debugId !== 'string' ? [] : [[file, debugId]];
  });
}
