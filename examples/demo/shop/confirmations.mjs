import { EventEmitter, on } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { SpanKind, trace } from '@opentelemetry/api';
import { continueTrace, getTraceData } from 'otel-sentry-bridge';
import { database } from './database.mjs';

const tracer = trace.getTracer('shop');
const queue = new EventEmitter();
const worker = work();

/** Sends a message that asks for the confirmation of an order; it takes the trace along in its headers. */
export function publishConfirmation(orderId) {
  tracer.startActiveSpan('send confirmations', spanOptions(SpanKind.PRODUCER, 'send'), span => {
    queue.emit('message', { headers: getTraceData(), orderId });
    span.end();
  });
}

/** Resolves when every message that was sent has been processed. */
export async function stopConfirmations() {
  queue.emit('close');
  await worker;
}

async function work() {
  for await (const [{ headers, orderId }] of on(queue, 'message', { close: ['close'] })) {
    await continueTrace(headers, () => confirm(orderId));
  }
}

function confirm(orderId) {
  return tracer.startActiveSpan(
    'process confirmations',
    spanOptions(SpanKind.CONSUMER, 'process'),
    async span => {
      try {
        await delay(150);
        await database.query('update bridge_demo.orders set is_confirmed = true where id = $1', [orderId]);
      } finally {
        span.end();
      }
    },
  );
}

function spanOptions(kind, operation) {
  return {
    kind,
    attributes: {
      'messaging.system': 'memory',
      'messaging.destination.name': 'confirmations',
      'messaging.operation.type': operation,
      'messaging.operation.name': operation,
    },
  };
}
