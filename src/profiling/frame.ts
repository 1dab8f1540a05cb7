import { fileURLToPath } from 'node:url';
import type { ProfileFrame } from '../protocol/profile.js';
import type { V8CallFrame } from './v8-profile.js';

const ANONYMOUS = '<anonymous>';
const DEPENDENCY = /[\\/]node_modules[\\/]/;

/** A function as Sentry wants it, with where it is defined. What is no code of anybody, like the garbage collector, has no place. */
export function toFrame({ functionName, url, lineNumber, columnNumber }: V8CallFrame): ProfileFrame {
  const name = functionName === '' ? ANONYMOUS : functionName;
  const file = fileOf(url);
  if (file === '') return { function: name, in_app: false };
  const frame: ProfileFrame = { function: name, filename: file, abs_path: file, in_app: isInApp(file) };
  if (lineNumber >= 0) frame.lineno = lineNumber + 1;
  if (lineNumber >= 0 && columnNumber >= 0) frame.colno = columnNumber + 1;
  return frame;
}

function fileOf(url: string): string {
  if (url.startsWith('file:')) return pathOf(url);
  // The rest of such a URL is the code itself.
  return url.startsWith('data:') ? url.replace(/[;,].*$/s, '') : url;
}

function pathOf(url: string): string {
  try {
    return fileURLToPath(url);
  } catch {
    return url;
  }
}

function isInApp(file: string): boolean {
  return !file.startsWith('node:') && !DEPENDENCY.test(file);
}
