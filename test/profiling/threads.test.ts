import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { context, ROOT_CONTEXT, type Span } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import type { WritableSpan } from '../../src/otel/types.js';
import { observe, RequestThreads } from '../../src/profiling/threads/request-threads.js';
import { ThreadMarks } from '../../src/profiling/threads/thread-marks.js';
import { SentryProfiler } from '../../src/profiling.js';
import { FakeRecorder } from '../support/fake-recorder.js';
import { RecordedLog } from '../support/recorded-log.js';
import { below, Tracing } from '../support/tracing.js';

describe('marks of threads', () => {
  it('say which thread was at work at a time', () => {
    const marks = new ThreadMarks(0);
    for (const [thread, micros] of [
      [1, 10],
      [1, 15],
      [2, 20],
      [0, 30],
    ] as const)
      marks.mark(thread, () => micros);
    assert.deepEqual(
      [9, 10, 19, 20, 29, 30, 1000].map(micros => marks.at(micros)),
      [undefined, 1, 1, 2, 2, 0, 0],
    );
  });

  it('ask for the time only when the thread changes', () => {
    const marks = new ThreadMarks(0);
    marks.mark(0, () => assert.fail('nothing has changed'));
    assert.equal(marks.at(5), undefined);
  });

  it('forget the oldest when there are too many', () => {
    const marks = new ThreadMarks(0, 4);
    for (let index = 1; index <= 10; index++) marks.mark(index, () => index * 10);
    assert.deepEqual(
      [60, 69, 70, 85, 100].map(micros => marks.at(micros)),
      [undefined, undefined, 7, 8, 10],
    );
  });
});

describe('threads of requests', () => {
  let manager: AsyncLocalStorageContextManager;
  let now: number;
  let labels: RequestThreads;
  let tracing: Tracing;

  beforeEach(() => {
    manager = new AsyncLocalStorageContextManager().enable();
    context.setGlobalContextManager(manager);
    now = 0;
    labels = new RequestThreads({ id: 0, name: 'main' }, () => ++now, observe(manager));
    tracing = new Tracing();
  });
  afterEach(() => context.disable());

  /** Starts a transaction that can be told apart. */
  function root(name: string) {
    const span = writable(tracing.start(name));
    const segment = {};
    return { span, segment, thread: labels.rootStarted(span, segment) };
  }

  it('follow the active span through calls and turns of the event loop', async () => {
    const seen: [expected: string, at: number][] = [];
    const note = (expected: string) => seen.push([expected, ++now]);
    const [first, second] = [root('first'), root('second')];
    labels.begin();
    note('main');
    const work = ({ span }: typeof first, name: string) =>
      context.with(below(span), async () => {
        note(name);
        context.with(ROOT_CONTEXT, () => note('main'));
        note(name);
        await turn();
        note(name);
        await Promise.resolve();
        note(name);
      });
    await Promise.all([work(first, 'first'), work(second, 'second')]);
    note('main');
    labels.end();
    assert.deepEqual(
      seen.map(([, at]) => labels.nameOf(labels.threadAt(at))),
      seen.map(([expected]) => expected),
    );
    assert.notEqual(first.thread.id, second.thread.id);
  });

  it('take children to the thread of their transaction', () => {
    const { span, segment, thread } = root('root');
    const child = writable(tracing.start('child', span));
    assert.deepEqual(labels.childStarted(child, segment), thread);
    labels.begin();
    const at = context.with(below(child), () => ++now);
    assert.equal(labels.threadAt(at), String(thread.id));
    labels.end();
  });

  it('are named as the transaction is in the end', () => {
    const { segment, thread, span } = root('GET');
    span.updateName('GET /orders');
    labels.rootEnded(span, segment);
    assert.equal(labels.nameOf(String(thread.id)), 'GET /orders');
  });

  it('note nothing while nobody records', () => {
    const { span } = root('root');
    const before = now;
    context.with(below(span), () => undefined);
    assert.equal(now, before);
  });
});

describe('perRequestThreads', () => {
  it('has no effect without a context manager, which is said', () => {
    const log = new RecordedLog();
    const profiler = new SentryProfiler(
      { profilesSampleRate: 1, perRequestThreads: true },
      { openRecorder: new FakeRecorder().open },
    );
    new Tracing({ profiler }).start('work');
    log.stop();
    assert.deepEqual(
      log.lines.filter(line => line.includes('perRequestThreads')),
      ['warn: perRequestThreads has no effect without observeContextManager()'],
    );
  });

  it('leaves a context manager alone when it is off', () => {
    const manager = new AsyncLocalStorageContextManager();
    const given = manager.with;
    assert.equal(new SentryProfiler({ profilesSampleRate: 1 }).observeContextManager(manager), manager);
    assert.equal(manager.with, given);
  });
});

/** As a processor sees it. */
function writable(span: Span): WritableSpan {
  assert.ok(isWritable(span));
  return span;
}

function isWritable(span: Span): span is WritableSpan {
  return 'resource' in span;
}
