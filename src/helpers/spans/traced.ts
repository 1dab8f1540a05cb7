import {
  assertWrappable,
  cannotTrace,
  isFunction,
  optionsOf,
  type AnyFunction,
  type DecoratedMember,
  type TracedOptions,
} from './traced-target.js';
import { withSpan } from './with-span.js';

/** A wrapper for functions that also is a decorator for methods, standard or legacy. */
export interface Traced {
  /** Wraps a function, or a member as standard decorators hand it over. */
  <F extends AnyFunction>(fn: F, member?: DecoratedMember): F;
  /** Wraps a member as `experimentalDecorators` hand it over. */
  <T>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): TypedPropertyDescriptor<T>;
}

/**
 * Makes functions run in a span: each call is one `withSpan`. Wraps a function, or decorates a method, in the standard
 * way or TypeScript's `experimentalDecorators`.
 *
 * The wrapped function has the name, length and properties of the original. A generator's span covers its creation, not
 * its iteration. https://docs.sentry.io/platforms/python/tracing/instrumentation/
 *
 * @example
 * const resize = traced({ name: 'resize image', op: 'image.resize' })((image: Image) => image.scale(0.5));
 * await resize(photo);
 *
 * class Invoices {
 *   @traced()
 *   async send(invoice: Invoice) {
 *     return deliver(invoice);
 *   }
 * }
 * await new Invoices().send(invoice);
 */
export function traced(nameOrOptions: string | TracedOptions = {}): Traced {
  const options = optionsOf(nameOrOptions);

  function decorate<F extends AnyFunction>(fn: F, member?: DecoratedMember): F;
  function decorate<T>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<T>,
  ): TypedPropertyDescriptor<T>;
  function decorate(
    target: unknown,
    member?: DecoratedMember | string | symbol,
    descriptor?: TypedPropertyDescriptor<unknown>,
  ): unknown {
    if (descriptor !== undefined) return wrapMember(descriptor, options, nameOf(member));
    assertWrappable(target, member);
    return wrap(target, options, nameOf(member));
  }
  return decorate;
}

function nameOf(member: DecoratedMember | string | symbol | undefined): string | undefined {
  return member === undefined ? undefined : String(typeof member === 'object' ? member.name : member);
}

/** What `experimentalDecorators` hand over: a method has a value, an accessor a getter. */
function wrapMember<T>(
  descriptor: TypedPropertyDescriptor<T>,
  options: TracedOptions,
  name: string | undefined,
): TypedPropertyDescriptor<T> {
  const { value, get } = descriptor;
  if (isFunction(value)) return { ...descriptor, value: wrap(value, options, name) };
  if (get !== undefined) return { ...descriptor, get: wrap(get, options, name) };
  throw cannotTrace(`the member ${name ?? ''}`);
}

function wrap<F extends AnyFunction>(fn: F, options: TracedOptions, method: string | undefined): F {
  return new Proxy(fn, {
    apply: (target, self: unknown, args: unknown[]) => {
      const name = options.name ?? (method === undefined ? target.name : qualified(self, method));
      return withSpan({ op: 'function', ...options, name: name || '<anonymous>' }, () =>
        Reflect.apply(target, self, args),
      );
    },
    // Frameworks keep metadata by function object and look along the prototypes: what they noted before still counts.
    getPrototypeOf: target => (Object.isExtensible(target) ? target : Object.getPrototypeOf(target)),
  });
}

function qualified(self: unknown, method: string): string {
  const owner = ownerOf(self);
  return owner ? `${owner}.${method}` : method;
}

/** Name of the class of an object, or of the class itself for its static methods. */
function ownerOf(self: unknown): string | undefined {
  try {
    const owner: unknown = typeof self === 'object' && self !== null ? self.constructor : self;
    return typeof owner === 'function' ? owner.name : undefined;
  } catch {
    return undefined; // A proxy of the application failed.
  }
}
