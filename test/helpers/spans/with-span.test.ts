import assert from 'node:assert/strict';
import { EventEmitter, once } from 'node:events';
import {
  context,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  trace,
  type Context,
  type Span,
  type Tracer,
} from '@opentelemetry/api';
import { suppressTracing } from '../../../src/otel/suppress-tracing.js';
import type { StartSpanOptions } from '../../../src/helpers/spans/span-options.js';
import { withSpan } from '../../../src/helpers/spans/with-span.js';
import { RecordedLog } from '../../support/recorded-log.js';
import { remoteSpan, TRACE_ID } from '../../support/trace-headers.js';
import { untypedCall } from '../../support/untyped.js';
import { App, childOf, unregister } from '../support/app.js';

const boom = new TypeError('boom');

describe('withSpan', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  it('takes a name alone', async () => {
    assert.equal(
      withSpan('load prices', () => 7),
      7,
    );
    const transaction = await app.transaction();
    assert.equal(transaction.transaction, 'load prices');
    assert.equal(transaction.transaction_info.source, 'custom');
    assert.equal(transaction.contexts.trace.data['otel.scope.name'], 'otel-sentry-bridge');
    assert.equal(transaction.contexts.trace.origin, 'manual');
  });

  describe('the result', () => {
    const results: [what: string, fn: () => unknown, expected: unknown][] = [
      ['a value', () => 'value', 'value'],
      ['nothing', () => undefined, undefined],
      ['null', () => null, null],
      ['a promise', () => Promise.resolve('later'), 'later'],
      ['an async function', async () => 'later', 'later'],
      ['a lazy thenable', () => lazyQuery(() => 'rows'), 'rows'],
      ['a thenable whose then() returns nothing', () => thenable(resolve => resolve('called')), 'called'],
    ];
    for (const [what, fn, expected] of results) {
      it(`is passed on: ${what}`, async () => {
        assert.equal(await withSpan('work', fn), expected);
        assert.deepEqual(await app.transactions().then(all => all.length), 1);
      });
    }

    it('is not a promise when that of the function is not', () => {
      assert.equal(
        withSpan('work', () => 1),
        1,
      );
    });

    it('ends the span when it settles and not before', async () => {
      const gate = new EventEmitter();
      const result = withSpan('work', async () => String(await once(gate, 'open')));
      assert.deepEqual(await app.transactions(), []);
      gate.emit('open', 'done');
      assert.equal(await result, 'done');
      assert.equal((await app.transactions()).length, 1);
    });

    it('belongs to the span when it is a query that starts when awaited', async () => {
      await withSpan('work', () => lazyQuery(() => withSpan('SELECT 1', () => 'rows')));
      assert.deepEqual(
        (await app.transaction()).spans.map(span => span.description),
        ['SELECT 1'],
      );
    });
  });

  describe('a failure', () => {
    const failures: [what: string, fn: () => unknown, error: unknown, message: string][] = [
      ['a thrown error', thrower(boom), boom, 'boom'],
      ['a thrown text', thrower('no money'), 'no money', 'no money'],
      ['a thrown undefined', thrower(undefined), undefined, 'undefined'],
      ['a thrown plain object', thrower({ status: 404 }), { status: 404 }, '[object Object]'],
      ['a rejection', () => Promise.reject(boom), boom, 'boom'],
      ['an async function that throws', async () => thrower(boom)(), boom, 'boom'],
      ['a lazy thenable that rejects', () => lazyQuery(() => String(thrower(boom)())), boom, 'boom'],
      ['a then() that throws', () => thenable(thrower(boom)), boom, 'boom'],
    ];
    for (const [what, fn, error, message] of failures) {
      it(`is recorded and passed on: ${what}`, async () => {
        let caught: unknown = 'nothing';
        try {
          await withSpan('work', fn);
        } catch (reason) {
          caught = reason;
        }
        if (typeof error === 'object' && error instanceof Error) assert.equal(caught, error);
        else assert.deepEqual(caught, error);
        const { data, status } = (await app.transaction()).contexts.trace;
        assert.equal(status, 'internal_error');
        assert.equal(data['exception.message'], message);
        assert.equal(data['sentry.status.message'], message);
      });
    }

    it('is thrown synchronously by a synchronous function', () => {
      assert.throws(() => withSpan('work', thrower(boom)), boom);
    });

    it('keeps an ERROR status that the application has set', async () => {
      const fn = (span: Span) => {
        span.setStatus({ code: SpanStatusCode.ERROR, message: 'payment_failed' });
        throw boom;
      };
      assert.throws(() => withSpan('work', fn), boom);
      assert.equal((await app.transaction()).contexts.trace.data['sentry.status.message'], 'payment_failed');
    });

    it('is not recorded on a span the application has ended itself', async () => {
      const log = new RecordedLog();
      const fn = (span: Span) => {
        span.end();
        throw boom;
      };
      assert.throws(() => withSpan('work', fn), boom);
      log.stop();
      assert.deepEqual(
        log.lines.filter(line => /^(warn|error)/.test(line)),
        [],
      );
      assert.equal((await app.transaction()).contexts.trace.status, 'ok');
    });

    it('says what happened on each span it passes through, and is one object', async () => {
      assert.throws(() => withSpan('outer', () => withSpan('inner', thrower(boom))), boom);
      const transaction = await app.transaction();
      assert.equal(transaction.contexts.trace.status, 'internal_error');
      assert.equal(childOf(transaction, 'inner').status, 'internal_error');
    });
  });

  describe('the span', () => {
    it('is active in the function, across awaits', async () => {
      await withSpan('outer', async span => {
        assert.equal(trace.getActiveSpan(), span);
        await Promise.resolve();
        assert.equal(trace.getActiveSpan(), span);
        withSpan('inner', inner => assert.equal(trace.getActiveSpan(), inner));
        assert.equal(trace.getActiveSpan(), span);
      });
      assert.equal(trace.getActiveSpan(), undefined);
      assert.deepEqual(app.tracing.sent, []);
      await app.transactions();
      assert.deepEqual(app.tracing.sent, [['outer', 'inner']]);
    });

    it('has siblings when functions run side by side', async () => {
      await withSpan('outer', () =>
        Promise.all(['a', 'b'].map(name => withSpan(name, async () => Promise.resolve()))),
      );
      const { contexts, spans } = await app.transaction();
      assert.deepEqual(
        spans.map(span => [span.description, span.parent_span_id]),
        [
          ['a', contexts.trace.span_id],
          ['b', contexts.trace.span_id],
        ],
      );
    });

    it('has the op, attributes, kind, links and start it is given', async () => {
      const startTime = new Date(1_750_000_000_000);
      const linked = remoteSpan();
      withSpan(
        {
          name: 'work',
          op: 'task',
          kind: SpanKind.CLIENT,
          attributes: { 'order.id': 4 },
          links: [{ context: linked }],
          startTime,
        },
        () => {},
      );
      const transaction = await app.transaction();
      const { data, op, links } = transaction.contexts.trace;
      assert.equal(op, 'task');
      assert.equal(data['order.id'], 4);
      assert.equal(data['sentry.kind'], 'client');
      assert.equal(links?.[0]?.trace_id, linked.traceId);
      assert.equal(transaction.start_timestamp, 1_750_000_000);
    });

    it('keeps its name whatever its attributes would say, at the root', async () => {
      const attributes = { 'http.request.method': 'GET', 'http.route': '/users/:id' };
      withSpan({ name: 'greet', kind: SpanKind.SERVER, attributes }, () => {});
      const { transaction, transaction_info } = await app.transaction();
      assert.deepEqual([transaction, transaction_info.source], ['greet', 'custom']);
    });

    it('has the source its attributes name', async () => {
      withSpan({ name: 'GET /users/:id', attributes: { 'sentry.source': 'route' } }, () => {});
      assert.equal((await app.transaction()).transaction_info.source, 'route');
    });

    it('says nothing of a source below the root', async () => {
      withSpan('outer', () => withSpan('inner', () => {}));
      assert.equal(childOf(await app.transaction(), 'inner').data['sentry.source'], undefined);
    });

    it('is a root of its own below a caller in another process', async () => {
      const remote = trace.setSpanContext(ROOT_CONTEXT, remoteSpan({ traceFlags: 1 }));
      context.with(remote, () => withSpan('work', () => {}));
      const { contexts, transaction_info } = await app.transaction();
      assert.equal(contexts.trace.trace_id, TRACE_ID);
      assert.equal(transaction_info.source, 'custom');
    });

    it('is made by the tracer it is given', async () => {
      withSpan({ name: 'work', tracer: app.tracing.provider.getTracer('shop') }, () => {});
      assert.equal((await app.transaction()).contexts.trace.data['otel.scope.name'], 'shop');
    });
  });

  describe('the parent', () => {
    const choices: [what: string, choose: (other: Span) => Partial<StartSpanOptions>, parent: string][] = [
      ['is the active span', () => ({}), 'active'],
      ['is the span it is given', other => ({ parent: other }), 'other'],
      ['is that of the context it is given', other => ({ parent: contextOf(other) }), 'other'],
      ['is nobody for null', () => ({ parent: null }), 'none'],
      ['is nobody with `root`', () => ({ root: true }), 'none'],
      ['is nobody with `root`, whatever `parent` says', other => ({ root: true, parent: other }), 'none'],
      ['is nobody for an empty context', () => ({ parent: ROOT_CONTEXT }), 'none'],
    ];
    for (const [what, choose, expected] of choices) {
      it(what, () => {
        const names = new Map<string | undefined, string>([[undefined, 'none']]);
        const other = app.tracing.start('other');
        names.set(other.spanContext().spanId, 'other');
        withSpan('active', active => {
          names.set(active.spanContext().spanId, 'active');
          withSpan({ name: 'work', ...choose(other) }, span => {
            assert.equal(names.get(parentIdOf(span)), expected);
            const isSameTrace = span.spanContext().traceId === active.spanContext().traceId;
            assert.equal(isSameTrace, expected === 'active');
          });
        });
      });
    }

    it('being there is a condition with `onlyIfParent`', async () => {
      const result = withSpan({ name: 'alone', onlyIfParent: true }, span => {
        assert.equal(span.isRecording(), false);
        assert.equal(trace.getActiveSpan(), undefined);
        return 1;
      });
      assert.equal(result, 1);
      withSpan('outer', () => withSpan({ name: 'inner', onlyIfParent: true }, () => {}));
      await app.transactions();
      assert.deepEqual(app.tracing.sent, [['outer', 'inner']]);
    });
  });

  describe('what goes wrong with the tracing', () => {
    const broken: [what: string, span: (real: Span) => Span][] = [
      ['a tracer that throws', thrower(new Error('tracer'))],
      ['a span that cannot be asked', real => failing(real, 'isRecording')],
      ['a span that cannot record', real => failing(real, 'recordException')],
      ['a span that cannot end', real => failing(real, 'end')],
      ['a span without a context', real => failing(real, 'spanContext')],
    ];
    for (const [what, spanOf] of broken) {
      it(`stays away from the application: ${what}`, async () => {
        const { tracer } = app.tracing;
        const faulty = proxied(tracer, { startSpan: (name: string) => spanOf(tracer.startSpan(name)) });
        assert.equal(
          withSpan({ name: 'work', tracer: faulty }, () => 1),
          1,
        );
        assert.equal(await withSpan({ name: 'work', tracer: faulty }, async () => 2), 2);
        assert.throws(() => withSpan({ name: 'work', tracer: faulty }, thrower(boom)), boom);
      });
    }

    it('stays away from the application: options that are none', () => {
      assert.equal(
        untypedCall(withSpan, undefined, () => 1),
        1,
      );
    });

    it('runs the function once without an SDK', () => {
      unregister();
      let calls = 0;
      withSpan('work', span => {
        calls++;
        assert.equal(span.isRecording(), false);
      });
      assert.equal(calls, 1);
      assert.throws(() => withSpan('work', thrower(boom)), boom);
    });

    it('runs the function once where tracing is suppressed', async () => {
      const result = context.with(suppressTracing(ROOT_CONTEXT), () => withSpan('work', () => 1));
      assert.equal(result, 1);
      assert.deepEqual(await app.transactions(), []);
    });
  });

  it('records nothing of an unsampled trace and passes on what happens in it', () => {
    app = new App({ tracesSampleRate: 0 });
    assert.throws(() => withSpan('work', thrower(boom)), boom);
    assert.equal(
      withSpan('work', () => 1),
      1,
    );
  });

  it('leaves rejections unhandled that nobody handles', async () => {
    const unhandled: unknown[] = [];
    const listeners = process.listeners('unhandledRejection');
    process.removeAllListeners('unhandledRejection');
    process.on('unhandledRejection', reason => unhandled.push(reason));
    try {
      void withSpan('work', () => Promise.reject(boom));
      void withSpan('work', () => Promise.reject(boom)).catch(() => {});
      await app.transactions();
    } finally {
      process.removeAllListeners('unhandledRejection');
      for (const listener of listeners) process.on('unhandledRejection', listener);
    }
    assert.deepEqual(unhandled, [boom]);
  });
});

