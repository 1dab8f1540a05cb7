import {
  context,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type Tracer,
} from '@opentelemetry/api';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BasicTracerProvider, type Sampler } from '@opentelemetry/sdk-trace-base';
import type { SentryBridgeOptions } from '../../src/options.js';
import { Pipeline } from '../../src/pipeline.js';
import type { ErrorEvent } from '../../src/protocol/error-event.js';
import type { StreamedSpanJson } from '../../src/protocol/streamed-span.js';
import type { TransactionEvent } from '../../src/protocol/transaction.js';
import { SentryPropagator } from '../../src/propagator.js';
import { SentrySampler } from '../../src/sampler.js';
import { createShared } from '../../src/shared.js';
import { SentrySpanProcessor } from '../../src/span-processor.js';
import type { TransportResponse } from '../../src/transport/transport.js';
import { FakeClock, settle } from './fake-clock.js';
import { jsonOf, parseEnvelope, type ParsedEnvelope } from './parse-envelope.js';
import { checkWire } from './wire-problems.js';

export const DSN = 'https://a1f2c3d4e5b60718293a4b5c6d7e8f90@o1.ingest.sentry.io/42';

export interface Report {
  readonly reason: string;
  readonly category: string;
  readonly quantity: number;
}

/** A transport that keeps what it is given. `answer` decides what becomes of it. */
export class Mailbox {
  readonly envelopes: ParsedEnvelope[] = [];
  answer: () => TransportResponse | Promise<TransportResponse> = () => ({ statusCode: 200 });

  async send(envelope: Uint8Array): Promise<TransportResponse> {
    const parsed = parseEnvelope(envelope);
    checkWire(parsed);
    this.envelopes.push(parsed);
    return this.answer();
  }

  get transactions(): TransactionEvent[] {
    return this.#payloads('transaction').filter(isTransaction);
  }

  /** Spans that came on their own, by container. */
  get containers(): StreamedSpanJson[][] {
    return this.#payloads('span').flatMap(payload => (isContainer(payload) ? [payload.items] : []));
  }

  get spans(): StreamedSpanJson[] {
    return this.containers.flat();
  }

  get errors(): ErrorEvent[] {
    return this.#payloads('event').filter(isError);
  }

  /** Reported losses as `reason/category` to their sum. */
  get reports(): Record<string, number> {
    const sums: Record<string, number> = {};
    for (const { reason, category, quantity } of this.#payloads('client_report').flatMap(reportsOf)) {
      const key = `${reason}/${category}`;
      sums[key] = (sums[key] ?? 0) + quantity;
    }
    return sums;
  }

  #payloads(type: string): unknown[] {
    return this.envelopes.flatMap(({ items }) =>
      items.filter(item => item.headers['type'] === type).map(jsonOf),
    );
  }
}

/** Names of the spans of each transaction, the root first. */
export function namesOf(transactions: readonly TransactionEvent[]): string[][] {
  return transactions.map(({ transaction, spans }) => [transaction, ...spans.map(span => span.description)]);
}

export interface TracingOptions extends SentryBridgeOptions {
  /** Default: a SentrySampler of the same options. */
  readonly sampler?: Sampler;
  readonly resource?: Record<string, string>;
}

/** A real provider with the processor, on a clock of its own and without a network. */
export class Tracing {
  readonly clock = new FakeClock();
  readonly mailbox = new Mailbox();
  readonly processor: SentrySpanProcessor;
  readonly propagator: SentryPropagator;
  readonly pipeline: Pipeline;
  readonly provider: BasicTracerProvider;
  readonly tracer: Tracer;
  readonly losses: () => Record<string, number>;
  readonly #atExit: (() => void)[] = [];

  constructor({ sampler, resource, ...options }: TracingOptions = {}) {
    const all = { dsn: DSN, tracesSampleRate: 1, transport: this.mailbox, ...options };
    const shared = createShared(all, this.clock, callback => {
      this.#atExit.push(callback);
      return () => undefined;
    });
    this.pipeline = new Pipeline(shared);
    this.processor = new SentrySpanProcessor(all, shared, this.pipeline);
    this.propagator = new SentryPropagator(all, shared);
    this.provider = new BasicTracerProvider({
      sampler: sampler ?? new SentrySampler(all, shared),
      spanProcessors: [this.processor],
      ...(resource && { resource: resourceFromAttributes(resource) }),
    });
    this.tracer = this.provider.getTracer('test');
    this.losses = () =>
      Object.fromEntries(
        shared.losses.totals().map(({ reason, category, quantity }) => [`${reason}/${category}`, quantity]),
      );
  }

  /** The process has nothing left to do. */
  exit(): void {
    for (const callback of this.#atExit) callback();
  }

  start(name: string, parent?: Span, options: SpanOptions = {}): Span {
    return this.tracer.startSpan(name, options, parent ? below(parent) : ROOT_CONTEXT);
  }

  /** Lets `millis` pass and everything that then wants to be sent be sent. */
  async pass(millis: number): Promise<void> {
    await this.clock.advanceAsync(millis);
    await settle();
  }

  get sent(): string[][] {
    return namesOf(this.mailbox.transactions);
  }
}

export function below(parent: Span, base: Context = ROOT_CONTEXT): Context {
  return trace.setSpan(base, parent);
}

/** Runs `fn` without a context of the test before it. */
export function unscoped<T>(fn: () => T): T {
  return context.with(ROOT_CONTEXT, fn);
}

function isContainer(payload: unknown): payload is { items: StreamedSpanJson[] } {
  return typeof payload === 'object' && payload !== null && 'items' in payload;
}

function isError(payload: unknown): payload is ErrorEvent {
  return typeof payload === 'object' && payload !== null && 'exception' in payload;
}

function isTransaction(payload: unknown): payload is TransactionEvent {
  return (
    typeof payload === 'object' && payload !== null && 'type' in payload && payload.type === 'transaction'
  );
}

function reportsOf(payload: unknown): Report[] {
  const isReport = typeof payload === 'object' && payload !== null && 'discarded_events' in payload;
  return isReport && Array.isArray(payload.discarded_events) ? payload.discarded_events : [];
}
