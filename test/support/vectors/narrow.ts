/** An object of unknown content, as JSON gives it. */
export type Fields = Readonly<Record<string, unknown>>;

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : refuse(value, 'an object');
}

/** Nothing counts as an object without members. */
export function optionalFields(value: unknown): Fields {
  return value === undefined ? {} : fieldsOf(value);
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : refuse(value, 'a list');
}

/** Nothing counts as an empty list. */
export function optionalList(value: unknown): readonly unknown[] {
  return value === undefined ? [] : listOf(value);
}

export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : refuse(value, 'a text');
}

export function optionalText(value: unknown): string | undefined {
  return value === undefined ? undefined : textOf(value);
}

export function textsOf(value: unknown): readonly string[] {
  return listOf(value).map(textOf);
}

export function numberOf(value: unknown): number {
  return typeof value === 'number' ? value : refuse(value, 'a number');
}

export function optionalNumber(value: unknown): number | undefined {
  return value === undefined ? undefined : numberOf(value);
}

function refuse(value: unknown, expected: string): never {
  throw new TypeError(`the vectors have ${JSON.stringify(value)} where ${expected} is expected`);
}
