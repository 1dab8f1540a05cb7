import {
  context,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Link,
  type Span,
} from '@opentelemetry/api';
import { systemClock } from '../../clock.js';
import { withoutTrace } from '../../trace-state/incoming-trace.js';
import { extractTrace, type TraceCarrier } from '../carrier.js';
import { beginSpan } from '../spans/begin-span.js';
import { endSpan } from '../spans/end-span.js';
import { runInSpan } from '../spans/run-in-span.js';
import type { StartSpanOptions } from '../spans/span-options.js';
import { enqueuedMillis, messageAttributes, type QueueMessage } from './message.js';

/** The message that is processed. https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/queues-module/ */
export interface QueueProcessOptions extends QueueMessage {
  /** Headers or attributes that came with the message. */
  readonly headers?: TraceCarrier | undefined;
  /** How many times the message was tried before. */
  readonly retryCount?: number | undefined;
  /** When the message was put into the queue: a `Date`, or milliseconds since the epoch. Default: what its headers say. */
  readonly enqueuedAt?: Date | number | undefined;
  /** Begins a new trace that links to the producer's, instead of continuing that. Default false. */
  readonly link?: boolean | undefined;
}

/**
 * Runs `handle` in a CONSUMER span with op `queue.process`: a transaction in the trace of whoever published the message.
 *
 * Records how long the message has waited, in milliseconds, if its headers or `enqueuedAt` tell since when. The active
 * span does not count. Otherwise like `withSpan`.
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/queues-module/
 *
 * @example
 * await withQueueProcess({ destination: 'orders', messageId: message.id, headers: message.headers }, () =>
 *   handle(message),
 * );
 */
export function withQueueProcess<T>(message: QueueProcessOptions, handle: (span: Span) => T): T {
  return runInSpan(
    beginSpan(() => processSpan(message)),
    handle,
    endSpan,
  );
}

function processSpan(message: QueueProcessOptions): StartSpanOptions {
  const producer = extractTrace(context.active(), message.headers ?? {});
  return {
    name: message.name ?? `process ${message.destination}`,
    op: 'queue.process',
    kind: SpanKind.CONSUMER,
    ...(message.link === true
      ? { parent: withoutTrace(producer), links: linksTo(producer) }
      : { parent: producer }),
    attributes: {
      'sentry.source': 'task',
      'messaging.operation.type': 'process',
      ...deliveryAttributes(message),
      ...messageAttributes(message),
    },
  };
}

function linksTo(producer: Context): Link[] {
  const spanContext = trace.getSpanContext(producer);
  return spanContext === undefined ? [] : [{ context: spanContext }];
}

function deliveryAttributes({ retryCount, enqueuedAt, headers = {} }: QueueProcessOptions): Attributes {
  const since = enqueuedAt === undefined ? enqueuedMillis(headers) : Number(enqueuedAt);
  const waited = since === undefined ? Number.NaN : systemClock.epochMillis() - since;
  return {
    ...(retryCount !== undefined && { 'messaging.message.retry.count': retryCount }),
    // Clocks of two machines differ.
    ...(Number.isFinite(waited) && { 'messaging.message.receive.latency': Math.max(0, waited) }),
  };
}
