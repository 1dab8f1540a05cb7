import { context, trace, type Span, type SpanOptions } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { linkSentrySdk } from '../../../src/link.js';
import { Tracing, type TracingOptions } from '../../support/tracing.js';
import { FakeSdk, type FakeSdkSettings } from './fake-sdk.js';

/** A bridge and a Sentry SDK that are linked. Needs a context manager: see `useContext`. */
export class Linked {
  readonly tracing: Tracing;
  readonly sdk: FakeSdk;

  constructor({ bridge, ...sdk }: FakeSdkSettings & { readonly bridge?: TracingOptions } = {}) {
    this.tracing = new Tracing({ lateSpanGraceMillis: 0, ...bridge });
    this.sdk = new FakeSdk(sdk).install(linkSentrySdk(this.tracing));
  }

  /** Runs `body` in a span below the active one and ends it. */
  span<T>(name: string, body: (span: Span) => T, options: SpanOptions = {}): T {
    return this.tracing.tracer.startActiveSpan(name, options, span => {
      const result = body(span);
      span.end();
      return result;
    });
  }

  /** The `trace` header of the one transaction that has been sent. */
  async sentTrace(): Promise<unknown> {
    await this.tracing.pass(10);
    const [envelope] = this.tracing.mailbox.envelopes.filter(({ items }) =>
      items.some(({ headers }) => headers['type'] === 'transaction'),
    );
    return envelope?.headers['trace'];
  }
}

/** Gives the tests of a suite contexts that follow calls. */
export function useContext(): void {
  before(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  after(() => context.disable());
}

/** Runs `body` with a span active that arrived with a request, as `extract` leaves it. */
export function inRemoteSpan<T>(traceId: string, spanId: string, body: () => T): T {
  const remote = { traceId, spanId, traceFlags: 1, isRemote: true };
  return context.with(trace.setSpanContext(context.active(), remote), body);
}
