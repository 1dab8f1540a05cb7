import type { StackFrameJson } from '../protocol/error-event.js';
import { MAX_STACK_FRAMES, MAX_STACK_LINE_CHARS } from '../protocol/limits.js';

/** `at name (place)` or `at place`; the name may hold spaces and brackets. */
const LINE = /^\s*at (?:(.+?) \((.*)\)|(.+))$/;
/** Longer numbers are of no line, and Sentry refuses those that do not fit into its integers. */
const PLACE = /^(.*?):(\d{1,10})(?::(\d{1,10}))?$/;

/**
 * Frames of a V8 stack as Sentry wants them: the one that threw last, at most the 50 nearest to it. Lines that are no
 * frames are skipped.
 *
 * @param modulePath folder of the application, for module names; absent: no module names
 */
export function parseStack(stack: string, modulePath?: string): StackFrameJson[] {
  const frames: StackFrameJson[] = [];
  // The first line is the message, whose own line breaks cannot look like frames.
  for (const line of stack.split('\n')) {
    const frame = parseLine(line.slice(0, MAX_STACK_LINE_CHARS), modulePath);
    if (frame !== undefined && frames.push(frame) === MAX_STACK_FRAMES) break;
  }
  return frames.reverse();
}

function parseLine(line: string, modulePath: string | undefined): StackFrameJson | undefined {
  const match = LINE.exec(line.trimEnd());
  if (match === null) return undefined;
  const [, name, bracketed, bare] = match;
  const place = bracketed ?? bare ?? '';
  const functionName = withoutAsync(name ?? '').replace(/<anonymous>/g, '?') || '?';
  const [, path, lineno, colno] = PLACE.exec(withoutAsync(place)) ?? [];
  // Without brackets, prose of a message looks like a frame unless it names a line or a scheme; `native` names nothing.
  if (bracketed === undefined && lineno === undefined && !place.includes('://')) return undefined;
  const filename = decodePath(path ?? withoutAsync(place));
  const isInApp = belongsToApp(filename);
  const module = modulePath === undefined ? undefined : moduleName(filename, modulePath);
  return {
    function: functionName,
    ...(filename !== '' && { filename }),
    ...(module !== undefined && { module }),
    ...(lineno !== undefined && { lineno: Number(lineno) }),
    ...(colno !== undefined && { colno: Number(colno) }),
    in_app: isInApp,
  };
}

function withoutAsync(text: string): string {
  return text.startsWith('async ') ? text.slice('async '.length) : text;
}

function decodePath(path: string): string {
  const file = path.startsWith('file://')
    ? path.slice('file://'.length).replace(/^\/([A-Za-z]:)/, '$1')
    : path;
  if (!file.includes('%')) return file;
  try {
    return decodeURI(file);
  } catch {
    return file;
  }
}

const ABSOLUTE_OR_RELATIVE = /^(?:\/|[A-Za-z]:[\\/]|\\|\.|[a-z][a-z0-9+.-]*:\/\/)/i;

/** Code of the application: not of Node, not of a dependency. */
function belongsToApp(filename: string): boolean {
  return ABSOLUTE_OR_RELATIVE.test(filename) && !/[\\/]node_modules[\\/]/.test(filename);
}

const SOURCE_ENDING = /\.[cm]?[jt]s$/;
const DEPENDENCIES = '/node_modules/';

/** `folder.sub:file` below the application's folder, `package.sub:file` in a dependency. */
function moduleName(filename: string, modulePath: string): string | undefined {
  const path = filename.replace(/\\/g, '/').replace(/^[A-Za-z]:/, '');
  if (!path.startsWith('/')) return undefined;
  const slash = path.lastIndexOf('/');
  const folder = path.slice(0, slash);
  const file = path.slice(slash + 1).replace(SOURCE_ENDING, '');
  const dependency = `${folder}/`.lastIndexOf(DEPENDENCIES);
  const base = modulePath
    .replace(/\\/g, '/')
    .replace(/^[A-Za-z]:/, '')
    .replace(/\/$/, '');
  const inside =
    dependency >= 0 ? folder.slice(dependency + DEPENDENCIES.length) : withoutPrefix(folder, base);
  if (inside === undefined) return file;
  return inside === '' ? file : `${inside.replace(/\//g, '.')}:${file}`;
}

function withoutPrefix(folder: string, base: string): string | undefined {
  if (folder === base) return '';
  return folder.startsWith(`${base}/`) ? folder.slice(base.length + 1) : undefined;
}
