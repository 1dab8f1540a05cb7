import assert from 'node:assert/strict';
import { Profiled, stacksOf } from '../support/profiled.js';
import { RecordedLog } from '../support/recorded-log.js';

const BUSY = ['burn', 'handle'];

describe('the profile of a process', () => {
  describe('with the lifecycle trace', () => {
    const profiledTraces = (tracing = {}) =>
      new Profiled({ profileSessionSampleRate: 1, profileLifecycle: 'trace', tracing });

    it('has what was done while transactions were open, in one chunk', async () => {
      const profiled = profiledTraces({ resource: { 'service.version': '1.2' } });
      await profiled.transaction('first', 50);
      await profiled.tracing.pass(1000);
      await profiled.transaction('second', 30);
      assert.ok(profiled.chunks.length < 1);
      await profiled.tracing.pass(15_000);
      const [chunk] = profiled.chunks;
      assert.ok(chunk !== undefined && profiled.chunks.length === 1);
      assert.deepEqual(
        stacksOf(chunk),
        Array.from({ length: 8 }, () => BUSY),
      );
      const [first, second] = profiled.tracing.mailbox.transactions;
      assert.ok(first !== undefined && second !== undefined);
      const times = chunk.profile.samples.map(({ timestamp }) => timestamp);
      assert.equal(times.filter(time => time > first.start_timestamp && time <= first.timestamp).length, 5);
      assert.equal(times.filter(time => time > second.start_timestamp && time <= second.timestamp).length, 3);
      assert.deepEqual([chunk.release, chunk.environment], ['1.2', 'production']);
      assert.equal(chunk.client_sdk.name, 'otel-sentry-bridge');
      assert.equal(profiled.recorder.active, 0);
    });

    it('is linked by every transaction that lasted long enough, and its spans', async () => {
      const profiled = profiledTraces();
      const root = profiled.start('long');
      const child = profiled.start('child', root);
      await profiled.tracing.pass(50);
      profiled.end(child);
      profiled.end(root);
      await profiled.transaction('short', 15);
      await profiled.tracing.pass(15_000);
      const profilerId = profiled.chunks[0]?.profiler_id;
      assert.match(profilerId ?? '', /^[0-9a-f]{32}$/);
      const [long, short] = profiled.tracing.mailbox.transactions;
      assert.deepEqual(long?.contexts['profile'], { profiler_id: profilerId });
      assert.equal(long?.contexts.trace.data['sentry.profiler_id'], profilerId);
      assert.equal(long?.spans[0]?.data['profiler_id'], profilerId);
      assert.equal(long?.spans[0]?.data['thread.id'], '0');
      assert.equal(short?.contexts['profile'], undefined);
      assert.equal(short?.contexts.trace.data['sentry.profiler_id'], undefined);
    });

    it('goes on for as long as a transaction does, a chunk at a time', async () => {
      const profiled = profiledTraces();
      const root = profiled.start('long');
      await profiled.tracing.pass(40_000);
      profiled.end(root);
      await profiled.tracing.pass(15_000);
      const lengths = profiled.chunks.map(({ profile }) => profile.samples.length);
      assert.deepEqual(lengths, [1500, 1500, 1000]);
      assert.equal(new Set(profiled.chunks.map(({ profiler_id }) => profiler_id)).size, 1);
      assert.equal(new Set(profiled.chunks.map(({ chunk_id }) => chunk_id)).size, 3);
      const times = profiled.chunks.flatMap(({ profile }) => profile.samples.map(sample => sample.timestamp));
      assert.deepEqual(
        times,
        [...times].sort((a, b) => a - b),
      );
    });

    it('has chunks as long as wanted', async () => {
      const profiled = new Profiled({
        profileSessionSampleRate: 1,
        profileLifecycle: 'trace',
        chunkSeconds: 5,
        hz: 101,
      });
      const root = profiled.start('long');
      await profiled.tracing.pass(12_000);
      assert.equal(profiled.chunks.length, 2);
      assert.equal(profiled.recorder.hz, 101);
      profiled.end(root);
    });

    it('is sent by flush(), and goes on', async () => {
      const profiled = profiledTraces();
      const root = profiled.start('long');
      await profiled.tracing.pass(100);
      await profiled.tracing.pipeline.flush();
      assert.equal(profiled.chunks[0]?.profile.samples.length, 10);
      await profiled.tracing.pass(100);
      profiled.end(root);
      await profiled.tracing.pipeline.flush();
      assert.equal(profiled.chunks[1]?.profile.samples.length, 10);
    });

    it('is sent by close(), and ends', async () => {
      const profiled = profiledTraces();
      profiled.start('open');
      await profiled.tracing.pass(100);
      await profiled.tracing.pipeline.close();
      assert.equal(profiled.chunks.length, 1);
      profiled.start('after');
      assert.deepEqual([profiled.recorder.active, profiled.recorder.isClosed], [0, true]);
    });

    it('cannot be started by hand, which is said', () => {
      const log = new RecordedLog();
      const profiled = profiledTraces();
      profiled.profiler.start();
      profiled.profiler.stop();
      log.stop();
      assert.equal(log.lines.filter(line => line.includes("profileLifecycle 'manual'")).length, 2);
      assert.equal(profiled.recorder.active, 0);
    });
  });

  describe('with the lifecycle manual', () => {
    it('goes from start() to stop()', async () => {
      const profiled = new Profiled({ profileSessionSampleRate: 1 });
      await profiled.transaction('before', 50);
      profiled.profiler.start();
      profiled.profiler.start();
      await profiled.transaction('during', 50);
      profiled.profiler.stop();
      profiled.profiler.stop();
      await profiled.transaction('after', 50);
      await profiled.tracing.pass(15_000);
      assert.equal(profiled.chunks.length, 1);
      const linked = profiled.tracing.mailbox.transactions
        .filter(({ contexts }) => contexts['profile'] !== undefined)
        .map(({ transaction }) => transaction);
      assert.deepEqual(linked, ['during']);
      assert.equal(profiled.recorder.active, 0);
    });

    it('begins with the bridge when it was started before', async () => {
      const profiled = new Profiled({ profileSessionSampleRate: 1 });
      assert.equal(profiled.recorder.active, 0);
      profiled.profiler.start();
      await profiled.tracing.pass(100);
      profiled.profiler.stop();
      await profiled.tracing.pass(1);
      assert.equal(profiled.chunks[0]?.profile.samples.length, 10);
      assert.equal(profiled.chunks[0]?.release, '');
    });
  });

  it('is drawn once', () => {
    const randoms = [0.5, 0];
    const profiled = new Profiled({
      profileSessionSampleRate: 0.5,
      profileLifecycle: 'trace',
      random: () => randoms.shift() ?? 0,
    });
    const root = profiled.start('work');
    assert.equal(profiled.recorder.hz, undefined);
    assert.equal(profiled.recorder.started, 0);
    profiled.end(root);
    assert.equal(randoms.length, 1);
  });

  describe('is counted as lost, by chunks', () => {
    it('with too little in it; with nothing in it nothing is lost', async () => {
      const profiled = new Profiled({ profileSessionSampleRate: 1 });
      profiled.recorder.work = millis => (millis === 10 ? ['handle'] : []);
      profiled.profiler.start();
      await profiled.tracing.pass(40_000);
      assert.equal(profiled.chunks.length, 0);
      assert.deepEqual(profiled.tracing.losses(), { 'insufficient_data/profile_chunk': 1 });
    });

    it('when recording fails', async () => {
      const profiled = new Profiled({ profileSessionSampleRate: 1 });
      profiled.recorder.fails = true;
      profiled.profiler.start();
      profiled.profiler.stop();
      assert.deepEqual(profiled.tracing.losses(), { 'internal_sdk_error/profile_chunk': 1 });
    });

    it('while Sentry limits them', async () => {
      const profiled = new Profiled({ profileSessionSampleRate: 1 });
      profiled.tracing.mailbox.answer = () => ({
        statusCode: 200,
        headers: { 'x-sentry-rate-limits': '60:profile_chunk:organization' },
      });
      profiled.profiler.start();
      await profiled.tracing.pass(45_000);
      assert.equal(profiled.chunks.length, 1);
      assert.deepEqual(profiled.tracing.losses(), { 'ratelimit_backoff/profile_chunk': 2 });
    });
  });
});
