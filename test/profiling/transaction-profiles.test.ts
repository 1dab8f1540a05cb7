import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import type { SentryProfilerOptions } from '../../src/profiling.js';
import { Profiled, stacksOf } from '../support/profiled.js';
import { RecordedLog } from '../support/recorded-log.js';
import type { TracingOptions } from '../support/tracing.js';
import { untypedProfilerOptions } from '../support/untyped.js';

const BUSY = ['burn', 'handle'];

describe('profiles of transactions', () => {
  it('travel with their transaction, with what the thread did meanwhile', async () => {
    const profiled = new Profiled({
      profilesSampleRate: 1,
      tracing: { resource: { 'service.version': '1.2' } },
    });
    profiled.recorder.work = millis => (millis <= 50 ? ['handle', 'burn'] : []);
    await profiled.transaction('work', 100);
    const [profile] = profiled.profiles;
    const [event] = profiled.tracing.mailbox.transactions;
    assert.ok(profile !== undefined && event !== undefined);
    assert.deepEqual(stacksOf(profile), [BUSY, BUSY, BUSY, BUSY, BUSY, [], [], [], [], []]);
    assert.deepEqual(profile.transaction, {
      id: event.event_id,
      name: 'work',
      trace_id: event.contexts.trace.trace_id,
      active_thread_id: '0',
    });
    assert.deepEqual([profile.release, profile.environment], ['1.2', 'production']);
    assert.equal(profile.timestamp, new Date(event.start_timestamp * 1000).toISOString());
    assert.equal(profile.profile.samples[0]?.elapsed_since_start_ns, '10000000');
    const types = profiled.tracing.mailbox.envelopes.map(({ items }) =>
      items.map(item => item.headers['type']),
    );
    assert.deepEqual(types, [['transaction', 'profile']]);
    assert.equal(event.contexts['profile'], undefined);
  });

  it('say which code it was, with the place where it is defined', async () => {
    const profiled = new Profiled({ profilesSampleRate: 1 });
    await profiled.transaction('work', 50);
    assert.deepEqual(profiled.profiles[0]?.profile.frames[0], {
      function: 'burn',
      filename: '/srv/app/burn.mjs',
      abs_path: '/srv/app/burn.mjs',
      in_app: true,
      lineno: 3,
      colno: 16,
    });
  });

  it('leave out what happens after the end of the root', async () => {
    const profiled = new Profiled({ profilesSampleRate: 1 });
    const root = profiled.start('work');
    const child = profiled.start('late', root);
    await profiled.tracing.pass(50);
    profiled.end(root);
    await profiled.tracing.pass(300);
    profiled.end(child);
    await profiled.tracing.pass(1);
    assert.equal(profiled.profiles[0]?.profile.samples.length, 5);
    assert.equal(profiled.recorder.active, 0);
  });

  it('end after thirty seconds', async () => {
    const profiled = new Profiled({ profilesSampleRate: 1 });
    const root = profiled.start('long');
    await profiled.tracing.pass(29_999);
    assert.equal(profiled.recorder.active, 1);
    await profiled.tracing.pass(1);
    assert.equal(profiled.recorder.active, 0);
    await profiled.tracing.pass(10_000);
    profiled.end(root);
    await profiled.tracing.pass(1);
    assert.equal(profiled.profiles[0]?.profile.samples.at(-1)?.elapsed_since_start_ns, '30000000000');
  });

  it('are named as hooks name the transaction', async () => {
    const profiled = new Profiled({
      profilesSampleRate: 1,
      tracing: { beforeSendTransaction: event => Object.assign(event, { transaction: 'renamed' }) },
    });
    await profiled.transaction('work', 50);
    assert.equal(profiled.profiles[0]?.transaction.name, 'renamed');
  });

  it('put the thread on every span, unless the application has', async () => {
    const profiled = new Profiled({ profilesSampleRate: 1 });
    const root = profiled.start('root');
    const child = profiled.start('child', root);
    const own = profiled.start('own', root, { attributes: { 'thread.id': 7 } });
    for (const span of [own, child, root]) profiled.end(span);
    await profiled.tracing.pass(1);
    const [event] = profiled.tracing.mailbox.transactions;
    assert.deepEqual(
      [event?.contexts.trace.data, ...(event?.spans.map(({ data }) => data) ?? [])].map(data => [
        data?.['thread.id'],
        data?.['thread.name'],
      ]),
      [
        ['0', 'main'],
        ['0', 'main'],
        ['7', undefined],
      ],
    );
  });

  it('have processor time and memory while they were recorded', async () => {
    const profiled = new Profiled({ profilesSampleRate: 1 });
    await profiled.transaction('work', 450);
    const { cpu_usage, memory_footprint } = profiled.profiles[0]?.measurements ?? {};
    assert.deepEqual([cpu_usage?.unit, memory_footprint?.unit], ['percent', 'byte']);
    assert.deepEqual(
      memory_footprint?.values.map(value => value.elapsed_since_start_ns),
      ['100000000', '200000000', '300000000', '400000000'],
    );
    assert.ok(memory_footprint?.values.every(({ value }) => value > 1e6));
    assert.equal(
      profiled.tracing.clock.pendingTimers,
      new Profiled({ profilesSampleRate: 1 }).tracing.clock.pendingTimers,
    );
  });

  describe('are drawn', () => {
    const drawn = async (options: SentryProfilerOptions, randoms: readonly number[]): Promise<string[]> => {
      const left = [...randoms];
      const profiled = new Profiled({ ...options, random: () => left.shift() ?? 1 });
      for (let index = 0; index < randoms.length; index++) await profiled.transaction(`t${index}`, 50);
      const names = profiled.profiles.map(({ transaction }) => transaction.name);
      assert.equal(profiled.tracing.losses()['sample_rate/profile'] ?? 0, randoms.length - names.length);
      return names;
    };

    it('by profilesSampleRate', async () => {
      assert.deepEqual(await drawn({ profilesSampleRate: 0.5 }, [0.4, 0.5, 0.1]), ['t0', 't2']);
      assert.deepEqual(await drawn({ profilesSampleRate: 0 }, [0]), []);
      assert.deepEqual(await drawn({ profilesSampleRate: true }, [0.99]), ['t0']);
    });

    it('by profilesSampler, which wins', async () => {
      const options: SentryProfilerOptions = {
        profilesSampleRate: 0,
        profilesSampler: ({ name, kind, attributes, parentSampled }) =>
          kind === SpanKind.INTERNAL &&
          parentSampled &&
          attributes['thread.id'] === undefined &&
          name === 't1',
      };
      assert.deepEqual(await drawn(options, [0.5, 0.5]), ['t1']);
    });

    for (const [what, profilesSampler, names] of [
      [
        'throws: then profilesSampleRate counts',
        () => {
          throw new Error('no');
        },
        ['t0', 't1'],
      ],
      ['returns no rate: then there is none', () => Number.NaN, []],
      ['returns a promise: then there is none', () => Promise.resolve(1), []],
    ] as const) {
      it(`by a profilesSampler that ${what}, and it is said once`, async () => {
        const log = new RecordedLog();
        try {
          assert.deepEqual(
            await drawn(untypedProfilerOptions({ profilesSampleRate: 1, profilesSampler }), [0.5, 0.5]),
            [...names],
          );
        } finally {
          log.stop();
        }
        assert.equal(log.lines.filter(line => line.startsWith('error: profilesSampler failed: ')).length, 1);
      });
    }

    it('not for transactions that are not sampled', async () => {
      const profiled = new Profiled({ profilesSampleRate: 1, tracing: { tracesSampleRate: 0 } });
      await profiled.transaction('work', 50);
      assert.equal(profiled.recorder.started, 0);
      assert.deepEqual(profiled.tracing.losses(), { 'sample_rate/transaction': 1, 'sample_rate/span': 1 });
    });
  });

  describe('are counted as lost', () => {
    it('with too little in them', async () => {
      const profiled = new Profiled({ profilesSampleRate: 1 });
      profiled.recorder.work = millis => (millis === 10 ? ['handle'] : []);
      await profiled.transaction('idle', 100);
      assert.deepEqual(profiled.profiles, []);
      assert.equal(profiled.tracing.mailbox.transactions.length, 1);
      assert.deepEqual(profiled.tracing.losses(), { 'insufficient_data/profile': 1 });
    });

    it('with their transaction, for the same reason', async () => {
      const cases: readonly (readonly [TracingOptions, string])[] = [
        [{ beforeSendTransaction: () => null }, 'before_send'],
        [{ ignoreTransactions: ['work'] }, 'ignored'],
        [{ ignoreSpans: ['work'] }, 'ignored'],
        [{ beforeSendTransaction: event => Object.assign(event, { extra: jsonOnce() }) }, 'callback_error'],
      ];
      for (const [tracing, reason] of cases) {
        const profiled = new Profiled({ profilesSampleRate: 1, tracing });
        await profiled.transaction('work', 50);
        assert.deepEqual(profiled.tracing.losses(), {
          [`${reason}/transaction`]: 1,
          [`${reason}/span`]: 1,
          [`${reason}/profile`]: 1,
        });
        assert.equal(profiled.recorder.active, 0);
      }
    });

    it('with their envelope', async () => {
      const profiled = new Profiled({ profilesSampleRate: 1 });
      profiled.tracing.mailbox.answer = () => ({ statusCode: 500 });
      await profiled.transaction('work', 50);
      assert.equal(profiled.tracing.losses()['send_error/profile'], 1);
    });

    it('while Sentry limits profiles, and no trace is sampled less for it', async () => {
      const profiled = new Profiled({ profilesSampleRate: 1 });
      const { tracing } = profiled;
      tracing.mailbox.answer = () => ({
        statusCode: 200,
        headers: { 'x-sentry-rate-limits': '60:profile:organization' },
      });
      await profiled.transaction('first', 50);
      for (let index = 0; index < 3; index++) await profiled.transaction('next', 15_000);
      assert.equal(profiled.profiles.length, 1);
      assert.equal(tracing.mailbox.transactions.length, 4);
      assert.deepEqual(tracing.losses(), { 'ratelimit_backoff/profile': 3 });
    });

    it('when recording fails', async () => {
      const profiled = new Profiled({ profilesSampleRate: 1 });
      profiled.recorder.fails = true;
      await profiled.transaction('work', 50);
      assert.deepEqual(profiled.tracing.losses(), { 'insufficient_data/profile': 1 });
      assert.equal(profiled.tracing.mailbox.transactions.length, 1);
    });

    it('beyond fifty at once, until one of those open for longer than a profile makes room', async () => {
      const profiled = new Profiled({ profilesSampleRate: 1 });
      for (let index = 0; index < 60; index++) profiled.start(`root ${index}`);
      assert.equal(profiled.recorder.active, 50);
      assert.deepEqual(profiled.tracing.losses(), { 'buffer_overflow/profile': 10 });
      await profiled.tracing.pass(30_000);
      await profiled.transaction('late', 50);
      assert.deepEqual(
        profiled.profiles.map(({ transaction }) => transaction.name),
        ['late'],
      );
      assert.deepEqual(profiled.tracing.losses(), { 'buffer_overflow/profile': 11 });
    });
  });

  it('end when the bridge is closed, and what has ended takes its profile along', async () => {
    const profiled = new Profiled({ profilesSampleRate: 1, tracing: { lateSpanGraceMillis: 5000 } });
    const root = profiled.start('ended');
    profiled.start('child', root);
    const open = profiled.start('open');
    await profiled.tracing.pass(50);
    profiled.end(root);
    const closed = profiled.tracing.pipeline.close();
    await profiled.tracing.pass(10_000);
    await closed;
    assert.deepEqual(
      profiled.profiles.map(({ transaction }) => transaction.name),
      ['ended'],
    );
    assert.deepEqual([profiled.recorder.active, profiled.recorder.isClosed], [0, true]);
    profiled.end(open);
    profiled.start('after');
    assert.equal(profiled.recorder.active, 0);
  });

  it('stay with their root when something below it is sent before', async () => {
    const profiled = new Profiled({ profilesSampleRate: 1 });
    const root = profiled.start('root');
    const child = profiled.start('child', root);
    await profiled.tracing.pass(50);
    profiled.end(child);
    const closed = profiled.tracing.pipeline.close();
    await profiled.tracing.pass(10_000);
    await closed;
    assert.deepEqual(profiled.tracing.sent, [['child']]);
    assert.deepEqual(profiled.profiles, []);
  });
});

/** Can be looked at as JSON once, and then no more. */
function jsonOnce(): object {
  let count = 0;
  return {
    toJSON() {
      if (count++ > 0) throw new Error('no more');
      return 'once';
    },
  };
}
