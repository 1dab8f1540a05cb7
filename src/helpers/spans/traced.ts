import type { StartSpanOptions } from './span-options.js';
import { withSpan } from './with-span.js';

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

type AnyFunction = (this: never, ...args: never[]) => unknown;

/** What TC39 decorators are told about a class member. https://github.com/tc39/proposal-decorators */
export interface DecoratedMember {
  readonly kind: string;
  readonly name: string | symbol;
}

/** A wrapper for functions that also is a decorator for methods, standard or legacy. */
export interface Traced {
  <F extends AnyFunction>(fn: F, member?: DecoratedMember): F;
  <F extends AnyFunction>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
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
  const options = typeof nameOrOptions === 'string' ? { name: nameOrOptions } : nameOrOptions;

  function decorate<F extends AnyFunction>(fn: F, member?: DecoratedMember): F;
  function decorate<F extends AnyFunction>(
    target: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<F>,
  ): TypedPropertyDescriptor<F>;
  function decorate<F extends AnyFunction>(
    target: F,
    member?: DecoratedMember | string | symbol,
    descriptor?: TypedPropertyDescriptor<F>,
  ): F | TypedPropertyDescriptor<F> {
    if (descriptor === undefined)
      return isWrappable(target, member) ? wrap(target, options, nameOf(member)) : target;
    const { value } = descriptor;
    return value === undefined ? descriptor : { ...descriptor, value: wrap(value, options, nameOf(member)) };
  }
  return decorate;
}

function isWrappable(target: unknown, member: DecoratedMember | string | symbol | undefined): boolean {
  // A class cannot be called, and of a field there is no value yet.
  return typeof target === 'function' && !(typeof member === 'object' && member.kind === 'class');
}

function nameOf(member: DecoratedMember | string | symbol | undefined): string | undefined {
  return member === undefined ? undefined : String(typeof member === 'object' ? member.name : member);
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
