import * as fc from 'fast-check';
import { NAMES } from '../secrets.js';
import { anyUtf16 } from './text.js';

/** Things that harm whoever looks at them carelessly, a test runner included: they are made when they are needed. */
const TRAPS = {
  NaN: () => Number.NaN,
  infinity: () => Number.POSITIVE_INFINITY,
  bigint: () => 7n,
  symbol: () => Symbol('s'),
  function: () => () => 'called',
  'invalid date': () => new Date(Number.NaN),
  expression: () => /x/g,
  map: () => new Map([['a', 1]]),
  'no prototype': () => Object.assign(Object.create(null), { a: [1, { b: 'c' }] }),
  'names of prototypes': () =>
    JSON.parse('{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":"x"}'),
  'many bytes': () => new Uint8Array(70_000),
  holes: () => Object.assign([], { length: 50 }),
  'long list': () => Array.from({ length: 20_000 }, (_, index) => index),
  'long text': () => 'x'.repeat(300_000),
  'halves of characters': () => '\ud800'.repeat(20_000),
  'throwing methods': () => ({ toString: fail, valueOf: fail, toJSON: fail }),
  'throwing getter': () => Object.defineProperty({}, 'a', { enumerable: true, get: fail }),
  'throwing item': () => Object.defineProperty([1, 2], 1, { enumerable: true, get: fail }),
  'throwing object': () =>
    new Proxy({}, { get: fail, ownKeys: fail, has: fail, getOwnPropertyDescriptor: fail }),
  'throwing list': () => new Proxy([], { get: fail }),
  'throwing prototype': () => new Proxy({}, { getPrototypeOf: fail }),
  revoked: () => revoked(),
  cycle: () => cycle(),
  depth: () => nested(5000),
  promise: () => Promise.resolve('later'),
} satisfies Record<string, () => unknown>;

/** How to make a value of any kind. */
export type Recipe = { readonly trap: keyof typeof TRAPS } | { readonly value: unknown };

export function make(recipe: Recipe): unknown {
  return 'trap' in recipe ? TRAPS[recipe.trap]() : recipe.value;
}

const TRAP_NAMES = Object.keys(TRAPS).filter((name): name is keyof typeof TRAPS => name in TRAPS);

/** A value of any kind, as an application without types can pass it. */
export const hostileValue: fc.Arbitrary<Recipe> = fc.oneof(
  fc.constantFrom(...TRAP_NAMES).map(trap => ({ trap })),
  anyUtf16.map(value => ({ value })),
  fc
    .anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withNullPrototype: true,
      withSparseArray: true,
      withTypedArray: true,
    })
    .map(value => ({ value })),
);

const anyName = fc.oneof(
  fc.constantFrom(...NAMES),
  anyUtf16,
  fc.constantFrom('__proto__', 'constructor', ''),
);

export interface AttributesRecipe {
  readonly entries: readonly (readonly [name: string, value: Recipe])[];
  /** To read one of them throws. */
  readonly isTrapped: boolean;
}

/** Attributes of any kind under names that mean something, and under others. */
export const hostileAttributes: fc.Arbitrary<AttributesRecipe> = fc.record({
  entries: fc.array(fc.tuple(anyName, hostileValue), { maxLength: 8 }),
  isTrapped: fc.integer({ min: 0, max: 19 }).map(one => one === 0),
});

export function makeAttributes({ entries, isTrapped }: AttributesRecipe): Record<string, unknown> {
  const attributes: Record<string, unknown> = {};
  for (const [name, recipe] of entries) {
    const value = make(recipe);
    Object.defineProperty(attributes, name, { value, enumerable: true, writable: true, configurable: true });
  }
  if (isTrapped) Object.defineProperty(attributes, 'trap', { enumerable: true, get: fail });
  return attributes;
}

function fail(): never {
  throw new Error('trap');
}

function revoked(): unknown {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
}

function cycle(): unknown {
  const one: Record<string, unknown> = {};
  one['list'] = [one, { one }];
  return one;
}

function nested(depth: number): unknown {
  let value: unknown = 'deep';
  for (let level = 0; level < depth; level++) value = level % 2 === 0 ? [value] : { value };
  return value;
}
