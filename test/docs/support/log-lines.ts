import { SOURCE_FILES } from './source-text.js';

export interface LogLine {
  readonly level: string;
  /** What is filled in stands as `{}`. */
  readonly text: string;
  readonly path: string;
}

/** Calls that are handed a text made elsewhere, by file and argument, and the calls that make it. */
const INDIRECT: Readonly<Record<string, { readonly files: RegExp; readonly maker: RegExp }>> = {
  'link/link-sentry-sdk.ts: conflict': {
    files: /^link\/conflicts\.ts$/,
    maker: /\bconflicts\.push\(\s*/g,
  },
  'helpers/root/local-root.ts: what': {
    files: /^helpers\//,
    maker: /(?<!function )\bwriteToRoot\(\s*/g,
  },
};

const CALL = /\blog\.(error|warn|info|debug|verbose)\(\s*/g;
const QUOTES = '\'"`';

/** Every call of the logger. Throws for one whose text cannot be read from the source. */
export const LOG_LINES: readonly LogLine[] = SOURCE_FILES.flatMap(({ path, code }) =>
  [...code.matchAll(CALL)].flatMap(call => {
    const [whole, level = ''] = call;
    return textsAt(code, call.index + whole.length, path).map(text => ({ level, text, path }));
  }),
);

/** What `guard()` and `reportFailure()` are told that can fail. */
export const GUARDED: readonly string[] = [
  ...new Set(
    SOURCE_FILES.flatMap(({ path, code }) =>
      [...code.matchAll(/(?<!function )\b(?:guard|reportFailure(?=\(['`"]))\(\s*/g)].flatMap(call =>
        textsAt(code, call.index + call[0].length, path),
      ),
    ),
  ),
];

/** The text of a call, or all texts that the variable in its place can hold. */
function textsAt(code: string, from: number, path: string): string[] {
  const argument = /^[a-z]\w*(?=[,)])/.exec(code.slice(from))?.[0];
  if (argument === undefined) return [literalAt(code, from, path)];
  const maker = INDIRECT[`${path}: ${argument}`];
  if (maker === undefined) throw new Error(`src/${path}: where does ${argument} come from?`);
  return SOURCE_FILES.filter(file => maker.files.test(file.path)).flatMap(file =>
    [...file.code.matchAll(maker.maker)].map(call =>
      literalAt(file.code, call.index + call[0].length, file.path),
    ),
  );
}

function literalAt(code: string, from: number, path: string): string {
  const quote = code.charAt(from);
  if (!QUOTES.includes(quote) || quote === '') {
    throw new Error(`src/${path}: no text at ${code.slice(from, from + 40)}`);
  }
  let text = '';
  let at = from + 1;
  while (code.charAt(at) !== quote) {
    if (at >= code.length) throw new Error(`src/${path}: a text does not end`);
    if (code.startsWith('${', at) && quote === '`') {
      at = endOfExpression(code, at + 2);
      text += '{}';
    } else {
      if (code.charAt(at) === '\\') at++;
      text += code.charAt(at++);
    }
  }
  const next = code
    .slice(at + 1)
    .trimStart()
    .charAt(0);
  if (next !== ',' && next !== ')') throw new Error(`src/${path}: more than one text in ${text}`);
  return text;
}

function endOfExpression(code: string, from: number): number {
  let depth = 1;
  let at = from;
  for (; depth > 0; at++) {
    if (at >= code.length) throw new Error('an expression does not end');
    if (code.charAt(at) === '{') depth++;
    if (code.charAt(at) === '}') depth--;
  }
  return at;
}
