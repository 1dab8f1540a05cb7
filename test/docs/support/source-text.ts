import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT } from './documents.js';

export interface SourceFile {
  /** From `src`, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** Without comments. */
  readonly code: string;
}

export const SOURCE_FILES: readonly SourceFile[] = readdirSync(join(ROOT, 'src'), {
  recursive: true,
  encoding: 'utf8',
})
  .map(path => path.replaceAll('\\', '/'))
  .filter(path => path.endsWith('.ts'))
  .sort()
  .map(path => {
    const text = readFileSync(join(ROOT, 'src', path), 'utf8');
    return { path, text, code: text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '') };
  });

export function source(path: string): SourceFile {
  const file = SOURCE_FILES.find(candidate => candidate.path === path);
  if (file === undefined) throw new Error(`there is no src/${path}`);
  return file;
}

/** What a constant of a module is set to, as text. */
export function initializer(path: string, name: string): string {
  const match = new RegExp(`^(?:export )?const ${name}\\b[^=]*=(?!>)([\\s\\S]*?);$`, 'm').exec(
    source(path).code,
  );
  if (match?.[1] === undefined) throw new Error(`there is no constant ${name} in src/${path}`);
  return match[1].trim();
}

/** All text in single quotes, in order. */
export function stringsIn(code: string): string[] {
  return [...code.matchAll(/'([^'\n]*)'/g)].map(([, text = '']) => text);
}

/** Text in single quotes of a constant. */
export function stringsOf(path: string, name: string): string[] {
  return stringsIn(initializer(path, name));
}

/** Innermost brackets of a constant that hold at least two texts, as lists: for tables written as arrays. */
export function rowsOf(path: string, name: string): string[][] {
  return [...initializer(path, name).matchAll(/\[([^[\]]*)\]/g)]
    .map(([, row = '']) => stringsIn(row))
    .filter(row => row.length > 1);
}

export interface Member {
  readonly name: string;
  /** One line, without `| undefined`. */
  readonly type: string;
  /** The comment before it, on one line. */
  readonly comment: string;
}

/** Members of an interface, in order. */
export function membersOf(path: string, interfaceName: string): Member[] {
  const { text } = source(path);
  const start = new RegExp(`interface ${interfaceName}\\b[^{]*\\{`).exec(text);
  if (start === null) throw new Error(`there is no interface ${interfaceName} in src/${path}`);
  const members: Member[] = [];
  let comment = '';
  let at = start.index + start[0].length;
  for (;;) {
    const next = /\S/.exec(text.slice(at));
    if (next === null) throw new Error(`interface ${interfaceName} does not end`);
    at += next.index;
    if (text[at] === '}') return members;
    if (text.startsWith('/**', at)) {
      const end = text.indexOf('*/', at);
      comment = oneLine(text.slice(at + 3, end).replace(/^\s*\* ?/gm, ''));
      at = end + 2;
      continue;
    }
    const end = endOfMember(text, at);
    const [, name, type] = /^(?:readonly )?(\w+)\??:([\s\S]*)$/.exec(text.slice(at, end)) ?? [];
    if (name === undefined || type === undefined) throw new Error(`cannot read ${text.slice(at, end)}`);
    members.push({ name, type: plainType(type), comment });
    comment = '';
    at = end + 1;
  }
}

function endOfMember(text: string, from: number): number {
  let depth = 0;
  for (let at = from; at < text.length; at++) {
    const char = text.charAt(at);
    if ('([{'.includes(char)) depth++;
    else if (')]}'.includes(char)) depth--;
    else if (char === ';' && depth === 0) return at;
  }
  throw new Error('a member does not end');
}

function plainType(type: string): string {
  const whole = oneLine(type.replace(/\/\*[\s\S]*?\*\//g, ''))
    .replace(/ \| undefined$/, '')
    .replace(/^\| /, '');
  const inner = /^\((.*)\)$/.exec(whole)?.[1];
  return inner !== undefined && isBalanced(inner) ? inner : whole;
}

function isBalanced(text: string): boolean {
  let depth = 0;
  for (const char of text) {
    if (char === '(') depth++;
    if (char === ')' && --depth < 0) return false;
  }
  return depth === 0;
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
