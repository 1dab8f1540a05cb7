import { isDeepStrictEqual } from 'node:util';
import { isFields, listOf, numberOf, textOf, type Fields } from './narrow.js';

/** A place where a result is not what was expected. */
export interface Difference {
  readonly path: string;
  readonly expected?: unknown;
  readonly actual: unknown;
}

/** What matchers may look at besides the value itself. */
export interface MatchScope {
  /** All results of the case, by name. */
  readonly observed: Fields;
  /** The input of the case. */
  readonly inputText: string;
}

type Matcher = (operand: unknown, actual: unknown, scope: MatchScope) => boolean;

/** Objects with these names hold nothing but what is listed; of all others only what is listed is compared. */
const CLOSED_OBJECTS: ReadonlySet<string> = new Set(['dsc', 'carrier', 'reports', 'result']);

const SIX_DIGITS = /^0\.\d{6}$/;
const JSON_NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const TRACE_ID = /^(?!0{32})[0-9a-f]{32}$/;

const MATCHERS: ReadonlyMap<string, Matcher> = new Map<string, Matcher>([
  ['$any', (_, actual) => isPresent(actual)],
  ['$not', (unwanted, actual) => !isDeepStrictEqual(unwanted, actual)],
  ['$lacks', (part, actual) => !(typeof actual === 'string' && actual.includes(textOf(part)))],
  [
    '$number',
    (value, actual) => typeof actual === 'string' && JSON_NUMBER.test(actual) && Number(actual) === value,
  ],
  [
    '$rand',
    (interval, actual) =>
      typeof actual === 'string' && SIX_DIGITS.test(actual) && isWithin(interval, Number(actual)),
  ],
  [
    '$newTrace',
    (_, actual, { inputText }) =>
      typeof actual === 'string' && TRACE_ID.test(actual) && !inputText.includes(actual),
  ],
  [
    '$same',
    (path, actual, { observed }) =>
      isPresent(actual) && isDeepStrictEqual(pick(observed, textOf(path)), actual),
  ],
]);

/**
 * Compares what a case expects with what was observed. `null` expects nothing; an object with a single member
 * that is a matcher's name is that matcher: those above, `$in` (one of several) and `$optional` (or nothing).
 * `$open` allows an object to hold more than is listed.
 */
export function differences(expected: unknown, actual: unknown, scope: MatchScope, path = ''): Difference[] {
  const unequal = [{ path, expected, actual }];
  if (expected === undefined) return [];
  if (expected === null) return isPresent(actual) ? unequal : [];
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return unequal;
    return expected.flatMap((item, index) => differences(item, actual[index], scope, `${path}[${index}]`));
  }
  if (!isFields(expected)) return Object.is(expected, actual) ? [] : unequal;
  const [name = '', operand] = singleMember(expected);
  const matcher = MATCHERS.get(name);
  if (matcher !== undefined) return matcher(operand, actual, scope) ? [] : unequal;
  if (name === '$optional') return actual === undefined ? [] : differences(operand, actual, scope, path);
  if (name === '$in') {
    return listOf(operand).some(item => differences(item, actual, scope, path).length === 0) ? [] : unequal;
  }
  return isFields(actual) ? memberDifferences(expected, actual, scope, path) : unequal;
}

/** `a.b.c` in nested objects. */
export function pick(value: unknown, path: string): unknown {
  return path.split('.').reduce<unknown>((inner, key) => (isFields(inner) ? inner[key] : undefined), value);
}

function memberDifferences(expected: Fields, actual: Fields, scope: MatchScope, path: string): Difference[] {
  const { $open: isOpen = false, ...members } = expected;
  const found = Object.entries(members).flatMap(([key, member]) =>
    differences(member, actual[key], scope, path === '' ? key : `${path}.${key}`),
  );
  const isClosed = CLOSED_OBJECTS.has(path.slice(path.lastIndexOf('.') + 1)) && isOpen === false;
  const surplus = isClosed
    ? Object.keys(actual).filter(key => !Object.hasOwn(members, key) && actual[key] !== undefined)
    : [];
  return [...found, ...surplus.map(key => ({ path: `${path}.${key}`, actual: actual[key] }))];
}

function singleMember(value: Fields): readonly [string?, unknown?] {
  const [first, ...others] = Object.entries(value);
  return first === undefined || others.length > 0 ? [] : first;
}

function isWithin(interval: unknown, value: number): boolean {
  const [low, high] = listOf(interval);
  return value >= numberOf(low) && value < numberOf(high);
}

function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
