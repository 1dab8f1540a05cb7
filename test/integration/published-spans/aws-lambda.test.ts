import assert from 'node:assert/strict';
import { SpanKind, type Attributes } from '@opentelemetry/api';
import { expectData, linesOf, transactionsOf, type PublishedSpan } from '../../support/published-spans.js';

const SCOPE = { name: '@opentelemetry/instrumentation-aws-lambda', version: '0.75.0' };
const ARN = 'arn:aws:lambda:eu-central-1:123456789012:function:place-order';

const invocation: PublishedSpan & { readonly attributes: Attributes } = {
  scope: SCOPE,
  name: 'place-order',
  kind: SpanKind.SERVER,
  attributes: {
    'faas.invocation_id': '5f3c1a52-6a35-4d0e-8f1b-0d6c1f6b7a10',
    'cloud.resource_id': ARN,
    'cloud.account.id': '123456789012',
    'faas.coldstart': true,
  },
};

describe('spans of instrumentation-aws-lambda', () => {
  it('are transactions of a function', async () => {
    const transactions = await transactionsOf(invocation);

    assert.deepEqual(transactions.map(linesOf), [
      ['function.aws | place-order (route) | ok | auto.function.otel.aws_lambda'],
    ]);
    expectData(transactions, 'place-order', { ...invocation.attributes, 'sentry.kind': 'server' });
  });

  it('are transactions of a function when a gateway invokes it, without the secrets of its URL', async () => {
    const url = 'https://api.example.com:443/orders?token=hunter2';
    const attributes = { ...invocation.attributes, 'faas.coldstart': false, 'url.full': url };
    const transactions = await transactionsOf({ ...invocation, attributes });

    assert.deepEqual(transactions.map(linesOf), [
      ['function.aws | place-order (route) | ok | auto.function.otel.aws_lambda'],
    ]);
    expectData(transactions, 'place-order', {
      'faas.coldstart': false,
      'url.full': 'https://api.example.com:443/orders?token=[Filtered]',
    });
  });

  it('show an invocation that failed, and why', async () => {
    const transactions = await transactionsOf({
      ...invocation,
      exception: new TypeError('out of stock'),
      error: { message: 'out of stock' },
    });

    assert.deepEqual(transactions.map(linesOf), [
      ['function.aws | place-order (route) | internal_error | auto.function.otel.aws_lambda'],
    ]);
    expectData(transactions, 'place-order', {
      'exception.type': 'TypeError',
      'exception.message': 'out of stock',
      'sentry.status.message': 'out of stock',
    });
  });

  it('show the messages that a function processes', async () => {
    const processed: PublishedSpan = {
      scope: SCOPE,
      name: 'process orders',
      kind: SpanKind.CONSUMER,
      attributes: {
        'faas.trigger': 'pubsub',
        'messaging.operation.name': 'process',
        'messaging.operation.type': 'process',
        'messaging.system': 'aws_sqs',
        'messaging.destination.name': 'orders',
        'messaging.batch.message_count': 2,
        'server.address': 'sqs.eu-central-1.amazonaws.com',
        'aws.sqs.queue.url': 'https://sqs.eu-central-1.amazonaws.com/123456789012/orders',
      },
    };
    const transactions = await transactionsOf({
      ...invocation,
      later: { 'faas.trigger': 'pubsub' },
      children: [processed],
    });

    assert.deepEqual(transactions.map(linesOf), [
      [
        'pubsub | place-order (route) | ok | auto.function.otel.aws_lambda',
        '  queue.process | process orders | ok | auto.function.otel.aws_lambda',
      ],
    ]);
    expectData(transactions, 'process orders', {
      'messaging.system': 'aws_sqs',
      'messaging.destination.name': 'orders',
      'messaging.batch.message_count': 2,
      'sentry.kind': 'consumer',
    });
  });
});
