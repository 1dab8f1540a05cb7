import assert from 'node:assert/strict';
import { propagation, ROOT_CONTEXT, SpanKind, trace, type Span } from '@opentelemetry/api';
import {
  withQueueProcess,
  type QueueProcessOptions,
} from '../../../src/helpers/queues/with-queue-process.js';
import { withQueuePublish } from '../../../src/helpers/queues/with-queue-publish.js';
import { withSpan } from '../../../src/helpers/spans/with-span.js';
import type { TransactionEvent } from '../../../src/protocol/transaction.js';
import { SPAN_ID, sentryHeaders, TRACE_ID } from '../../support/trace-headers.js';
import { untypedCall } from '../../support/untyped.js';
import { App, childOf, unregister } from '../support/app.js';

const ENQUEUED = 'sentry-task-enqueued-time';
const MINUTE_MILLIS = 60_000;
const boom = new Error('boom');

describe('withQueuePublish', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  it('wraps the sending in a producer span', async () => {
    const result = withSpan('request', () =>
      withQueuePublish(
        { destination: 'orders', messageId: 'm-1', bodySize: 512, system: 'kafka', attributes: { shard: 4 } },
        () => 'sent',
      ),
    );
    assert.equal(result, 'sent');
    const { op, data } = childOf(await app.transaction(), 'publish orders');
    assert.equal(op, 'queue.publish');
    assert.deepEqual(messagingOf(data), {
      'messaging.destination.name': 'orders',
      'messaging.message.id': 'm-1',
      'messaging.message.body.size': 512,
      'messaging.operation.type': 'send',
      'messaging.system': 'kafka',
    });
    assert.deepEqual([data['sentry.kind'], data['shard']], ['producer', 4]);
  });

  it('says only what it knows', async () => {
    withQueuePublish({ destination: 'orders', name: 'send order' }, () => {});
    const { transaction, contexts } = await app.transaction();
    assert.equal(transaction, 'send order');
    assert.deepEqual(messagingOf(contexts.trace.data), {
      'messaging.destination.name': 'orders',
      'messaging.operation.type': 'send',
    });
  });

  it('gives the headers of its span, and the time', () => {
    const before = Date.now();
    withQueuePublish({ destination: 'orders' }, (headers, span) => {
      const { traceId, spanId } = span.spanContext();
      assert.equal(trace.getActiveSpan(), span);
      assert.equal(headers['sentry-trace'], `${traceId}-${spanId}-1`);
      assert.match(headers['baggage'] ?? '', new RegExp(`sentry-trace_id=${traceId}`));
      assert.equal(headers['traceparent'], `00-${traceId}-${spanId}-01`);
      const millis = Number(headers[ENQUEUED]) * 1000;
      assert.ok(millis >= before - 1 && millis <= Date.now() + 1, headers[ENQUEUED]);
    });
  });

  it('gives headers that tell a consumer it is not sampled', () => {
    app = new App({ tracesSampleRate: 0 });
    withQueuePublish({ destination: 'orders' }, headers => {
      assert.match(headers['sentry-trace'] ?? '', /-0$/);
      assert.ok(headers[ENQUEUED]);
    });
  });

  const silent: [what: string, prepare: () => void][] = [
    ['an SDK', () => unregister()],
    ['a propagator', () => propagation.disable()],
  ];
  for (const [what, prepare] of silent) {
    it(`gives no headers without ${what}`, () => {
      prepare();
      withQueuePublish({ destination: 'orders' }, headers => assert.deepEqual(headers, {}));
    });
  }

  it('records what the sending rejects with', async () => {
    await assert.rejects(
      async () => withQueuePublish({ destination: 'orders' }, async () => throwBoom()),
      boom,
    );
    assert.equal((await app.transaction()).contexts.trace.status, 'internal_error');
  });

  it('sends whatever it is told of the message', () => {
    assert.equal(
      untypedCall(withQueuePublish, undefined, () => 'sent'),
      'sent',
    );
  });
});

