import assert from 'node:assert/strict';
import { serviceOf } from './report/traces.mjs';
import { FOREIGN_BAGGAGE, REQUESTS, UNSAMPLED_UPSTREAM, UPSTREAM } from './requests.mjs';

/** Checks what was received, says what holds and what does not; returns how much does not. */
export function unmetExpectations(run, traces) {
  let unmet = 0;
  for (const [expectation, check] of Object.entries(EXPECTATIONS)) {
    try {
      check(run, traces);
      console.log(`✓ ${expectation}`);
    } catch (error) {
      unmet++;
      console.error(`✗ ${expectation}\n${error.message.replaceAll(/^/gm, '    ')}`);
    }
  }
  return unmet;
}

const ORDER_QUERY = 'select id, sku, quantity from bridge_demo.orders where id = $1';
const PRICE_QUERY = 'select cents from bridge_demo.prices where sku = $1';

const EXPECTATIONS = {
  'every request was answered as it should be'({ answers }) {
    assert.deepEqual(
      answers.map(({ name, status }) => ({ name, status })),
      REQUESTS.map(({ name, status }) => ({ name, status })),
    );
  },

  'exactly one transaction per sampled request and message, named after its route'({ receiver }) {
    assert.deepEqual(
      receiver.transactions.map(({ event }) => `${serviceOf(event)}: ${event.transaction}`).sort(),
      [
        'pricing: GET /prices/:sku',
        'pricing: GET /prices/:sku',
        'shop: GET /exports/orders',
        'shop: GET /orders/:id',
        'shop: GET /orders/:id',
        'shop: GET /orders/:id/invoice',
        'shop: GET /revenue',
        'shop: POST /orders',
        'shop: process confirmations',
      ],
    );
    for (const { event } of receiver.transactions) assert.equal(event.transaction_info.source, 'route');
  },

  'database spans show their statements'({ receiver }) {
    const [order] = transactionsOf(receiver, 'order page');
    assert.ok(spansOf(order, 'db').includes(ORDER_QUERY), `only ${spansOf(order, 'db')}`);
    for (const price of transactionsNamed(receiver, 'GET /prices/:sku')) {
      assert.ok(spansOf(price, 'db').includes(PRICE_QUERY), `only ${spansOf(price, 'db')}`);
    }
  },

  'calls from shop to pricing are one trace, every parent in its place'({ receiver }) {
    const prices = transactionsNamed(receiver, 'GET /prices/:sku');
    for (const { event } of transactionsNamed(receiver, 'GET /orders/:id')) {
      const [call] = event.spans.filter(({ op }) => op === 'http.client');
      const price = prices.find(({ event }) => event.contexts.trace.parent_span_id === call.span_id);
      assert.match(call.description, /^GET http:\/\/127\.0\.0\.1:\d+\/prices\/(?:tea|mug)$/);
      assert.equal(price?.event.contexts.trace.trace_id, event.contexts.trace.trace_id);
    }
  },

  'both services send the sampling context that the first one froze'({ receiver }, traces) {
    const [{ event, trace }] = transactionsOf(receiver, 'order page');
    assert.equal(trace.trace_id, event.contexts.trace.trace_id);
    assert.equal(trace.release, 'shop@1.4.0');
    assert.equal(trace.sampled, 'true');
    for (const { transactions } of traces) {
      for (const transaction of transactions) assert.deepEqual(transaction.trace, transactions[0].trace);
    }
  },

  'an exception makes an error of its transaction'({ receiver }) {
    const [{ event }] = transactionsOf(receiver, 'failing invoice');
    assert.equal(event.contexts.trace.status, 'internal_error');
    assert.equal(event.contexts.response.status_code, 500);
  },

  'the slow query is the slow span'({ receiver }) {
    const [{ event }] = transactionsOf(receiver, 'slow report');
    const slow = event.spans.find(({ description }) => description.includes('pg_sleep'));
    assert.ok(
      slow.timestamp - slow.start_timestamp >= 0.4,
      `took ${slow.timestamp - slow.start_timestamp} s`,
    );
  },

  'spans that end after the response are in its transaction'({ receiver }) {
    const [{ event }] = transactionsOf(receiver, 'streamed export');
    for (const name of ['export orders', 'insert into bridge_demo.exports (lines) values ($1)']) {
      const late = event.spans.find(({ description }) => description === name);
      assert.ok(late?.timestamp > event.timestamp, `${name} is missing or not late`);
    }
  },

  'a message is processed in the trace that sent it'({ receiver }) {
    const [{ event: order }] = transactionsOf(receiver, 'new order');
    const [{ event: message }] = transactionsNamed(receiver, 'process confirmations');
    const sent = order.spans.find(({ op }) => op === 'queue.publish');
    assert.equal(message.contexts.trace.op, 'queue.process');
    assert.equal(message.contexts.trace.trace_id, order.contexts.trace.trace_id);
    assert.equal(message.contexts.trace.parent_span_id, sent.span_id);
  },

  'a trace that began elsewhere is continued, its sampling context and foreign baggage unchanged'({
    receiver,
  }) {
    const [{ event }] = transactionsOf(receiver, 'traced client');
    const continued = receiver.transactions.filter(({ trace }) => trace.trace_id === UPSTREAM.traceId);
    assert.equal(event.contexts.trace.trace_id, UPSTREAM.traceId);
    assert.equal(event.contexts.trace.parent_span_id, UPSTREAM.spanId);
    assert.equal(continued.length, 2);
    for (const { trace } of continued) assert.deepEqual(trace, UPSTREAM.dsc);
    const { baggage } = continued.find(({ event }) => serviceOf(event) === 'pricing').event.request.headers;
    const foreign = baggage.split(',').filter(member => !member.startsWith('sentry-'));
    assert.equal(foreign.join(','), FOREIGN_BAGGAGE);
  },

  'nothing is sent of a trace that was not sampled, but it is counted'({ receiver }, traces) {
    assert.ok(traces.every(({ traceId }) => traceId !== UNSAMPLED_UPSTREAM.traceId));
    const lost = { transaction: 0, span: 0 };
    for (const { reason, category, quantity } of receiver.losses) {
      assert.equal(reason, 'sample_rate');
      lost[category] += quantity;
    }
    const { transactions } = traces.find(({ traceId }) => traceId === UPSTREAM.traceId);
    const spans = transactions.reduce((sum, { event }) => sum + event.spans.length, transactions.length);
    assert.deepEqual(lost, { transaction: transactions.length, span: spans }, 'the same request, sampled');
  },

  'sending is not traced and carries no trace headers'({ receiver }) {
    assert.ok(!JSON.stringify(receiver.transactions).includes(receiver.host));
    assert.deepEqual(receiver.complaints, []);
  },

  'both services end by themselves on SIGTERM, with the last message processed and sent'({ endings }) {
    for (const { code, signal } of Object.values(endings))
      assert.deepEqual({ code, signal }, { code: 0, signal: null });
  },
};

function transactionsOf({ transactions }, requestName) {
  return transactions.filter(({ event }) => event.request?.headers?.['x-request-id'] === requestName);
}

function transactionsNamed({ transactions }, name) {
  return transactions.filter(({ event }) => event.transaction === name);
}

function spansOf({ event }, op) {
  return event.spans.filter(span => span.op === op).map(({ description }) => description);
}
