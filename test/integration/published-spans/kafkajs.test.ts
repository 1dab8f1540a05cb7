import assert from 'node:assert/strict';
import {
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  type Attributes,
  type Context,
  type TextMapGetter,
} from '@opentelemetry/api';
import {
  expectData,
  linesOf,
  ofApplication,
  publish,
  sentBy,
  transactionsOf,
  type PublishedSpan,
} from '../../support/published-spans.js';
import { Tracing } from '../../support/tracing.js';

const SCOPE = { name: '@opentelemetry/instrumentation-kafkajs', version: '0.32.0' };

const COMMON: Attributes = {
  'messaging.system': 'kafka',
  'messaging.destination.name': 'orders',
  'messaging.destination.partition.id': '0',
};

const sent: PublishedSpan = {
  scope: SCOPE,
  name: 'send orders',
  kind: SpanKind.PRODUCER,
  attributes: {
    ...COMMON,
    'messaging.kafka.message.key': 'order-7',
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
  },
};

const processed: PublishedSpan = {
  scope: SCOPE,
  name: 'process orders',
  kind: SpanKind.CONSUMER,
  attributes: {
    ...COMMON,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.kafka.message.key': 'order-7',
    'messaging.kafka.offset': '41',
  },
};

const polled: PublishedSpan = {
  scope: SCOPE,
  name: 'poll orders',
  kind: SpanKind.CLIENT,
  attributes: {
    ...COMMON,
    'messaging.batch.message_count': 2,
    'messaging.operation.name': 'poll',
    'messaging.operation.type': 'receive',
  },
};

/** Headers of messages arrive as bytes; this is how the instrumentation reads them. */
const getter: TextMapGetter<Record<string, Buffer>> = {
  get: (headers, key) => headers[key]?.toString(),
  keys: headers => Object.keys(headers),
};

describe('spans of instrumentation-kafkajs', () => {
  it('are transactions of one trace when a message carries it', async () => {
    const tracing = new Tracing();
    const headers: Record<string, string> = {};
    const inject = (context: Context) => tracing.propagator.inject(context, headers, defaultTextMapSetter);
    publish(tracing, ofApplication('checkout', { ...sent, during: inject }));
    const bytes = Object.fromEntries(
      Object.entries(headers).map(([key, value]) => [key, Buffer.from(value)]),
    );
    publish(tracing, processed, tracing.propagator.extract(ROOT_CONTEXT, bytes, getter));
    const transactions = await sentBy(tracing);
    const [producer, consumer] = transactions;

    assert.deepEqual(transactions.map(linesOf), [
      ['- | checkout (custom) | ok | manual', '  queue.publish | send orders | ok | auto.queue.otel.kafkajs'],
      ['queue.process | process orders (route) | ok | auto.queue.otel.kafkajs'],
    ]);
    assert.equal(consumer?.contexts.trace.trace_id, producer?.contexts.trace.trace_id);
    assert.equal(consumer?.contexts.trace.parent_span_id, producer?.spans[0]?.span_id);
    const [producersContext, consumersContext] = tracing.mailbox.envelopes.map(
      envelope => envelope.headers['trace'],
    );
    assert.ok(producersContext !== undefined);
    assert.deepEqual(consumersContext, producersContext);
    const data = {
      'messaging.system': 'kafka',
      'messaging.destination.name': 'orders',
      'messaging.destination.partition.id': '0',
      'messaging.kafka.message.key': 'order-7',
    };
    expectData(transactions, 'send orders', { ...data, 'sentry.kind': 'producer' });
    expectData(transactions, 'process orders', {
      ...data,
      'messaging.kafka.offset': '41',
      'sentry.kind': 'consumer',
      'sentry.source': 'route',
    });
  });

  it('show a batch with its messages, linked to where they come from', async () => {
    const origin = {
      traceId: 'd9e1b2a5f4c34b0f8a7d6c5b4a392817',
      spanId: '0123456789abcdef',
      traceFlags: 1,
      isRemote: true,
    };
    const linked = { ...processed, links: [{ context: origin }] };
    const transactions = await transactionsOf({ ...polled, children: [linked, processed] });

    assert.deepEqual(transactions.map(linesOf), [
      [
        'queue.receive | poll orders (route) | ok | auto.queue.otel.kafkajs',
        '  queue.process | process orders | ok | auto.queue.otel.kafkajs',
        '  queue.process | process orders | ok | auto.queue.otel.kafkajs',
      ],
    ]);
    expectData(transactions, 'poll orders', { 'messaging.batch.message_count': 2, 'sentry.kind': 'client' });
    assert.deepEqual(transactions[0]?.spans[0]?.links, [
      { trace_id: origin.traceId, span_id: origin.spanId, sampled: true },
    ]);
  });

  it('show a message that could not be sent', async () => {
    const failed = {
      ...sent,
      later: { 'error.type': 'KafkaJSConnectionError' },
      error: { message: 'Connection timeout' },
    };
    const transactions = await transactionsOf(ofApplication('checkout', failed));

    assert.deepEqual(transactions.map(linesOf), [
      [
        '- | checkout (custom) | ok | manual',
        '  queue.publish | send orders | internal_error | auto.queue.otel.kafkajs',
      ],
    ]);
    expectData(transactions, 'send orders', {
      'error.type': 'KafkaJSConnectionError',
      'sentry.status.message': 'Connection timeout',
    });
  });

  it('show messages that are sent in a transaction of Kafka below it', async () => {
    const transactions = await transactionsOf({ scope: SCOPE, name: 'transaction', children: [sent, sent] });

    assert.deepEqual(transactions.map(linesOf), [
      [
        '- | transaction (custom) | ok | auto.queue.otel.kafkajs',
        '  queue.publish | send orders | ok | auto.queue.otel.kafkajs',
        '  queue.publish | send orders | ok | auto.queue.otel.kafkajs',
      ],
    ]);
  });
});
