import assert from 'node:assert/strict';
import { propagatorFromEnv } from '../../../src/register/sdk/propagator-from-env.js';
import { SentryPropagator } from '../../../src/propagator.js';
import { RecordedLog } from '../../support/recorded-log.js';

const SENTRY = ['sentry-trace', 'baggage'];

const CASES: readonly [names: string | undefined, fields: readonly string[] | undefined][] = [
  [undefined, ['traceparent', 'tracestate', 'baggage', 'sentry-trace']],
  ['', ['traceparent', 'tracestate', 'baggage', 'sentry-trace']],
  ['none', undefined],
  ['sentry', SENTRY],
  ['tracecontext', ['traceparent', 'tracestate']],
  ['tracecontext,baggage', ['traceparent', 'tracestate', 'baggage']],
  [' Sentry , tracecontext ', ['traceparent', 'tracestate', ...SENTRY]],
];

describe('propagatorFromEnv', () => {
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  const fieldsOf = (names: string | undefined): string[] | undefined =>
    propagatorFromEnv({ OTEL_PROPAGATORS: names }, new SentryPropagator())?.fields();

  for (const [names, fields] of CASES) {
    it(`propagates ${fields?.join(', ') ?? 'nothing'} with ${JSON.stringify(names)}`, () => {
      assert.deepEqual(fieldsOf(names)?.sort(), fields && [...fields].sort());
      assert.deepEqual(log.lines, []);
    });
  }

  it('names those it does not know and uses the others', () => {
    assert.deepEqual(fieldsOf('b3,jaeger,baggage'), ['baggage']);
    assert.deepEqual(log.lines, ['warn: OTEL_PROPAGATORS: b3, jaeger cannot be used here']);
  });
});