function thrower(error: unknown): () => never {
  return () => {
    throw error;
  };
}

type Resolve = (value: unknown) => void;

/** What can be awaited and nothing more. */
function thenable(then: (resolve: Resolve, reject: Resolve) => void): PromiseLike<unknown> {
  // oxlint-disable-next-line unicorn/no-thenable
  return { then } as PromiseLike<unknown>;
}

/** Settles like a query builder: nothing happens before `then()` is called. */
function lazyQuery(run: () => string): PromiseLike<unknown> {
  return thenable((resolve, reject) => void Promise.resolve().then(run).then(resolve, reject));
}

function contextOf(span: Span): Context {
  return trace.setSpan(ROOT_CONTEXT, span);
}

function parentIdOf(span: Span): string | undefined {
  const parent: unknown = Reflect.get(span, 'parentSpanContext');
  return typeof parent === 'object' && parent !== null && 'spanId' in parent
    ? String(parent.spanId)
    : undefined;
}

function failing(span: Span, method: keyof Span): Span {
  return proxied(span, { [method]: thrower(new Error(method)) });
}

/** `target` with some members replaced; the others run on the original. */
function proxied<T extends Span | Tracer>(target: T, replaced: Record<string, unknown>): T {
  return new Proxy(target, {
    get: (real, key) => {
      if (typeof key === 'string' && key in replaced) return replaced[key];
      const member: unknown = Reflect.get(real, key);
      return typeof member === 'function' ? member.bind(real) : member;
    },
  });
}
