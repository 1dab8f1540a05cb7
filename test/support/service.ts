import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  trace,
  type Context,
  type Span,
  type SpanOptions,
  type TextMapPropagator,
  type Tracer,
} from '@opentelemetry/api';
import { BasicTracerProvider, type Sampler } from '@opentelemetry/sdk-trace-base';
import type { SentryBridgeOptions } from '../../src/options.js';
import { SentryPropagator } from '../../src/propagator.js';
import { SentrySampler } from '../../src/sampler.js';
import type { Shared } from '../../src/shared.js';
import type { SegmentRecord } from '../../src/trace-state/segment-record.js';
import { carriedState } from '../../src/trace-state/state-carrier.js';
import { sharedOf } from './shared.js';
import { DSN } from './trace-headers.js';

export type HeaderRecord = Record<string, unknown>;

export interface ServiceInit {
  /** Around or in place of the sampler. Default: the sampler itself. */
  readonly sampler?: (sampler: SentrySampler) => Sampler;
  /** Around or beside the propagator. Default: the propagator itself. */
  readonly propagator?: (propagator: SentryPropagator) => TextMapPropagator;
  /** Ids of the traces that begin here, in turn; random ones after them. */
  readonly traceIds?: readonly string[];
}

/** An application with a real tracer provider, a SentrySampler and a SentryPropagator, and nothing that sends. */
export class Service {
  readonly shared: Shared;
  readonly sampler: SentrySampler;
  readonly propagator: TextMapPropagator;
  readonly tracer: Tracer;

  constructor(options: SentryBridgeOptions = {}, init: ServiceInit = {}) {
    const all = { dsn: DSN, ...options };
    this.shared = sharedOf(all);
    this.sampler = new SentrySampler(all, this.shared);
    const propagator = new SentryPropagator(all, this.shared);
    this.propagator = init.propagator?.(propagator) ?? propagator;
    const { traceIds = [] } = init;
    let traces = 0;
    const provider = new BasicTracerProvider({
      sampler: init.sampler?.(this.sampler) ?? this.sampler,
      idGenerator: {
        generateTraceId: () => traceIds[traces++] ?? randomId(32),
        generateSpanId: () => randomId(16),
      },
    });
    this.tracer = provider.getTracer('test');
  }

  /** Starts a span in a context, below a span, or at the top. */
  start(name: string, parent: Context | Span = ROOT_CONTEXT, options: SpanOptions = {}): Span {
    return this.tracer.startSpan(name, options, contextOf(parent));
  }

  /** The context in which a request with these headers is handled. */
  receive(headers: HeaderRecord, context: Context = ROOT_CONTEXT): Context {
    return this.propagator.extract(context, headers, defaultTextMapGetter);
  }

  /** The headers of a request that is sent from a span or context, on top of those it has already. */
  send(from: Context | Span, headers: HeaderRecord = {}): HeaderRecord {
    this.propagator.inject(contextOf(from), headers, defaultTextMapSetter);
    return headers;
  }
}

export function contextOf(parent: Context | Span, base: Context = ROOT_CONTEXT): Context {
  return 'spanContext' in parent ? trace.setSpan(base, parent) : parent;
}

/** What our sampler noted about the segment of a span. */
export function segmentOf(span: Span): SegmentRecord | undefined {
  return carriedState(span.spanContext())?.segment;
}

export function isSampled(span: Span): boolean {
  return (span.spanContext().traceFlags & 1) === 1;
}

/** `sampled`, `recorded` for spans that only other processors see, or `dropped`. */
export function fateOf(span: Span): 'sampled' | 'recorded' | 'dropped' {
  if (!span.isRecording()) return 'dropped';
  return isSampled(span) ? 'sampled' : 'recorded';
}

function randomId(length: 16 | 32): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, length);
}
