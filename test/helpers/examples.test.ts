import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import { context } from '@opentelemetry/api';
import { withSpan } from '../../src/helpers/spans/with-span.js';
import { getTraceData } from '../../src/helpers/trace-data.js';
import type { TransactionEvent } from '../../src/protocol/transaction.js';
import { sentryHeaders, sentryTrace, TRACE_ID } from '../support/trace-headers.js';
import { App, childOf, unregister } from './support/app.js';
import { documentedHelpers, ExampleRunner } from './support/examples.js';

/** What the surroundings of the examples have noticed. */
interface Noticed {
  readonly calls: Map<string, readonly unknown[]>;
  /** Trace headers at the time of each call. */
  readonly traces: Map<string, string>;
  readonly all: readonly TransactionEvent[];
  /** That of the span around the example. */
  readonly request: TransactionEvent;
  readonly job: { metadata?: Record<string, unknown> };
}

/** What each example has to bring about. */
const OUTCOMES: Readonly<Record<string, (noticed: Noticed) => void>> = {
  continueTrace: ({ traces }) => assert.match(traces.get('handle') ?? '', new RegExp(TRACE_ID)),
  contextFromEnv: ({ all }) => assert.equal(named(all, 'nightly build').contexts.trace.trace_id, TRACE_ID),
  continueFromEnv: ({ all }) => assert.equal(named(all, 'nightly build').contexts.trace.trace_id, TRACE_ID),
  traceEnv({ calls, request }) {
    const { env }: { env?: unknown } = Object(calls.get('spawn')?.[1]);
    assert.match(String(Reflect.get(Object(env), 'SENTRY_TRACE')), ofTrace(request));
    assert.ok(Reflect.get(Object(env), 'PATH'));
  },
  withQueueProcess: ({ all }) => assert.equal(named(all, 'process orders').contexts.trace.trace_id, TRACE_ID),
  withQueuePublish({ calls, request }) {
    const { headers }: { headers?: unknown } = Object(calls.get('queue.add')?.[0]);
    assert.match(String(Reflect.get(Object(headers), 'sentry-trace')), ofTrace(request));
    assert.equal(childOf(request, 'publish orders').op, 'queue.publish');
  },
  addBreadcrumb: ({ request }) =>
    assert.deepEqual(
      request.breadcrumbs?.map(({ category, message }) => [category, message]),
      [['auth', 'token renewed']],
    ),
  getActiveRootSpan: ({ request }) => assert.equal(request.contexts.trace.data['order.items'], 2),
  setContext: ({ request }) => assert.deepEqual(request.contexts['cart'], { items: 2, currency: 'EUR' }),
  setMeasurement: ({ request }) =>
    assert.deepEqual(request.measurements, { 'cart.weight': { value: 1.5, unit: 'kilogram' } }),
  setTag: ({ request }) => assert.deepEqual(request.tags, { tenant: 'acme' }),
  setUser: ({ request }) => assert.deepEqual(request.user, { id: '7', email: 'ada@shop.example' }),
  updateTransactionName: ({ request }) =>
    assert.deepEqual([request.transaction, request.transaction_info.source], ['job import', 'task']),
  startSpan: ({ request }) => assert.equal(childOf(request, 'wait for approval').op, 'task'),
  traced: ({ request }) =>
    assert.deepEqual(
      request.spans.map(({ description, op }) => [description, op]),
      [
        ['resize image', 'image.resize'],
        ['Invoices.send', 'function'],
      ],
    ),
  withSpan({ request }) {
    const { op, data } = childOf(request, 'charge card');
    assert.deepEqual([op, data['order.id'], data['payment.id']], ['task', 'o-1', 'p-1']);
  },
  withSpanManual: ({ request }) => assert.equal(childOf(request, 'send report').op, 'file.write'),
  startNewTrace: ({ all, request }) =>
    assert.notEqual(named(all, 'refresh prices').contexts.trace.trace_id, request.contexts.trace.trace_id),
  getTraceData({ calls, request }) {
    const { headers }: { headers?: unknown } = Object(calls.get('fetch')?.[1]);
    assert.match(String(Reflect.get(Object(headers), 'sentry-trace')), ofTrace(request));
  },
  getTraceparent: ({ job, request }) => assert.match(String(job.metadata?.['trace']), ofTrace(request)),
  getBaggage: ({ job, request }) => assert.match(String(job.metadata?.['baggage']), ofTrace(request)),
  getTraceMetaTags: ({ calls, request }) =>
    assert.match(String(calls.get('response.send')?.[0]), ofTrace(request)),
};

