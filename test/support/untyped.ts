import type { Attributes } from '@opentelemetry/api';
import type { SentryBridgeOptions } from '../../src/options.js';
import type { SentryProfilerOptions } from '../../src/profiling.js';
import type { SpanJson } from '../../src/protocol/transaction.js';

/** Calls a function as an application without types can. */
export function untypedCall(fn: (...args: never[]) => unknown, ...args: readonly unknown[]): unknown {
  return Reflect.apply(fn, undefined, args);
}

/** Calls a method as an application without types can. */
export function untypedInvoke(target: object, method: string, ...args: readonly unknown[]): unknown {
  const fn: unknown = Reflect.get(target, method);
  if (typeof fn !== 'function') throw new TypeError(`there is no method ${method}`);
  return Reflect.apply(fn, target, args);
}

/** Options as an application without types can give them. */
export function untypedOptions(options: unknown): SentryBridgeOptions {
  return options as SentryBridgeOptions;
}

/** Options of a profiler as an application without types can give them. */
export function untypedProfilerOptions(options: unknown): SentryProfilerOptions {
  return options as SentryProfilerOptions;
}

/** Attributes as an application without types can set them. */
export function untypedAttributes(attributes: unknown): Attributes {
  return attributes as Attributes;
}

/** Parts of a span as a hook without types can return them. */
export function untypedSpan(parts: unknown): Partial<SpanJson> {
  return parts as Partial<SpanJson>;
}

/** Values of every kind, none of them a string. */
export const NOT_STRINGS: readonly (readonly [name: string, value: unknown])[] = [
  ['undefined', undefined],
  ['null', null],
  ['a number', 7],
  ['NaN', Number.NaN],
  ['a bigint', 7n],
  ['a boolean', true],
  ['a symbol', Symbol('header')],
  ['a function', () => 'header'],
  ['an object', { toString: () => 'header' }],
  ['a date', new Date(0)],
  ['a map', new Map([['0', 'header']])],
  ['an empty list', []],
  ['a list of nothing', [undefined]],
  ['a nested list', [['header']]],
  ['a list of numbers', [1, 2, 3]],
  ['a promise', Promise.resolve('header')],
];
