import assert from 'node:assert/strict';
import { context, ROOT_CONTEXT, trace, type Context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '@opentelemetry/core';
import { systemClock, type Clock } from '../../src/clock.js';
import { unobservedClock } from '../../src/otel/unobserved-clock.js';
import { FakeClock } from '../support/fake-clock.js';
import { remoteSpan } from '../support/trace-headers.js';

const REQUEST = trace.setSpanContext(ROOT_CONTEXT, remoteSpan());

describe('unobservedClock', () => {
  before(() => context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable()));
  after(() => context.disable());

  it('tells the time of the clock it is given', () => {
    const clock = new FakeClock();
    const unobserved = unobservedClock(clock);
    clock.advance(1234);
    assert.equal(unobserved.epochMillis(), clock.epochMillis());
    assert.equal(unobserved.monotonicMillis(), 1234);
  });

  it('calls back when the time has come, once', () => {
    const clock = new FakeClock();
    let calls = 0;
    unobservedClock(clock).setTimer(() => calls++, 10);
    clock.advance(9);
    assert.equal(calls, 0);
    clock.advance(1);
    clock.advance(100);
    assert.equal(calls, 1);
  });

  it('does not call back what was cancelled', () => {
    const clock = new FakeClock();
    const cancel = unobservedClock(clock).setTimer(() => assert.fail(), 10);
    cancel();
    clock.advance(100);
    assert.equal(clock.pendingTimers, 0);
  });

  it('sets its timers outside of the request, where nothing is traced', () => {
    const contexts: Context[] = [];
    const clock: Clock = {
      ...systemClock,
      setTimer: () => {
        contexts.push(context.active());
        return () => {};
      },
    };
    context.with(REQUEST, () => {
      unobservedClock(clock).setTimer(() => {}, 10);
      assert.equal(context.active(), REQUEST);
    });
    const [active = REQUEST] = contexts;
    assert.equal(trace.getSpan(active), undefined);
    assert.equal(isTracingSuppressed(active), true);
  });

  it('has timers of the system call back there', async () => {
    // The timers of the clock do not keep the process awake.
    const awake = setInterval(() => {}, 1000);
    const active = await new Promise<Context>(resolve => {
      context.with(REQUEST, () => unobservedClock(systemClock).setTimer(() => resolve(context.active()), 0));
    });
    clearInterval(awake);
    assert.equal(trace.getSpan(active), undefined);
    assert.equal(isTracingSuppressed(active), true);
  });
});
