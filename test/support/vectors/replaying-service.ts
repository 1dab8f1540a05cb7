import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Tracer,
} from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { createServer, request, type IncomingMessage, type Server } from 'node:http';
import { createSentryBridge, type SentryBridge } from '../../../src/bridge.js';
import { Mailbox } from '../tracing.js';
import { PUBLIC_KEY } from '../trace-headers.js';

/** What became of a request. */
export interface Handled {
  readonly traceId: string;
  readonly parentSpanId: string | undefined;
  readonly isSampled: boolean;
  /** The headers of a request that was made meanwhile, and the span that made it. */
  readonly sent: Readonly<Record<string, string>>;
  readonly callSpanId: string;
  /** The sampling context in the envelope; absent when nothing was sent. */
  readonly envelopeDsc: unknown;
}

/** A service on a real port that continues what it is asked in, and makes one request itself. */
export class ReplayingService {
  readonly #mailbox = new Mailbox();
  readonly #bridge: SentryBridge;
  readonly #tracer: Tracer;
  readonly #server: Server;
  #handled: Omit<Handled, 'envelopeDsc'>[] = [];

  static async start(tracesSampleRate: number): Promise<ReplayingService> {
    const service = new ReplayingService(tracesSampleRate);
    await new Promise<void>(resolve => service.#server.listen(0, '127.0.0.1', resolve));
    return service;
  }

  private constructor(tracesSampleRate: number) {
    const dsn = `http://${PUBLIC_KEY}@127.0.0.1:9/1`;
    this.#bridge = createSentryBridge({ dsn, tracesSampleRate, transport: this.#mailbox });
    const { sampler, spanProcessor } = this.#bridge;
    this.#tracer = new BasicTracerProvider({ sampler, spanProcessors: [spanProcessor] }).getTracer('test');
    this.#server = createServer((incoming, response) => {
      this.#handled.push(this.#handle(incoming));
      response.end();
    });
  }

  /** Sends a request with these header lines, in this order, and tells what became of it. */
  async replay(lines: readonly (readonly [name: string, value: string])[]): Promise<Handled> {
    const address = this.#server.address();
    if (typeof address !== 'object' || address === null) throw new Error('the service does not listen');
    this.#handled = [];
    this.#mailbox.envelopes.length = 0;
    const headers = ['host', '127.0.0.1', ...lines.flat()];
    await new Promise((resolve, reject) => {
      request({ host: '127.0.0.1', port: address.port, headers }, response =>
        response.resume().on('end', resolve),
      )
        .on('error', reject)
        .end();
    });
    await this.#bridge.flush();
    const [handled] = this.#handled;
    if (handled === undefined) throw new Error('the service has not been asked');
    const [envelope] = this.#mailbox.envelopes.filter(({ headers }) => headers['trace'] !== undefined);
    return { ...handled, envelopeDsc: envelope?.headers['trace'] };
  }

  async close(): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await this.#bridge.close();
  }

  /** As instrumentations of servers and clients do it. */
  #handle({ headers }: IncomingMessage): Omit<Handled, 'envelopeDsc'> {
    const propagator = this.#bridge.compositePropagator();
    const parent = propagator.extract(ROOT_CONTEXT, headers, defaultTextMapGetter);
    const server = this.#tracer.startSpan('GET /', { kind: SpanKind.SERVER }, parent);
    const inServer = trace.setSpan(parent, server);
    const call = this.#tracer.startSpan('GET', { kind: SpanKind.CLIENT }, inServer);
    const sent: Record<string, string> = {};
    propagator.inject(trace.setSpan(inServer, call), sent, defaultTextMapSetter);
    call.end();
    server.end();
    const { traceId, traceFlags } = server.spanContext();
    const caller = trace.getSpanContext(parent);
    return {
      traceId,
      parentSpanId: caller?.traceId === traceId ? caller.spanId : undefined,
      isSampled: (traceFlags & 1) === 1,
      sent,
      callSpanId: call.spanContext().spanId,
    };
  }
}