const helpers = documentedHelpers();
const runner = new ExampleRunner();

const guide = readFileSync(new URL('../../docs/helpers.md', import.meta.url), 'utf8');

describe('the documentation of the helpers', () => {
  afterEach(unregister);
  after(() => runner.close());

  it('covers every helper', () => {
    assert.deepEqual(helpers.map(({ name }) => name).sort(), Object.keys(OUTCOMES).sort());
  });

  for (const helper of helpers) {
    const { name, comment, file } = helper;
    describe(name, () => {
      it(`has a summary, a link and an example in ${file}`, () => {
        assert.match(comment, /^[A-Z`][^@]+\./);
        assert.match(comment, /https:\/\/\S+/);
        assert.ok(helper.example);
      });

      it('is in the table of docs/helpers.md', () => {
        assert.match(guide, new RegExp(`^\\| .*\`${name}\\b`, 'm'));
      });

      it('has an example that does what it says', async () => {
        const env = process.env['SENTRY_TRACE'];
        process.env['SENTRY_TRACE'] = sentryTrace(true);
        try {
          OUTCOMES[name]?.(await notice(scope => runner.run(helper, scope)));
        } finally {
          if (env === undefined) delete process.env['SENTRY_TRACE'];
          else process.env['SENTRY_TRACE'] = env;
        }
      });
    });
  }

  for (const snippet of guideSnippets()) {
    it(`shows code that runs, under ${snippet.name}`, async () => {
      const { request, calls } = await notice(scope => runner.run(snippet, scope));
      assert.ok(request.spans.length > 0 || calls.has('handle'));
    });
  }

  it('shows code under each heading that needs some', () => {
    assert.deepEqual(
      guideSnippets().map(({ name }) => name),
      ['Decorators', 'Values of a transaction', 'Passing a trace on', 'Queues'],
    );
  });
});

/** Code of docs/helpers.md by the heading it stands under. */
function guideSnippets(): { name: string; example: string }[] {
  return [...guide.matchAll(/^## (.+)$([\s\S]*?)(?=^## |$(?![\s\S]))/gm)].flatMap(
    ([, heading = '', body = '']) =>
      [...body.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, example = '']) => ({ name: heading, example })),
  );
}

/** Runs an example within a request, with things that the examples talk of. */
async function notice(run: (scope: Record<string, unknown>) => Promise<void>): Promise<Noticed> {
  const app = new App();
  const calls = new Map<string, readonly unknown[]>();
  const traces = new Map<string, string>();
  const noting =
    (name: string, result?: unknown) =>
    (...args: unknown[]): unknown => {
      calls.set(name, args);
      traces.set(name, getTraceData()['sentry-trace'] ?? '');
      return result;
    };
  const job: Noticed['job'] & { type: string } = { type: 'import' };
  const response = new EventEmitter();
  const approval = new EventEmitter();
  const traceId = await withSpan('request', async span => {
    await run({
      approval,
      build: noting('build'),
      charge: noting('charge', Promise.resolve({ id: 'p-1', receipt: 'paid' })),
      context,
      deliver: noting('deliver', Promise.resolve()),
      fetch: noting('fetch', Promise.resolve()),
      handle: noting('handle', Promise.resolve()),
      invoice: {},
      job,
      message: { id: 'm-1', headers: sentryHeaders(true) },
      order: { id: 'o-1', tenant: 'acme', items: ['tea', 'cup'] },
      photo: { scale: noting('photo.scale', Promise.resolve()) },
      queue: { add: noting('queue.add', Promise.resolve()) },
      refresh: noting('refresh'),
      report: 'report',
      response: Object.assign(response, { send: noting('response.send'), end: () => response.emit('close') }),
      session: { userId: 7, email: 'ada@shop.example' },
      setInterval: (callback: () => unknown) => callback(),
      spawn: noting('spawn'),
      url: 'https://shop.example/',
    });
    approval.emit('given');
    return span.spanContext().traceId;
  });
  const all = await app.transactions();
  const request = all.find(({ contexts }) => contexts.trace.trace_id === traceId);
  assert.ok(request, 'the request has a transaction');
  return { calls, traces, all, job, request };
}

function named(all: readonly TransactionEvent[], name: string): TransactionEvent {
  const transaction = all.find(candidate => candidate.transaction === name);
  assert.ok(transaction, `there is no transaction ${name}`);
  return transaction;
}

function ofTrace(transaction: TransactionEvent): RegExp {
  return new RegExp(transaction.contexts.trace.trace_id);
}
