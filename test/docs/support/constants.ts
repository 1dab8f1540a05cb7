import { SOURCE_FILES } from './source-text.js';

export interface Constant {
  readonly path: string;
  readonly name: string;
  readonly value: number;
}

const DECLARATION = /^(?:export )?const ([A-Z][A-Z0-9_]*) = ([\d_.\s*+-]+);$/gm;
const LIMIT = /^(MAX|MIN)_|_(MILLIS|BYTES|CHARS|SPANS|ITEMS)$/;

/** Limits and times of the code: constants at module level whose names say so. */
export const LIMITS: readonly Constant[] = SOURCE_FILES.flatMap(({ path, code }) =>
  [...code.matchAll(DECLARATION)].flatMap(([, name = '', expression = '']) =>
    LIMIT.test(name) ? [{ path, name, value: evaluate(expression) }] : [],
  ),
);

/** Sums, products and powers of numbers. */
function evaluate(expression: string): number {
  return expression
    .split(' - ')
    .map(product =>
      product
        .split(' * ')
        .map(power => power.split(' ** ').map(toNumber))
        .map(([base = Number.NaN, exponent = 1]) => base ** exponent)
        .reduce((a, b) => a * b),
    )
    .reduce((a, b) => a - b);
}

function toNumber(text: string): number {
  const number = Number(text.replaceAll('_', '').trim());
  if (Number.isNaN(number)) throw new Error(`cannot evaluate ${text}`);
  return number;
}
