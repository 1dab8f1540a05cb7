import assert from 'node:assert/strict';
import { SpanKind, SpanStatusCode, type Span } from '@opentelemetry/api';
import type { ErrorEvent } from '../../src/protocol/error-event.js';
import { jsonOf } from '../support/parse-envelope.js';
import { LIFECYCLES, treesOf, type Lifecycle } from '../support/lifecycles.js';
import { AFTER_SEGMENT_MILLIS } from '../support/streaming.js';
import { Tracing, type TracingOptions } from '../support/tracing.js';

function isErrorEvent(payload: unknown): payload is ErrorEvent {
  return typeof payload === 'object' && payload !== null && 'exception' in payload;
}

/** Runs `act` on a request span with a child, and returns the error events that leave with it. */
async function errorsIn(
  traceLifecycle: Lifecycle,
  options: TracingOptions,
  act: (root: Span, child: Span) => void,
) {
  const tracing = new Tracing({ traceLifecycle, ...options });
  const root = tracing.start('GET', undefined, {
    kind: SpanKind.SERVER,
    attributes: { 'http.request.method': 'GET', 'http.route': '/a' },
  });
  const child = tracing.start('work', root);
  act(root, child);
  child.end();
  root.end();
  await tracing.pass(AFTER_SEGMENT_MILLIS);
  const envelopes = tracing.mailbox.envelopes.filter(({ items }) => items[0]?.headers['type'] === 'event');
  const events = envelopes.flatMap(({ items }) => items.map(jsonOf)).filter(isErrorEvent);
  return { events, envelopes, tracing, root, child };
}

