import assert from 'node:assert/strict';
import inspector from 'node:inspector';
import { openInspectorRecorder } from '../../src/profiling/inspector-recorder.js';
import type { Recorder } from '../../src/profiling/recorder.js';
import type { V8Profile } from '../../src/profiling/v8-profile.js';
import { FakeClock } from '../support/fake-clock.js';

const HZ = 1000;
const BUSY_MILLIS = 50;
const KEEP_ALIVE_MILLIS = 10_000;

function keepsBusy(): void {
  const end = performance.now() + BUSY_MILLIS;
  while (performance.now() < end);
}

/** Names of functions say nothing: V8 may not know code that was compiled just before. */
function recordedMillis(profile: V8Profile | undefined): number {
  return (profile?.timeDeltas ?? []).reduce((sum, micros) => sum + micros, 0) / 1000;
}

describe('openInspectorRecorder()', () => {
  let clock: FakeClock;
  let recorder: Recorder;

  beforeEach(() => {
    clock = new FakeClock();
    recorder = openInspectorRecorder(HZ, clock);
  });
  afterEach(() => recorder.close());

  it('records what runs between start and stop, on its own clock', () => {
    const before = recorder.nowMicros();
    const recording = recorder.start();
    keepsBusy();
    const profile = recording.stop();
    assert.ok(recordedMillis(profile) >= BUSY_MILLIS / 2);
    assert.ok(profile !== undefined && profile.startTime >= before - 1000);
    assert.ok(profile.startTime <= recorder.nowMicros());
  });

  it('returns a recording once', () => {
    const recording = recorder.start();
    assert.notEqual(recording.stop(), undefined);
    assert.equal(recording.stop(), undefined);
  });

  it('records several things at a time, each from its own start to its own end', () => {
    const long = recorder.start();
    const early = recorder.start();
    assert.ok(recordedMillis(early.stop()) < BUSY_MILLIS / 2);
    keepsBusy();
    assert.ok(recordedMillis(long.stop()) >= BUSY_MILLIS / 2);
  });

  it('goes on after the recording that kept V8 ready was renewed, with and without others', () => {
    clock.advance(KEEP_ALIVE_MILLIS);
    const across = recorder.start();
    keepsBusy();
    clock.advance(2 * KEEP_ALIVE_MILLIS);
    assert.ok(recordedMillis(across.stop()) >= BUSY_MILLIS / 2);
    const after = recorder.start();
    keepsBusy();
    assert.ok(recordedMillis(after.stop()) >= BUSY_MILLIS / 2);
  });

  it('has what was recorded when the application ends the recording with its own profileEnd()', () => {
    const recording = recorder.start();
    keepsBusy();
    inspector.console.profileEnd();
    assert.ok(recordedMillis(recording.stop()) >= BUSY_MILLIS / 2);
  });

  it('ends recordings and timers when it is closed', () => {
    const recording = recorder.start();
    recorder.close();
    assert.equal(recording.stop(), undefined);
    assert.equal(clock.pendingTimers, 0);
  });
});
