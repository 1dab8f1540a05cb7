import { createHook } from 'node:async_hooks';
import { trace, type Context, type ContextManager, type Span } from '@opentelemetry/api';
import type { ReadableSpan, WritableSpan } from '../../otel/types.js';
import type { Thread } from '../current-thread.js';
import type { ThreadLabels } from './thread-labels.js';
import { ThreadMarks } from './thread-marks.js';

/** Ids of threads that are none begin here; those of worker threads count from 1. */
const FIRST_ID = 1001;
/** Transactions whose threads have names. */
const MAX_NAMED_THREADS = 2000;

/** Knows the active context, and tells when another becomes active. */
export interface ObservedContext {
  active(): Context;
  onChange(listener: (active: Context) => void): void;
}

/**
 * Gives each transaction a thread of its own. A sample belongs to the transaction whose span was active: that is noted
 * whenever the context changes, and looked up by the time of the sample.
 */
export class RequestThreads implements ThreadLabels {
  readonly #own: Thread;
  readonly #nowMicros: () => number;
  readonly #context: ObservedContext;
  readonly #marks: ThreadMarks;
  readonly #threads = new WeakMap<object, Thread>();
  readonly #spans = new WeakMap<Span, number>();
  readonly #names = new Map<string, string>();
  readonly #hook = createHook({ before: () => this.#mark(this.#context.active()) });
  #nextId = FIRST_ID;
  #users = 0;

  constructor(own: Thread, nowMicros: () => number, context: ObservedContext) {
    this.#own = own;
    this.#nowMicros = nowMicros;
    this.#context = context;
    this.#marks = new ThreadMarks(own.id);
    context.onChange(active => {
      if (this.#users > 0) this.#mark(active);
    });
  }

  rootStarted(root: WritableSpan, segment: object): Thread {
    const thread = { id: this.#nextId++, name: root.name };
    this.#threads.set(segment, thread);
    this.#spans.set(root, thread.id);
    this.#name(thread.id, root.name);
    return thread;
  }

  childStarted(span: WritableSpan, segment: object): Thread {
    const thread = this.#threads.get(segment) ?? this.#own;
    this.#spans.set(span, thread.id);
    return thread;
  }

  /** By now its route may be known. */
  rootEnded(root: ReadableSpan, segment: object): void {
    const thread = this.#threads.get(segment);
    if (thread !== undefined) this.#name(thread.id, root.name);
  }

  threadAt(micros: number): string {
    return String(this.#marks.at(micros) ?? this.#own.id);
  }

  nameOf(threadId: string): string {
    return this.#names.get(threadId) ?? this.#own.name;
  }

  begin(): void {
    if (this.#users++ > 0) return;
    this.#hook.enable();
    this.#mark(this.#context.active());
  }

  end(): void {
    if (--this.#users === 0) this.#hook.disable();
  }

  #mark(active: Context): void {
    const span = trace.getSpan(active);
    const thread = span === undefined ? undefined : this.#spans.get(span);
    this.#marks.mark(thread ?? this.#own.id, this.#nowMicros);
  }

  #name(id: number, name: string): void {
    this.#names.set(String(id), name);
    if (this.#names.size <= MAX_NAMED_THREADS) return;
    const [oldest = ''] = this.#names.keys();
    this.#names.delete(oldest);
  }
}

/** Lets a context manager tell when it activates a context, and when that is over. */
export function observe(manager: ContextManager): ObservedContext {
  const listeners: ((active: Context) => void)[] = [];
  const tell = (active: Context): void => {
    for (const listener of listeners) listener(active);
  };
  const original: ContextManager['with'] = manager.with.bind(manager);
  // On the instance: what it binds comes through here as well.
  manager.with = (context, fn, thisArg, ...args) => {
    tell(context);
    try {
      return original(context, fn, thisArg, ...args);
    } finally {
      tell(manager.active());
    }
  };
  return { active: () => manager.active(), onChange: listener => void listeners.push(listener) };
}
