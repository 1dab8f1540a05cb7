import { context, propagation, trace, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { SpanJson, TransactionEvent } from '../../../src/protocol/transaction.js';
import { BaggagePropagator } from '../../../src/w3c/baggage-propagator.js';
import { CompositePropagator } from '../../../src/w3c/composite-propagator.js';
import { TraceContextPropagator } from '../../../src/w3c/trace-context-propagator.js';
import { DSN } from '../../support/trace-headers.js';
import { Tracing, type TracingOptions } from '../../support/tracing.js';

/** An application with everything registered globally, as its helpers expect it. */
export class App {
  readonly tracing: Tracing;

  constructor(options: TracingOptions = {}) {
    unregister();
    this.tracing = new Tracing({ dsn: DSN, ...options });
    trace.setGlobalTracerProvider(this.tracing.provider);
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    propagation.setGlobalPropagator(
      new CompositePropagator([
        new TraceContextPropagator(),
        new BaggagePropagator(),
        this.tracing.propagator,
      ]),
    );
  }

  /** For tests that need nothing of it themselves. */
  static register(options?: TracingOptions): App {
    return new App(options);
  }

  /** Every transaction that has been completed. */
  async transactions(): Promise<TransactionEvent[]> {
    await this.tracing.pass(2);
    return this.tracing.mailbox.transactions;
  }

  /** The first of them. */
  async transaction(): Promise<TransactionEvent> {
    const [first] = await this.transactions();
    if (first === undefined) throw new Error('no transaction was sent');
    return first;
  }
}

/** Takes back what an `App` registered. */
export function unregister(): void {
  trace.disable();
  context.disable();
  propagation.disable();
}

/** The span of a name in a transaction, its root excepted. */
export function childOf(transaction: TransactionEvent, name: string): SpanJson {
  const span = transaction.spans.find(({ description }) => description === name);
  if (span === undefined) throw new Error(`no span ${name}`);
  return span;
}

/** Lets an active root and a child below it live while `body` runs in the child. */
export function inChild<T>(app: App, body: (child: Span, root: Span) => T): T {
  const { tracer } = app.tracing;
  return tracer.startActiveSpan('root', root =>
    tracer.startActiveSpan('child', child => {
      const result = body(child, root);
      child.end();
      root.end();
      return result;
    }),
  );
}
