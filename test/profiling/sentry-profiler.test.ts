import assert from 'node:assert/strict';
import { createSentryBridge, SentrySpanExporter } from '../../src/index.js';
import { SentryProfiler } from '../../src/profiling.js';
import { UsageMeter } from '../../src/profiling/usage-meter.js';
import { FakeClock } from '../support/fake-clock.js';
import { FakeRecorder } from '../support/fake-recorder.js';
import { jsonOf } from '../support/parse-envelope.js';
import { Profiled } from '../support/profiled.js';
import { RecordedLog } from '../support/recorded-log.js';
import { buildSpan } from '../support/spans.js';
import { DSN, Mailbox, Tracing } from '../support/tracing.js';
import { untypedOptions } from '../support/untyped.js';
import { fieldsOf, listOf, optionalFields, type Fields } from '../support/vectors/narrow.js';

describe('SentryProfiler', () => {
  it('belongs to one bridge', async () => {
    const openRecorder = new FakeRecorder().open;
    const profiler = new SentryProfiler({ profilesSampleRate: 1 }, { openRecorder });
    const options = { dsn: DSN, transport: new Mailbox(), profiler };
    const bridge = createSentryBridge(options);
    assert.throws(() => createSentryBridge(options), {
      name: 'TypeError',
      message: /^profiler must be one that/,
    });
    await bridge.close();
  });

  it('is refused as an option when it is none', () => {
    for (const profiler of [7, {}, 'x', null, [], () => undefined]) {
      assert.throws(() => createSentryBridge(untypedOptions({ profiler })), {
        name: 'TypeError',
        message: /^profiler must be a SentryProfiler, got /,
      });
    }
  });

  it('records nothing when nothing can be sent', () => {
    const recorder = new FakeRecorder();
    createSentryBridge({
      enabled: false,
      profiler: new SentryProfiler({ profilesSampleRate: 1 }, { openRecorder: recorder.open }),
    });
    assert.equal(recorder.hz, undefined);
  });

  it('says once when there can be no profiles, and transactions are sent as without it', async () => {
    const log = new RecordedLog();
    const openRecorder = () => {
      throw new Error('not here');
    };
    const profiler = new SentryProfiler({ profilesSampleRate: 1 }, { openRecorder });
    const tracing = new Tracing({ profiler });
    for (const name of ['first', 'second']) tracing.start(name).end();
    await tracing.pass(1);
    log.stop();
    assert.deepEqual(tracing.sent, [['first'], ['second']]);
    assert.deepEqual(
      log.lines.filter(line => line.startsWith('warn')),
      ['warn: nothing is profiled, because Node.js does not allow it: Error: not here'],
    );
  });

  it('says that profiles of transactions need transactions, and records nothing', () => {
    const log = new RecordedLog();
    const recorder = new FakeRecorder();
    const profiler = new SentryProfiler({ profilesSampleRate: 1 }, { openRecorder: recorder.open });
    new Tracing({ profiler, traceLifecycle: 'stream' }).start('work').end();
    log.stop();
    assert.equal(recorder.hz, undefined);
    assert.deepEqual(
      log.lines.filter(line => line.startsWith('warn')),
      ["warn: profilesSampleRate and profilesSampler have no effect with traceLifecycle 'stream'"],
    );
  });

  it('profiles a process whose spans are sent as they end, and links them', async () => {
    const profiled = new Profiled({
      profileSessionSampleRate: 1,
      profileLifecycle: 'trace',
      tracing: { traceLifecycle: 'stream' },
    });
    const root = profiled.start('root');
    const child = profiled.start('child', root);
    await profiled.tracing.pass(50);
    profiled.end(child);
    profiled.end(root);
    await profiled.tracing.pass(20_000);
    const [chunk] = profiled.chunks;
    assert.ok(chunk !== undefined && profiled.chunks.length === 1);
    const spans = profiled.tracing.mailbox.envelopes
      .flatMap(({ items }) => items.filter(({ headers }) => headers['type'] === 'span').map(jsonOf))
      .flatMap(payload => listOf(fieldsOf(payload)['items']).map(fieldsOf));
    const valueOf = (span: Fields, name: string) =>
      optionalFields(fieldsOf(span['attributes'])[name])['value'];
    assert.deepEqual(
      spans
        .map(span => [span['name'], valueOf(span, 'sentry.profiler_id'), valueOf(span, 'thread.name')])
        .sort(),
      [
        ['child', undefined, 'main'],
        ['root', chunk.profiler_id, 'main'],
      ],
    );
  });

  it('says once that an exporter does not see transactions start', async () => {
    const log = new RecordedLog();
    const mailbox = new Mailbox();
    const openRecorder = new FakeRecorder().open;
    const profiler = new SentryProfiler({ profilesSampleRate: 1 }, { openRecorder });
    const exporter = new SentrySpanExporter({ dsn: DSN, tracesSampleRate: 1, transport: mailbox, profiler });
    for (const traceId of ['1', '2']) {
      const span = buildSpan({ traceId: traceId.repeat(32) });
      await new Promise<void>(resolve => exporter.export([span], () => resolve()));
    }
    await exporter.shutdown();
    log.stop();
    assert.equal(mailbox.transactions.length, 2);
    assert.equal(log.lines.filter(line => line.includes('it needs SentrySpanProcessor')).length, 1);
  });

  it('loses a profile and nothing else when it fails', async () => {
    const log = new RecordedLog();
    const openRecorder = new FakeRecorder().open;
    const profilesSampler = { profilesSampleRate: 1 };
    const profiler = new SentryProfiler(profilesSampler, {
      openRecorder,
      random: () => {
        throw new Error('no chance');
      },
    });
    const tracing = new Tracing({ profiler });
    const root = tracing.start('root');
    tracing.start('child', root).end();
    root.end();
    await tracing.pass(1);
    log.stop();
    assert.deepEqual(tracing.sent, [['root', 'child']]);
    assert.ok(log.lines.includes('error: profiling failed: Error: no chance'));
  });
});

