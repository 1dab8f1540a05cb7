import type { Attributes } from '@opentelemetry/api';
import { headerText } from '../../protocol/sentry-trace.js';
import { readHeader, type TraceCarrier } from '../carrier.js';

/** A message of a queue, as far as Sentry's Queues page wants to know it. */
export interface QueueMessage {
  /** Queue or topic. */
  readonly destination: string;
  /** As the messaging system knows it. */
  readonly messageId?: string | undefined;
  /** Bytes. */
  readonly bodySize?: number | undefined;
  /** Messaging system, like `kafka`, `aws_sqs` or `bullmq`. */
  readonly system?: string | undefined;
  /** Name of the span. Default: what is done and the destination, like `publish orders`. */
  readonly name?: string | undefined;
  /** Further attributes of the span. */
  readonly attributes?: Attributes | undefined;
}

/**
 * Header with the time a message was put into the queue, in seconds since the epoch, as Sentry's SDKs write it.
 * @internal
 */
export const ENQUEUED_TIME = 'sentry-task-enqueued-time';

const MILLIS_PER_SECOND = 1000;

/** Times above are milliseconds, which some SDKs write: as seconds it would be the year 5138. */
const MAX_SECONDS = 1e11;

/**
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/queues-module/
 * @internal
 */
export function messageAttributes(message: QueueMessage): Attributes {
  const { destination, messageId, bodySize, system, attributes } = message;
  return {
    'messaging.destination.name': destination,
    ...(messageId !== undefined && { 'messaging.message.id': messageId }),
    ...(bodySize !== undefined && { 'messaging.message.body.size': bodySize }),
    ...(system !== undefined && { 'messaging.system': system }),
    ...attributes,
  };
}

/** @internal */
export function formatEnqueuedTime(epochMillis: number): string {
  return String(epochMillis / MILLIS_PER_SECOND);
}

/**
 * The time in the headers of a message, in milliseconds since the epoch.
 * @internal
 */
export function enqueuedMillis(headers: TraceCarrier): number | undefined {
  const value = readHeader(headers, ENQUEUED_TIME);
  const first: unknown = Array.isArray(value) ? value[0] : value;
  const time = typeof first === 'number' ? first : Number.parseFloat(headerText(first) ?? '');
  if (!Number.isFinite(time) || time <= 0) return undefined;
  return time > MAX_SECONDS ? time : time * MILLIS_PER_SECOND;
}
