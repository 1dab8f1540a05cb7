/** Checks of option values. Each returns the value or throws a `TypeError` naming the option, the value and the expectation. */

type Options = Readonly<Record<string, unknown>>;

const MAX_SHOWN_CHARS = 60;
const NO_UPPER_LIMIT = Number.MAX_SAFE_INTEGER;

/** Rejects a value. Secrets must have been taken out of it. */
export function refuse(
  option: string,
  expected: string,
  value: unknown,
  shown: string = describe(value),
): never {
  throw new TypeError(`${option} must be ${expected}, got ${shown}`);
}

/** A value as it appears in messages: short, never the inside of an object, nor what stands before an @ in a URL. */
export function describe(given: unknown): string {
  const value = typeof given === 'string' ? withoutCredentials(given) : given;
  if (typeof value === 'string') {
    return JSON.stringify(value.length > MAX_SHOWN_CHARS ? `${value.slice(0, MAX_SHOWN_CHARS)}…` : value);
  }
  if (typeof value === 'function') return 'a function';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' && value !== null ? 'an object' : String(value);
}

/** Keys and tokens stand before the @ of a URL and in its query. */
function withoutCredentials(text: string): string {
  const query = text.search(/[?#]/);
  const address = query < 0 ? text : `${text.slice(0, query)}…`;
  const end = address.lastIndexOf('@');
  return end < 0 ? address : `…${address.slice(end)}`;
}

export function stringOption(options: Options, name: string): string | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  return typeof value === 'string' ? value : refuse(name, 'a string', value);
}

export function booleanOption(options: Options, name: string): boolean | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  return typeof value === 'boolean' ? value : refuse(name, 'true or false', value);
}

export function numberOption(
  options: Options,
  name: string,
  min: number,
  max = NO_UPPER_LIMIT,
): number | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const isFine = typeof value === 'number' && value >= min && value <= max;
  const range = max === NO_UPPER_LIMIT ? `of at least ${min}` : `from ${min} to ${max}`;
  return isFine ? value : refuse(name, `a number ${range}`, value);
}

export function choiceOption<T extends string>(
  options: Options,
  name: string,
  choices: readonly T[],
): T | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  const chosen = choices.find(choice => choice === value);
  return chosen ?? refuse(name, choices.map(choice => `'${choice}'`).join(' or '), value);
}

/** A value that `accepts` takes. */
export function checkedOption<T>(
  options: Options,
  name: string,
  expected: string,
  accepts: (value: unknown) => value is T,
): T | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  return accepts(value) ? value : refuse(name, expected, value);
}

/** A list whose elements `accepts` takes. */
export function listOption<T>(
  options: Options,
  name: string,
  expected: string,
  accepts: (element: unknown) => element is T,
): readonly T[] | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) return refuse(name, `a list of ${expected}`, value);
  return value.map((element: unknown, index) =>
    accepts(element) ? element : refuse(`${name}[${index}]`, expected, element),
  );
}

/** An object whose values `accepts` takes. Only the type of others is shown: header values are secrets. */
export function recordOption<T>(
  options: Options,
  name: string,
  expected: string,
  accepts: (element: unknown) => element is T,
): Readonly<Record<string, T>> | undefined {
  const value = options[name];
  if (value === undefined) return undefined;
  if (!isRecord(value)) return refuse(name, `an object of ${expected}`, value);
  const checked: Record<string, T> = {};
  for (const [key, element] of Object.entries(value)) {
    checked[key] = accepts(element) ? element : refuse(`${name}.${key}`, expected, element, kindOf(element));
  }
  return checked;
}

function kindOf(element: unknown): string {
  return ['string', 'number', 'bigint', 'boolean', 'symbol'].includes(typeof element)
    ? `a ${typeof element}`
    : describe(element);
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function isString(value: unknown): value is string {
  return typeof value === 'string';
}