function fail(span: Span, error: Error): void {
  span.recordException(error);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

for (const traceLifecycle of LIFECYCLES) {
  const errorsOf = (options: TracingOptions, act: (root: Span, child: Span) => void) =>
    errorsIn(traceLifecycle, options, act);

  describe(`captureExceptions (${traceLifecycle})`, () => {
    it('sends no errors by default', async () => {
      const { events } = await errorsOf({}, root => fail(root, new Error('x')));
      assert.deepEqual(events, []);
    });

    it('sends an exception in an envelope of its own, linked to its span and the trace', async () => {
      const options = {
        captureExceptions: 'all',
        release: 'shop@1.0',
        environment: 'test',
        tags: { team: 'a' },
      } as const;
      const { events, envelopes, child, root, tracing } = await errorsOf(options, (_root, span) =>
        span.recordException(new TypeError('no user')),
      );
      const [event] = events;
      assert.ok(event);
      assert.equal(events.length, 1);
      assert.deepEqual(event.contexts.trace, {
        trace_id: root.spanContext().traceId,
        span_id: child.spanContext().spanId,
        parent_span_id: root.spanContext().spanId,
      });
      assert.equal(event.transaction, 'GET /a');
      assert.equal(event.release, 'shop@1.0');
      assert.equal(event.environment, 'test');
      assert.equal(event.level, 'error');
      assert.equal(event.platform, 'node');
      assert.deepEqual(event.tags, { team: 'a' });
      assert.equal('type' in event, false);
      const [value] = event.exception.values;
      assert.equal(value?.type, 'TypeError');
      assert.equal(value?.value, 'no user');
      assert.deepEqual(value?.mechanism, { type: 'auto.otel.span_event', handled: true });
      assert.match(value?.stacktrace?.frames.at(-1)?.filename ?? '', /error-reports\.test\.ts$/);
      const spans = tracing.mailbox.envelopes.find(({ items }) => items[0]?.headers['type'] !== 'event');
      assert.ok(spans);
      assert.deepEqual(envelopes[0]?.headers['trace'], spans.headers['trace']);
      assert.equal(envelopes[0]?.headers['event_id'], event.event_id);
    });

    describe("'unhandled'", () => {
      const options = { captureExceptions: 'unhandled' } as const;
      const cases: readonly [string, number, (root: Span, child: Span) => void][] = [
        ['an exception recorded on a root that failed', 1, root => fail(root, new Error('x'))],
        [
          'an exception recorded on a root that did not fail',
          0,
          root => root.recordException(new Error('x')),
        ],
        ['an exception that a child handled', 0, (_root, child) => fail(child, new Error('x'))],
        [
          'an exception that says it escaped',
          1,
          (_root, child) =>
            void child.addEvent('exception', {
              'exception.type': 'E',
              'exception.message': 'm',
              'exception.escaped': true,
            }),
        ],
      ];
      for (const [what, count, act] of cases) {
        it(`sends ${count === 0 ? 'nothing' : 'an error'} for ${what}`, async () => {
          const { events } = await errorsOf(options, act);
          assert.equal(events.length, count);
          for (const { exception } of events) assert.equal(exception.values.at(-1)?.mechanism.handled, false);
        });
      }
    });

    describe('a function', () => {
      it('sends what it wants, told the error and the span', async () => {
        const seen: unknown[] = [];
        const options: TracingOptions = {
          captureExceptions: ({ type, error }, span) => {
            seen.push([type, error instanceof RangeError, span.name]);
            return type === 'RangeError';
          },
        };
        const { events } = await errorsOf(options, (root, child) => {
          root.recordException(new Error('no'));
          child.recordException(new RangeError('yes'));
        });
        assert.deepEqual(seen, [
          ['RangeError', true, 'work'],
          ['Error', false, 'GET'],
        ]);
        assert.deepEqual(
          events.map(({ exception }) => exception.values[0]?.value),
          ['yes'],
        );
      });

      it('sends nothing, and the spans all the same, when it throws or returns nonsense', async () => {
        for (const returned of ['throw', 'yes', 1]) {
          const options: TracingOptions = {
            captureExceptions: () => {
              if (returned === 'throw') throw new Error('hook');
              return JSON.parse(JSON.stringify(returned));
            },
          };
          const { events, tracing } = await errorsOf(options, root => fail(root, new Error('x')));
          assert.deepEqual(events, []);
          assert.equal(treesOf(tracing.mailbox).length, 1);
        }
      });
    });

    it('reports an error recorded on several spans once, on the innermost', async () => {
      const error = new Error('same');
      const { events, child } = await errorsOf({ captureExceptions: 'all' }, (root, span) => {
        fail(span, error);
        fail(root, error);
      });
      assert.deepEqual(
        events.map(({ contexts }) => contexts.trace.span_id),
        [child.spanContext().spanId],
      );
    });

    it('reports the same text and stack once, when there is no object to tell by', async () => {
      const attributes = {
        'exception.type': 'E',
        'exception.message': 'm',
        'exception.stacktrace': 'E: m\n    at f (/a.js:1:1)',
      };
      const { events } = await errorsOf({ captureExceptions: 'all' }, (root, child) => {
        root.addEvent('exception', attributes);
        child.addEvent('exception', attributes);
      });
      assert.equal(events.length, 1);
    });

    it('leaves an error to the Sentry SDK that captured it before the root was sent', async () => {
      const error = new Error('captured');
      const { events } = await errorsOf({ captureExceptions: 'all' }, root => {
        fail(root, error);
        Object.defineProperty(error, '__sentry_captured__', { value: true });
      });
      assert.deepEqual(events, []);
    });

    it('keeps a Sentry SDK from reporting what it has reported itself', async () => {
      const error = new Error('x');
      await errorsOf({ captureExceptions: 'all' }, root => fail(root, error));
      assert.equal(Reflect.get(error, '__sentry_captured__'), true);
      assert.deepEqual(Object.keys(error), []);
    });

    it('reports frozen errors and errors that are no objects', async () => {
      const { events } = await errorsOf({ captureExceptions: 'all' }, (root, child) => {
        root.recordException(Object.freeze(new Error('frozen')));
        child.recordException('only text');
      });
      assert.deepEqual(events.map(({ exception }) => exception.values[0]?.value).sort(), [
        'frozen',
        'only text',
      ]);
    });

    it('lists causes, the innermost first', async () => {
      const inner = new TypeError('inner');
      const outer = new Error('outer', { cause: new RangeError('middle', { cause: inner }) });
      const { events } = await errorsOf({ captureExceptions: 'all' }, root => root.recordException(outer));
      const values = events[0]?.exception.values ?? [];
      assert.deepEqual(
        values.map(({ type, value }) => [type, value]),
        [
          ['TypeError', 'inner'],
          ['RangeError', 'middle'],
          ['Error', 'outer'],
        ],
      );
      assert.deepEqual(
        values.map(({ mechanism }) => [mechanism.type, mechanism.exception_id, mechanism.parent_id]),
        [
          ['chained', 2, 1],
          ['chained', 1, 0],
          ['auto.otel.span_event', 0, undefined],
        ],
      );
    });

    it('ends a chain of causes that goes in circles', async () => {
      const error = new Error('a');
      error.cause = new Error('b', { cause: error });
      const { events } = await errorsOf({ captureExceptions: 'all' }, root => root.recordException(error));
      assert.equal(events[0]?.exception.values.length, 2);
    });

    it('names an error by its class, not by the code the SDK records', async () => {
      const error = Object.assign(new TypeError('connect'), { code: 'ECONNREFUSED' });
      const { events } = await errorsOf({ captureExceptions: 'all' }, root => root.recordException(error));
      assert.equal(events[0]?.exception.values[0]?.type, 'TypeError');
    });

    it('takes secrets out of messages', async () => {
      const { events } = await errorsOf({ captureExceptions: 'all' }, root =>
        root.recordException(new Error('GET https://user:hunter2@api.example.com/?token=abc failed')),
      );
      const text = JSON.stringify(events);
      assert.ok(!text.includes('hunter2'), text);
      assert.ok(!text.includes('token=abc'), text);
    });

    it('counts errors as errors when they are lost', async () => {
      const tracing = new Tracing({ captureExceptions: 'all' });
      tracing.mailbox.answer = () => ({ statusCode: 500 });
      const root = tracing.start('root');
      fail(root, new Error('x'));
      root.end();
      await tracing.pass(50);
      assert.deepEqual(tracing.losses(), {
        'send_error/transaction': 1,
        'send_error/span': 1,
        'send_error/error': 1,
      });
    });

    it('sends the error of a transaction that is not wanted', async () => {
      const { events, tracing } = await errorsOf(
        { captureExceptions: 'all', ignoreTransactions: ['GET /a'] },
        root => fail(root, new Error('x')),
      );
      assert.equal(events.length, 1);
      assert.equal(tracing.mailbox.transactions.length, 0);
    });
  });
}
