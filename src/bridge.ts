import type { TextMapPropagator } from '@opentelemetry/api';
import { diagnose, type Diagnosis } from './diagnosis/diagnose.js';
import type { SentryBridgeOptions } from './options.js';
import { Pipeline } from './pipeline.js';
import { SentryPropagator } from './propagator.js';
import { SentrySampler } from './sampler.js';
import { createShared } from './shared.js';
import { SentrySpanProcessor } from './span-processor.js';
import { BaggagePropagator } from './w3c/baggage-propagator.js';
import { CompositePropagator } from './w3c/composite-propagator.js';
import { TraceContextPropagator } from './w3c/trace-context-propagator.js';

/** The parts of a bridge, made from one set of options. */
export interface SentryBridge {
  /** For the tracer provider. */
  readonly sampler: SentrySampler;
  /** Writes and reads Sentry's headers alone; `compositePropagator()` has the W3C ones as well. */
  readonly propagator: SentryPropagator;
  /** For the tracer provider, before or after other processors. */
  readonly spanProcessor: SentrySpanProcessor;
  /** W3C Trace Context, W3C Baggage and Sentry's headers, in the order that keeps all of them. */
  compositePropagator(): TextMapPropagator;
  /**
   * Sends every tree that has ended and waits for Sentry's answers. Resolves with whether all was settled within
   * `timeoutMillis` (default `shutdownTimeoutMillis`); never rejects.
   */
  flush(timeoutMillis?: number): Promise<boolean>;
  /** Sends everything that has ended, then takes no more spans. Otherwise like `flush`. */
  close(timeoutMillis?: number): Promise<boolean>;
  /** What the bridge is doing and what is likely to be wrong. */
  diagnose(): Diagnosis;
}

/**
 * Creates the parts that put Sentry into an OpenTelemetry setup. Registers nothing.
 *
 * @throws TypeError for an unusable option
 * @example
 * const bridge = createSentryBridge({ dsn, tracesSampleRate: 0.2 });
 * const provider = new NodeTracerProvider({ sampler: bridge.sampler, spanProcessors: [bridge.spanProcessor] });
 * provider.register({ propagator: bridge.compositePropagator() });
 */
export function createSentryBridge(options?: SentryBridgeOptions): SentryBridge {
  const shared = createShared(options);
  const pipeline = new Pipeline(shared);
  const propagator = new SentryPropagator(options, shared);
  return {
    sampler: new SentrySampler(options, shared),
    propagator,
    spanProcessor: new SentrySpanProcessor(options, shared, pipeline),
    compositePropagator: () =>
      new CompositePropagator([new TraceContextPropagator(), new BaggagePropagator(), propagator]),
    flush: timeoutMillis => pipeline.flush(timeoutMillis),
    close: timeoutMillis => pipeline.close(timeoutMillis),
    diagnose: () => diagnose(shared, pipeline),
  };
}