describe('a usage meter', () => {
  it('measures while it has users, and keeps the last points', () => {
    const clock = new FakeClock();
    let cpuMicros = 0;
    const read = () => ({ cpuMicros: (cpuMicros += 25_000), heapBytes: 7 });
    const meter = new UsageMeter(clock, () => clock.monotonicMillis() * 1000, 30_000, read);
    clock.advance(1000);
    assert.equal(clock.pendingTimers, 0);
    meter.begin();
    meter.begin();
    clock.advance(1000);
    meter.end();
    assert.equal(clock.pendingTimers, 1);
    assert.deepEqual(meter.between(1_100_000, 1_200_000), [
      { micros: 1_100_000, cpuPercent: 25, heapBytes: 7 },
      { micros: 1_200_000, cpuPercent: 25, heapBytes: 7 },
    ]);
    clock.advance(120_000);
    assert.ok(meter.between(0, Infinity).length <= 600);
    meter.end();
    assert.equal(clock.pendingTimers, 0);
  });

  it('throws nothing and says so when the system does not tell its usage', () => {
    const log = new RecordedLog();
    const clock = new FakeClock();
    let reads = 0;
    const meter = new UsageMeter(
      clock,
      () => clock.monotonicMillis() * 1000,
      30_000,
      () => {
        if (reads++ > 0) throw new Error('EPERM');
        return { cpuMicros: 0, heapBytes: 7 };
      },
    );
    meter.begin();
    clock.advance(1000);
    meter.end();
    log.stop();
    assert.deepEqual(meter.between(0, Infinity), []);
    assert.deepEqual(log.lines, ['error: measuring usage failed: Error: EPERM']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('takes longer between points for longer profiles', () => {
    const clock = new FakeClock();
    const meter = new UsageMeter(clock, () => clock.monotonicMillis() * 1000, 60_000);
    meter.begin();
    clock.advance(60_000);
    assert.equal(meter.between(0, Infinity).length, 300);
    meter.end();
  });
});