describe('withQueueProcess', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  async function processing(message: Partial<QueueProcessOptions>): Promise<TransactionEvent> {
    withQueueProcess({ destination: 'orders', ...message }, () => {});
    return app.transaction();
  }

  it('is a transaction in the trace of the producer, whatever span is active', async () => {
    const result = withSpan('poll', () =>
      withQueueProcess(
        {
          destination: 'orders',
          messageId: 'm-1',
          bodySize: 512,
          retryCount: 2,
          system: 'kafka',
          headers: sentryHeaders(true),
          attributes: { shard: 4 },
        },
        span => {
          assert.equal(trace.getActiveSpan(), span);
          return 'done';
        },
      ),
    );
    assert.equal(result, 'done');
    const all = await app.transactions();
    const { transaction, transaction_info, contexts } =
      all.find(({ transaction }) => transaction === 'process orders') ?? (await app.transaction());
    assert.deepEqual([transaction, transaction_info.source], ['process orders', 'task']);
    const { op, data, trace_id, parent_span_id } = contexts.trace;
    assert.deepEqual([op, trace_id, parent_span_id], ['queue.process', TRACE_ID, SPAN_ID]);
    assert.deepEqual([data['sentry.kind'], data['shard']], ['consumer', 4]);
    assert.deepEqual(messagingOf(data), {
      'messaging.destination.name': 'orders',
      'messaging.message.body.size': 512,
      'messaging.message.id': 'm-1',
      'messaging.message.retry.count': 2,
      'messaging.operation.type': 'process',
      'messaging.system': 'kafka',
    });
  });

  it('is a new trace where there are no headers', async () => {
    withSpan('poll', () => withQueueProcess({ destination: 'orders', name: 'order' }, () => {}));
    const all = await app.transactions();
    const consumer = all.find(({ transaction }) => transaction === 'order');
    assert.equal(consumer?.contexts.trace.parent_span_id, undefined);
    assert.equal(new Set(all.map(({ contexts }) => contexts.trace.trace_id)).size, 2);
  });

  const carriers: [what: string, headers: QueueProcessOptions['headers']][] = [
    ['an object', sentryHeaders(true)],
    ['a Map', new Map(Object.entries(sentryHeaders(true)))],
    ['Headers', new Headers(sentryHeaders(true))],
    ['names in capitals', { 'Sentry-Trace': sentryHeaders(true)['sentry-trace'] }],
    ['bytes, as Kafka has them', { 'sentry-trace': Buffer.from(sentryHeaders(true)['sentry-trace']) }],
    ['lists', { 'sentry-trace': [sentryHeaders(true)['sentry-trace']] }],
    [
      'SQS attributes',
      { 'sentry-trace': { DataType: 'String', StringValue: sentryHeaders(true)['sentry-trace'] } },
    ],
  ];
  for (const [what, headers] of carriers) {
    it(`reads headers that are ${what}`, async () => {
      assert.equal((await processing({ headers })).contexts.trace.trace_id, TRACE_ID);
    });
  }

  const agoSeconds = () => String((Date.now() - MINUTE_MILLIS) / 1000);
  const waits: [what: string, message: () => Partial<QueueProcessOptions>, atLeast: number | undefined][] = [
    ['a header in seconds', () => ({ headers: { [ENQUEUED]: agoSeconds() } }), MINUTE_MILLIS],
    ['a header that is a number', () => ({ headers: { [ENQUEUED]: Number(agoSeconds()) } }), MINUTE_MILLIS],
    [
      'a header in milliseconds',
      () => ({ headers: { [ENQUEUED]: Number(agoSeconds()) * 1000 } }),
      MINUTE_MILLIS,
    ],
    ['a header in bytes', () => ({ headers: { [ENQUEUED]: Buffer.from(agoSeconds()) } }), MINUTE_MILLIS],
    ['a header in a list', () => ({ headers: { [ENQUEUED]: [agoSeconds()] } }), MINUTE_MILLIS],
    ['a Date', () => ({ enqueuedAt: new Date(Date.now() - MINUTE_MILLIS) }), MINUTE_MILLIS],
    ['milliseconds', () => ({ enqueuedAt: Date.now() - MINUTE_MILLIS }), MINUTE_MILLIS],
    [
      'what it is told before the header',
      () => ({ enqueuedAt: Date.now() - 2 * MINUTE_MILLIS, headers: { [ENQUEUED]: agoSeconds() } }),
      2 * MINUTE_MILLIS,
    ],
    ['a clock that is ahead', () => ({ enqueuedAt: Date.now() + MINUTE_MILLIS }), 0],
    ['nothing', () => ({}), undefined],
    ['a header that is no time', () => ({ headers: { [ENQUEUED]: 'noon' } }), undefined],
    ['a header that is empty', () => ({ headers: { [ENQUEUED]: '' } }), undefined],
    ['a header before the epoch', () => ({ headers: { [ENQUEUED]: '-5' } }), undefined],
    ['a date that is none', () => ({ enqueuedAt: new Date(Number.NaN) }), undefined],
  ];
  for (const [what, message, atLeast] of waits) {
    it(`knows the time the message has waited from ${what}`, async () => {
      const latency = (await processing(message())).contexts.trace.data['messaging.message.receive.latency'];
      if (atLeast === undefined) return assert.equal(latency, undefined);
      assert.ok(typeof latency === 'number', typeof latency);
      assert.ok(latency >= atLeast && latency < atLeast + MINUTE_MILLIS, String(latency));
    });
  }

  it('links to the producer from a new trace if told so', async () => {
    const { contexts } = await processing({ headers: sentryHeaders(true), link: true });
    const { trace_id, parent_span_id, links } = contexts.trace;
    assert.notEqual(trace_id, TRACE_ID);
    assert.equal(parent_span_id, undefined);
    assert.deepEqual(
      links?.map(link => [link.trace_id, link.span_id]),
      [[TRACE_ID, SPAN_ID]],
    );
  });

  it('decides about the new trace itself', async () => {
    const { contexts } = await processing({ headers: sentryHeaders(false), link: true });
    assert.equal(contexts.trace.links?.length, 1);
  });

  it('links to nothing where there is no producer', async () => {
    assert.equal((await processing({ link: true })).contexts.trace.links, undefined);
  });

  it('continues what withQueuePublish has sent', async () => {
    let sent: Record<string, string> = {};
    let producer: Span | undefined;
    const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
    const at = propagation.setBaggage(ROOT_CONTEXT, baggage);
    withSpan({ name: 'request', parent: at, kind: SpanKind.SERVER }, () =>
      withQueuePublish({ destination: 'orders' }, (headers, span) => {
        sent = headers;
        producer = span;
      }),
    );
    withQueueProcess({ destination: 'orders', headers: sent }, () => {
      assert.equal(propagation.getActiveBaggage()?.getEntry('tenant')?.value, 'acme');
    });
    const consumer = (await app.transactions()).find(({ transaction }) => transaction === 'process orders');
    assert.equal(consumer?.contexts.trace.parent_span_id, producer?.spanContext().spanId);
    const latency = consumer?.contexts.trace.data['messaging.message.receive.latency'];
    assert.ok(typeof latency === 'number' && latency >= 0, typeof latency);
  });

  it('records what the handler rejects with', async () => {
    await assert.rejects(
      async () => withQueueProcess({ destination: 'orders' }, async () => throwBoom()),
      boom,
    );
    assert.equal((await app.transaction()).contexts.trace.status, 'internal_error');
  });

  const hostileHeaders = new Proxy(
    {},
    {
      ownKeys: () => throwBoom(),
    },
  );
  for (const [what, message] of [
    ['a message that is none', undefined],
    ['headers that are none', { destination: 'orders', headers: 7 }],
    ['headers that cannot be read', { destination: 'orders', headers: hostileHeaders }],
  ] as const) {
    it(`runs the handler whatever it is told: ${what}`, () => {
      assert.equal(
        untypedCall(withQueueProcess, message, () => 'done'),
        'done',
      );
    });
  }
});

function messagingOf(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).filter(
      ([name]) => name.startsWith('messaging.') && name !== 'messaging.message.receive.latency',
    ),
  );
}

function throwBoom(): never {
  throw boom;
}
