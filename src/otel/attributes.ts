/**
 * Attributes as they come: the API types promise primitives and arrays, applications also pass other things, and
 * newer API versions add maps, bytes and nulls. https://opentelemetry.io/docs/specs/otel/common/#anyvalue
 */
export type AttributeMap = Readonly<Record<string, unknown>>;

/** The first of `names` that holds text. Other types and empty text count as absent; so does no text in a list. */
export function stringAttribute(attributes: AttributeMap, ...names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = attributes[name];
    if (value === undefined) continue;
    const text = Array.isArray(value) ? onlyItem(value) : value;
    if (typeof text === 'string' && text !== '') return text;
  }
  return undefined;
}

/** The first of `names` that holds an integer, as a number or in decimal digits. */
export function integerAttribute(attributes: AttributeMap, ...names: readonly string[]): number | undefined {
  for (const name of names) {
    const value = toInteger(attributes[name]);
    if (value !== undefined) return value;
  }
  return undefined;
}

/** Whether one of `names` is there and says more than "no": for attributes whose presence is the information. */
export function hasAttribute(attributes: AttributeMap, ...names: readonly string[]): boolean {
  for (const name of names) if (attributes[name]) return true;
  return false;
}

/** The integer a value stands for: itself, or what its decimal digits spell. */
export function toInteger(value: unknown): number | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value : undefined;
  if (typeof value !== 'string' || value === '' || value.length > MAX_INTEGER_CHARS) return undefined;
  return DECIMAL.test(value) ? Number(value) : undefined;
}

/** Decimal digits, sign included, that a double surely holds exactly. */
const MAX_INTEGER_CHARS = 15;
const DECIMAL = /^-?\d+$/;

// Captured headers and some exporters wrap the one value there is in an array.
function onlyItem(list: readonly unknown[]): unknown {
  return list.length === 1 ? list[0] : undefined;
}

/** Data JSON can hold. */
export type AttributeJson =
  | string
  | number
  | boolean
  | null
  | readonly AttributeJson[]
  | { readonly [key: string]: AttributeJson };

/** Levels of nesting that are copied; deeper ones are only named. */
const MAX_JSON_DEPTH = 6;

/** Values copied of one attribute: shared references can make a small object graph an endless document. */
const MAX_JSON_VALUES = 10_000;

/** Bytes of binary data that are sent, as base64. */
const MAX_BINARY_BYTES = 16_384;

/**
 * An attribute value as JSON, whatever it is; never throws. Numbers JSON has no word for become `"[NaN]"`,
 * `"[Infinity]"` and `"[-Infinity]"`, bytes base64. What cannot be sent is `undefined`, or `null` inside an array so
 * that the other items keep their places.
 */
export function toJsonValue(value: unknown): AttributeJson | undefined {
  if (typeof value !== 'object') return primitiveJson(value);
  if (value === null) return undefined;
  try {
    return containerJson(value, MAX_JSON_DEPTH, { left: MAX_JSON_VALUES });
  } catch {
    return undefined; // A getter or a proxy of the application failed.
  }
}

interface Budget {
  left: number;
}

function primitiveJson(value: unknown): string | number | boolean | undefined {
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  if (typeof value !== 'number') return undefined;
  return Number.isFinite(value) ? value : `[${value}]`;
}

function nestedJson(value: unknown, depth: number, budget: Budget): AttributeJson | undefined {
  budget.left -= 1;
  if (budget.left < 0) return undefined;
  if (typeof value !== 'object' || value === null) return primitiveJson(value);
  if (depth === 0) return Array.isArray(value) ? '[Array]' : '[Object]';
  return containerJson(value, depth, budget);
}

function containerJson(value: object, depth: number, budget: Budget): AttributeJson | undefined {
  if (Array.isArray(value)) return arrayJson(value, depth, budget);
  if (value instanceof Uint8Array) return value.length > MAX_BINARY_BYTES ? undefined : base64(value);
  if (!isPlainObject(value)) return undefined;
  const json: Record<string, AttributeJson> = {};
  for (const key of Object.keys(value)) {
    const item = key === '__proto__' ? undefined : nestedJson(value[key], depth - 1, budget);
    if (item !== undefined) json[key] = item;
  }
  return json;
}

function arrayJson(list: readonly unknown[], depth: number, budget: Budget): AttributeJson[] {
  const json: AttributeJson[] = [];
  for (const item of list) {
    if (budget.left <= 0) break;
    json.push(nestedJson(item, depth - 1, budget) ?? null);
  }
  return json;
}

// Maps are plain objects, of whichever realm; instances of classes have a meaning we do not know.
function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function base64(bytes: Uint8Array): string {
  let binary = '';
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
