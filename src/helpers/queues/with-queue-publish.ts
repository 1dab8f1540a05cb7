import { SpanKind, type Span } from '@opentelemetry/api';
import { systemClock } from '../../clock.js';
import { outgoingHeaders } from '../outgoing-headers.js';
import { beginSpan } from '../spans/begin-span.js';
import { endSpan } from '../spans/end-span.js';
import { runInSpan } from '../spans/run-in-span.js';
import { ENQUEUED_TIME, formatEnqueuedTime, messageAttributes, type QueueMessage } from './message.js';

/** The message that is published. https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/queues-module/ */
export type QueuePublishOptions = QueueMessage;

/**
 * Runs `send` in a PRODUCER span with op `queue.publish` and gives it headers to send along with the message: those of
 * the trace, and the time, from which the consumer knows how long the message has waited.
 *
 * Without a span there are no headers. Otherwise like `withSpan`. Sentry counts it as a producer where it runs within
 * another span, like that of a request. https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/queues-module/
 *
 * @example
 * await withQueuePublish({ destination: 'orders', messageId: order.id, system: 'redis' }, headers =>
 *   queue.add({ headers, order }),
 * );
 */
export function withQueuePublish<T>(
  message: QueuePublishOptions,
  send: (headers: Record<string, string>, span: Span) => T,
): T {
  const begun = beginSpan(() => ({
    name: message.name ?? `publish ${message.destination}`,
    op: 'queue.publish',
    kind: SpanKind.PRODUCER,
    attributes: { 'messaging.operation.type': 'send', ...messageAttributes(message) },
  }));
  const headers = outgoingHeaders(begun.context);
  if (Object.keys(headers).length > 0) headers[ENQUEUED_TIME] = formatEnqueuedTime(systemClock.epochMillis());
  return runInSpan(begun, span => send(headers, span), endSpan);
}
