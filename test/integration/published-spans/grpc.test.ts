import assert from 'node:assert/strict';
import {
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  type Attributes,
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

const NAME = 'grpc.shop.Orders/Get';
const METHOD: Attributes = { 'rpc.system': 'grpc', 'rpc.method': 'Get', 'rpc.service': 'shop.Orders' };

/** How the address of the server is written, by the version that does. */
const ADDRESSES: readonly (readonly [conventions: string, version: string, address: Attributes])[] = [
  ['older', '0.220.0', { 'net.peer.name': 'orders.example.com', 'net.peer.port': 50051 }],
  ['stable', '0.223.0', { 'server.address': 'orders.example.com', 'server.port': 50051 }],
];

const scopeOf = (version: string) => ({ name: '@opentelemetry/instrumentation-grpc', version });

/** The instrumentation knows the method only after the span has started. */
const clientOf = (version: string, address: Attributes, later: Attributes): PublishedSpan => ({
  scope: scopeOf(version),
  name: NAME,
  kind: SpanKind.CLIENT,
  later: { ...METHOD, ...address, ...later },
});

const serverOf = (version: string, later: Attributes): PublishedSpan => ({
  scope: scopeOf(version),
  name: NAME,
  kind: SpanKind.SERVER,
  later: { ...METHOD, ...later },
});

describe('spans of instrumentation-grpc', () => {
  for (const [conventions, version, address] of ADDRESSES) {
    it(`are transactions of one trace with ${conventions} conventions`, async () => {
      const tracing = new Tracing();
      const metadata: Record<string, string> = {};
      const called: PublishedSpan = {
        ...clientOf(version, address, { 'rpc.grpc.status_code': 0 }),
        during: context => tracing.propagator.inject(context, metadata, defaultTextMapSetter),
      };
      publish(tracing, ofApplication('checkout', called));
      const parent = tracing.propagator.extract(ROOT_CONTEXT, metadata, defaultTextMapGetter);
      publish(tracing, serverOf(version, { 'rpc.grpc.status_code': 0 }), parent);
      const transactions = await sentBy(tracing);
      const [client, server] = transactions;

      assert.deepEqual(transactions.map(linesOf), [
        ['- | checkout (custom) | ok | manual', `  rpc | ${NAME} | ok | auto.rpc.otel.grpc`],
        [`rpc | ${NAME} (route) | ok | auto.rpc.otel.grpc`],
      ]);
      assert.equal(server?.contexts.trace.trace_id, client?.contexts.trace.trace_id);
      assert.equal(server?.contexts.trace.parent_span_id, client?.spans[0]?.span_id);
      expectData(transactions.slice(0, 1), NAME, {
        'rpc.system': 'grpc',
        'rpc.system.name': 'grpc',
        'rpc.service': 'shop.Orders',
        'rpc.method': 'Get',
        'rpc.response.status_code': 0,
        'server.address': 'orders.example.com',
        'server.port': 50051,
        'sentry.kind': 'client',
      });
      expectData(transactions.slice(1), NAME, {
        'rpc.service': 'shop.Orders',
        'sentry.kind': 'server',
        'sentry.source': 'route',
      });
    });
  }

  const codes: readonly (readonly [code: number, status: string])[] = [
    [1, 'cancelled'],
    [4, 'deadline_exceeded'],
    [5, 'not_found'],
    [13, 'internal_error'],
    [14, 'unavailable'],
    [16, 'unauthenticated'],
  ];
  for (const [code, status] of codes) {
    it(`are ${status} when a call ends with ${code}`, async () => {
      const facts = {
        'rpc.grpc.status_code': code,
        'grpc.error_name': 'Error',
        'grpc.error_message': `${code}: no such order`,
      };
      const client = { ...clientOf('0.223.0', {}, facts), error: {} };
      const server = { ...serverOf('0.223.0', facts), error: { message: 'no such order' } };
      const transactions = await transactionsOf(client, server);

      assert.deepEqual(
        transactions.map(linesOf),
        [client, server].map(() => [`rpc | ${NAME} (route) | ${status} | auto.rpc.otel.grpc`]),
      );
      expectData(transactions.slice(0, 1), NAME, { 'grpc.error_message': `${code}: no such order` });
      expectData(transactions.slice(1), NAME, { 'sentry.status.message': 'no such order' });
    });
  }
});
