import { ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createSentryBridge, type SentryBridge } from '../../../src/bridge.js';
import type { Diagnosis } from '../../../src/diagnosis/diagnose.js';
import type { SentryBridgeOptions } from '../../../src/options.js';
import { below } from '../../support/tracing.js';

/** By data category. */
export type Quantities = Record<string, number>;

/** What an application has to say in the end. */
export interface Statement {
  /** What it ended, sampled or not. */
  readonly ended: Quantities;
  readonly diagnosis: Diagnosis;
}

/** An application with a bridge and a real SDK that knows what it has ended. */
export class Application {
  readonly bridge: SentryBridge;
  readonly ended: Quantities = { transaction: 0, span: 0 };
  readonly #tracer;

  constructor(options: SentryBridgeOptions) {
    this.bridge = createSentryBridge({ tracesSampleRate: 1, proxy: false, ...options });
    const { sampler, spanProcessor } = this.bridge;
    this.#tracer = new BasicTracerProvider({ sampler, spanProcessors: [spanProcessor] }).getTracer('load');
  }

  start(name: string, parent?: Span): Span {
    return this.#tracer.startSpan(name, {}, parent === undefined ? ROOT_CONTEXT : below(parent));
  }

  /** Ends a span that has a parent. */
  end(span: Span): void {
    span.end();
    this.#count('span');
  }

  /** Ends a root. */
  endRoot(span: Span): void {
    this.end(span);
    this.#count('transaction');
  }

  /** A transaction with one child. */
  transaction(name = 'GET /orders'): void {
    const root = this.start(name);
    this.end(this.start('SELECT orders', root));
    this.endRoot(root);
  }

  state(): Statement {
    return { ended: this.ended, diagnosis: this.bridge.diagnose() };
  }

  #count(category: string): void {
    this.ended[category] = (this.ended[category] ?? 0) + 1;
  }
}
