import assert from 'node:assert/strict';
import { Backpressure } from '../../src/sampling/backpressure.js';
import { FakeClock } from '../support/fake-clock.js';
import { Tracing } from '../support/tracing.js';

const INTERVAL_MILLIS = 10_000;

describe('Backpressure', () => {
  it('halves once more for every interval of trouble, and no more than ten times', () => {
    const clock = new FakeClock();
    const backpressure = new Backpressure(clock);
    backpressure.watch(() => false);
    const seen = Array.from({ length: 14 }, () => {
      const before = backpressure.halvings();
      clock.advance(INTERVAL_MILLIS);
      return before;
    });
    assert.deepEqual(seen, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 10, 10, 10]);
  });

  it('restores the rate at the first check without trouble', () => {
    const clock = new FakeClock();
    const backpressure = new Backpressure(clock);
    let isHealthy = false;
    backpressure.watch(() => isHealthy);
    clock.advance(INTERVAL_MILLIS);
    assert.equal(backpressure.halvings(), 1);
    isHealthy = true;
    clock.advance(INTERVAL_MILLIS - 1);
    assert.equal(backpressure.halvings(), 1);
    clock.advance(1);
    assert.equal(backpressure.halvings(), 0);
  });

  it('changes nothing for a sampler that has no delivery to watch', () => {
    const clock = new FakeClock();
    clock.advance(INTERVAL_MILLIS);
    assert.equal(new Backpressure(clock).halvings(), 0);
  });
});

describe('the backpressure option', () => {
  async function limited(options: { readonly backpressure?: boolean }) {
    const tracing = new Tracing({ tracesSampleRate: 1, ...options });
    tracing.mailbox.answer = () => ({ statusCode: 429, headers: { 'retry-after': '3600' } });
    tracing.start('limits').end();
    await tracing.pass(20);
    await tracing.pass(INTERVAL_MILLIS);
    const { losses } = tracing;
    const before = losses()['backpressure/transaction'] ?? 0;
    for (let index = 0; index < 200; index++) {
      const root = tracing.start('root');
      tracing.start('child', root).end();
      root.end();
    }
    await tracing.pass(20);
    return {
      tracing,
      dropped: (losses()['backpressure/transaction'] ?? 0) - before,
      spans: losses()['backpressure/span'] ?? 0,
    };
  }

  it('samples half of the new traces while a rate limit is in force, and says why', async () => {
    const { dropped, spans } = await limited({});
    assert.ok(dropped > 60 && dropped < 140, `${dropped} of 200`);
    assert.equal(spans, 2 * dropped);
  });

  it('passes the rate on that was applied', async () => {
    const { tracing } = await limited({});
    const headers: Record<string, string> = {};
    const { trace, ROOT_CONTEXT } = await import('@opentelemetry/api');
    tracing.propagator.inject(trace.setSpan(ROOT_CONTEXT, tracing.start('root')), headers, {
      set: (carrier: typeof headers, key, value) => void (carrier[key] = value),
    });
    assert.match(headers['baggage'] ?? '', /sentry-sample_rate=0\.5/);
  });

  it('does nothing when it is off', async () => {
    assert.equal((await limited({ backpressure: false })).dropped, 0);
  });
});
