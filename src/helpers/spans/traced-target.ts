import type { StartSpanOptions } from './span-options.js';

/** Spans of a traced function. */
export interface TracedOptions extends Pick<
  StartSpanOptions,
  'attributes' | 'kind' | 'onlyIfParent' | 'tracer'
> {
  /** Default: name of the function; of a method `Class.method`, with the class of the object it is called on. */
  readonly name?: string | undefined;
  /** Default `function`. */
  readonly op?: string | undefined;
}

/** What TC39 decorators are told about a class member. https://github.com/tc39/proposal-decorators */
export interface DecoratedMember {
  /** `method`, `getter` or `setter`; others are refused. */
  readonly kind: string;
  /** Name of the member. */
  readonly name: string | symbol;
}

/** A function, whatever it takes and returns. */
export type AnyFunction = (this: never, ...args: never[]) => unknown;

/** Mistakes of the programmer are found when a function is wrapped, not when it is called. */
export function assertWrappable(
  target: unknown,
  member: DecoratedMember | string | symbol | undefined,
): asserts target is AnyFunction {
  if (typeof member === 'object' && !['method', 'getter', 'setter'].includes(member.kind))
    throw cannotTrace(`the ${member.kind} ${String(member.name)}`);
  // Only fields are decorated by name without a descriptor.
  if (typeof member === 'string' || typeof member === 'symbol')
    throw cannotTrace(`the field ${String(member)}`);
  if (!isFunction(target)) throw cannotTrace(target === null ? 'null' : `a value of type ${typeof target}`);
  if (isClass(target)) throw cannotTrace(`the class ${target.name}`);
}

export function cannotTrace(what: string): TypeError {
  return new TypeError(`traced() wraps functions and decorates methods and getters, not ${what}`);
}

export function optionsOf(given: unknown): TracedOptions {
  if (typeof given === 'string') return { name: given };
  if (isOptions(given)) return given;
  const type = given === null ? 'null' : `a value of type ${typeof given}`;
  throw new TypeError(`traced() takes a name or options, not ${type}`);
}

function isOptions(given: unknown): given is TracedOptions {
  return typeof given === 'object' && given !== null;
}

export function isFunction<T>(value: T): value is T & AnyFunction {
  return typeof value === 'function';
}

/** A class cannot be called. Of functions, only those of classes have a prototype that cannot be replaced. */
function isClass(target: object): boolean {
  return Object.getOwnPropertyDescriptor(target, 'prototype')?.writable === false;
}
