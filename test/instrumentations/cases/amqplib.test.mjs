import assert from 'node:assert/strict';
import { portOf } from '../support/address.mjs';
import { load, outside, receivedTransactions, transactionsOf } from '../support/application.mjs';
import { callersContext, callersHeaders } from '../support/caller.mjs';
import { visit, whileServing } from '../support/http-server.mjs';
import { expectContinued, expectData, expectLines, spanOf } from '../support/transactions.mjs';

const http = load('http');
const amqplib = load('amqplib');

const TRACE_ID = 'd9e1b2a5f4c34b0f8a7d6c5b4a392817';
const MESSAGE = { messageId: 'message-1', correlationId: 'conversation-1' };

describe('amqplib', () => {
  let connection;
  let channel;
  let port;
  /** What a test does with a message; the next one resolves `consumed`. */
  let consume;
  before(async function () {
    port = portOf('RABBITMQ_PORT', this);
    connection = await amqplib.connect(`amqp://guest:guest@127.0.0.1:${port}`);
    channel = await connection.createConfirmChannel();
    await channel.assertExchange('shop', 'topic');
    await channel.assertQueue('orders');
    await channel.bindQueue('orders', 'shop', 'order.*');
    await channel.consume('orders', message => consume(message));
  });
  after(() => connection?.close());

  /** Publishes a message and resolves with it as its consumer got it and treated it. */
  async function publish(
    exchange = 'shop',
    routingKey = 'order.placed',
    treat = message => channel.ack(message),
  ) {
    const consumed = new Promise(resolve => {
      consume = message => {
        treat(message);
        resolve(message);
      };
    });
    channel.publish(exchange, routingKey, Buffer.from('7'), { ...MESSAGE });
    await channel.waitForConfirms();
    return consumed;
  }

  it('shows publishing and processing as transactions of one trace', async () => {
    let message;
    const transactions = await transactionsOf('checkout', 2, async () => {
      message = await publish();
    });
    const [producer, consumer] = transactions;
    const published = spanOf([producer], 'publish shop');

    expectLines(
      transactions,
      [
        '- | checkout (custom) | ok | manual',
        '  queue.publish | publish shop | ok | auto.queue.otel.amqplib',
      ],
      ['queue.process | orders process (route) | ok | auto.queue.otel.amqplib'],
    );
    expectContinued(consumer, producer, published);
    const { trace_id: traceId } = producer.contexts.trace;
    const { headers } = message.properties;
    assert.equal(headers['sentry-trace'], `${traceId}-${published.span_id}-1`);
    assert.match(headers.baggage, new RegExp(`sentry-trace_id=${traceId}`));
    const common = {
      'messaging.system': 'rabbitmq',
      'messaging.destination.name': 'shop',
      'messaging.rabbitmq.destination.routing_key': 'order.placed',
      'messaging.message.id': 'message-1',
      'messaging.message.conversation_id': 'conversation-1',
      'otel.scope.name': '@opentelemetry/instrumentation-amqplib',
    };
    expectData(published, {
      ...common,
      'messaging.url': `amqp://[filtered]:[filtered]@127.0.0.1:${port}`,
      'server.address': '127.0.0.1',
      'server.port': port,
      'sentry.kind': 'producer',
    });
    expectData(consumer.contexts.trace, {
      ...common,
      'messaging.operation.name': 'process',
      'sentry.kind': 'consumer',
      'sentry.source': 'route',
    });
  });

  it('names the queue of a message that was sent to it directly', async () => {
    const transactions = await transactionsOf('checkout', 2, () => publish('', 'orders'));

    expectLines(
      transactions,
      [
        '- | checkout (custom) | ok | manual',
        '  queue.publish | publish <default> | ok | auto.queue.otel.amqplib',
      ],
      ['queue.process | orders process (route) | ok | auto.queue.otel.amqplib'],
    );
    for (const span of [spanOf(transactions, 'publish <default>'), spanOf(transactions, 'orders process')])
      expectData(span, { 'messaging.destination.name': 'orders' });
  });

  it('shows what a consumer does below its message', async () => {
    const statusOf = url =>
      new Promise(resolve =>
        http.get(url, { agent: false }, response => response.resume().once('close', resolve)),
      );
    const server = http.createServer((request, response) => response.end('done'));
    await whileServing(server, async origin => {
      await outside(() =>
        publish(
          'shop',
          'order.placed',
          message => void statusOf(`${origin}/stock`).then(() => channel.ack(message)),
        ),
      );
      const transactions = await receivedTransactions(2);
      expectLines(
        transactions,
        [
          'queue.process | orders process (route) | ok | auto.queue.otel.amqplib',
          `  http.client | GET ${origin}/stock | ok | auto.http.otel.http`,
        ],
        ['http.server | GET /stock (url) | ok | auto.http.otel.http'],
      );
      expectContinued(transactions[1], transactions[0], spanOf(transactions, `GET ${origin}/stock`));
    });
  });

  it('shows a message that was refused', async () => {
    const refuse = message => channel.nack(message, false, false);
    const transactions = await transactionsOf('checkout', 2, () => publish('shop', 'order.placed', refuse));

    expectLines(
      transactions,
      [
        '- | checkout (custom) | ok | manual',
        '  queue.publish | publish shop | ok | auto.queue.otel.amqplib',
      ],
      ['queue.process | orders process (route) | internal_error | auto.queue.otel.amqplib'],
    );
    expectData(transactions[1].contexts.trace, {
      'sentry.status.message': 'nack called on message without requeue',
    });
  });

  it('hands the trace of a caller on through the queue, with its decision and its context', async () => {
    let message;
    const server = http.createServer(async (request, response) => {
      message = await publish();
      response.end('done');
    });
    await whileServing(server, origin =>
      visit(`${origin}/orders`, { headers: callersHeaders(TRACE_ID, true) }),
    );
    const transactions = await receivedTransactions(2);
    const [request, consumer] = transactions;

    expectLines(
      transactions,
      [
        'http.server | GET /orders (url) | ok | auto.http.otel.http',
        '  queue.publish | publish shop | ok | auto.queue.otel.amqplib',
      ],
      ['queue.process | orders process (route) | ok | auto.queue.otel.amqplib'],
    );
    expectContinued(consumer, request, spanOf([request], 'publish shop'));
    assert.deepEqual(consumer.trace, callersContext(TRACE_ID, true));
    // What is not Sentry's travels on untouched.
    assert.match(message.properties.headers.baggage, /(^|,)tenant=7;hidden=yes(,|$)/);
  });

  it('sends nothing of a message whose publisher is not sampled', async () => {
    let message;
    const server = http.createServer(async (request, response) => {
      message = await publish();
      response.end('done');
    });
    await whileServing(server, origin =>
      visit(`${origin}/orders`, { headers: callersHeaders(TRACE_ID, false) }),
    );

    expectLines(await receivedTransactions(0));
    assert.match(message.properties.headers['sentry-trace'], new RegExp(`^${TRACE_ID}-[0-9a-f]{16}-0$`));
  });
});
