import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { context, propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import {
  contextFromEnv,
  continueFromEnv,
  traceEnv,
  type EnvironmentVariables,
} from '../../src/helpers/environment-trace.js';
import { startSpan } from '../../src/helpers/spans/start-span.js';
import { withSpan } from '../../src/helpers/spans/with-span.js';
import { getTraceData } from '../../src/helpers/trace-data.js';
import { parseSentryBaggage } from '../../src/protocol/baggage.js';
import {
  baggageOf,
  DSC,
  OTHER_SPAN_ID,
  OTHER_TRACE_ID,
  sentryTrace,
  SPAN_ID,
  TRACE_ID,
  traceparent,
} from '../support/trace-headers.js';
import { App, unregister } from './support/app.js';

const SENTRY = { SENTRY_TRACE: sentryTrace(true), SENTRY_BAGGAGE: baggageOf(DSC) };
const SUBPROCESS = { SUBPROCESS_SENTRY_TRACE: sentryTrace(true), SUBPROCESS_BAGGAGE: baggageOf(DSC) };
const W3C = { TRACEPARENT: traceparent('01', OTHER_TRACE_ID, OTHER_SPAN_ID), TRACESTATE: 'vendor=1' };

describe('the trace of the environment', () => {
  let app: App;

  beforeEach(() => {
    app = new App();
  });
  afterEach(unregister);

  describe('contextFromEnv', () => {
    const traces: [what: string, env: EnvironmentVariables, traceId: string | undefined][] = [
      ['nothing', {}, undefined],
      ['Sentry’s variables', SENTRY, TRACE_ID],
      ['Sentry’s trace without baggage', { SENTRY_TRACE: sentryTrace(true) }, TRACE_ID],
      ['what a Python process gives its children', SUBPROCESS, TRACE_ID],
      ['OpenTelemetry’s variables', W3C, OTHER_TRACE_ID],
      ['Sentry’s before OpenTelemetry’s', { ...W3C, ...SENTRY }, TRACE_ID],
      ['a Python process’s before OpenTelemetry’s', { ...W3C, ...SUBPROCESS }, TRACE_ID],
      [
        'Sentry’s before a Python process’s',
        { ...SENTRY, SUBPROCESS_SENTRY_TRACE: sentryTrace(true, OTHER_TRACE_ID) },
        TRACE_ID,
      ],
      ['an empty variable as if it were not there', { ...W3C, SENTRY_TRACE: '' }, OTHER_TRACE_ID],
      ['an unusable trace as if it were not there', { ...W3C, SENTRY_TRACE: 'yes' }, OTHER_TRACE_ID],
      ['baggage without a trace as nothing', { SENTRY_BAGGAGE: baggageOf(DSC) }, undefined],
      ['it even if switched off for others', { ...SENTRY, SENTRY_USE_ENVIRONMENT: 'false' }, TRACE_ID],
    ];
    for (const [what, env, traceId] of traces) {
      it(`reads ${what}`, () => {
        assert.equal(trace.getSpanContext(contextFromEnv(env))?.traceId, traceId);
      });
    }

    const contexts: [what: string, env: EnvironmentVariables, head: string | undefined, tenant?: string][] = [
      ['Sentry’s baggage', SENTRY, DSC['release']],
      ['that of a Python process', SUBPROCESS, DSC['release']],
      [
        'the shared variable where Sentry’s is missing',
        { SENTRY_TRACE: sentryTrace(true), BAGGAGE: `tenant=acme,${baggageOf(DSC)}` },
        DSC['release'],
        'acme',
      ],
      [
        'the application’s from the shared variable, the trace from Sentry’s',
        { ...SENTRY, BAGGAGE: `tenant=acme,${baggageOf({ ...DSC, release: 'stale' })}` },
        DSC['release'],
        'acme',
      ],
      ['the same text once', { ...SENTRY, BAGGAGE: SENTRY.SENTRY_BAGGAGE }, DSC['release']],
      [
        'the shared variable besides OpenTelemetry’s trace',
        { ...W3C, BAGGAGE: 'tenant=acme' },
        undefined,
        'acme',
      ],
      [
        'nothing that belongs to a trace that is not there',
        { ...W3C, SENTRY_BAGGAGE: baggageOf(DSC) },
        undefined,
      ],
    ];
    for (const [what, env, release, tenant] of contexts) {
      it(`reads ${what}`, () => {
        const from = contextFromEnv(env);
        assert.equal(propagation.getBaggage(from)?.getEntry('tenant')?.value, tenant);
        const head = context.with(from, () => withSpan('work', () => getTraceData().baggage));
        assert.equal(parseSentryBaggage(head)['release'], release);
        assert.equal(head?.match(/sentry-trace_id/g)?.length, 1);
      });
    }

    it('forgets the active trace', () => {
      withSpan('outer', () => assert.equal(trace.getSpan(contextFromEnv({})), undefined));
    });

    it('reads the environment of the process unless told otherwise', () => {
      const before = process.env['SENTRY_TRACE'];
      process.env['SENTRY_TRACE'] = sentryTrace(true);
      try {
        assert.equal(trace.getSpanContext(contextFromEnv())?.traceId, TRACE_ID);
        continueFromEnv(() => assert.equal(trace.getActiveSpan()?.spanContext().traceId, TRACE_ID));
      } finally {
        if (before === undefined) delete process.env['SENTRY_TRACE'];
        else process.env['SENTRY_TRACE'] = before;
      }
    });

    it('gives a context without a trace when no propagator is registered', () => {
      unregister();
      assert.equal(trace.getSpan(contextFromEnv(SENTRY)), undefined);
    });
  });

  describe('continueFromEnv', () => {
    it('runs the function in that trace', async () => {
      assert.equal(
        continueFromEnv(() => withSpan('build', () => 7), SENTRY),
        7,
      );
      const { trace: continued } = (await app.transaction()).contexts;
      assert.deepEqual([continued.trace_id, continued.parent_span_id], [TRACE_ID, SPAN_ID]);
    });

    it('follows the decision taken there', async () => {
      continueFromEnv(() => withSpan('build', () => {}), { SENTRY_TRACE: sentryTrace(false) });
      assert.deepEqual(await app.transactions(), []);
    });

    it('runs the function in a new trace when there is none', async () => {
      continueFromEnv(() => withSpan('build', () => {}), {});
      assert.equal((await app.transaction()).contexts.trace.parent_span_id, undefined);
    });
  });

  describe('traceEnv', () => {
    it('holds the trace under every name', () => {
      withSpan('build', span => {
        const { traceId, spanId } = span.spanContext();
        const { SENTRY_TRACE, SENTRY_BAGGAGE, TRACEPARENT, BAGGAGE, ...others } = traceEnv();
        assert.equal(SENTRY_TRACE, `${traceId}-${spanId}-1`);
        assert.equal(TRACEPARENT, `00-${traceId}-${spanId}-01`);
        assert.equal(parseSentryBaggage(SENTRY_BAGGAGE)['trace_id'], traceId);
        assert.equal(BAGGAGE, SENTRY_BAGGAGE);
        assert.deepEqual(others, {
          SUBPROCESS_SENTRY_TRACE: SENTRY_TRACE,
          SUBPROCESS_BAGGAGE: SENTRY_BAGGAGE,
        });
      });
    });

    it('holds the trace state of others', () => {
      continueFromEnv(() => withSpan('build', () => assert.equal(traceEnv()['TRACESTATE'], 'vendor=1')), W3C);
    });

    it('speaks of the context it is given', () => {
      const span = startSpan('build');
      const env = traceEnv(trace.setSpan(ROOT_CONTEXT, span));
      assert.ok(env['SENTRY_TRACE']?.startsWith(span.spanContext().traceId));
    });

    const silent: [what: string, prepare: () => void][] = [
      ['a span', () => {}],
      ['an SDK', () => unregister()],
      ['a propagator', () => propagation.disable()],
    ];
    for (const [what, prepare] of silent) {
      it(`is empty without ${what}`, () => {
        prepare();
        const baggage = propagation.createBaggage({ tenant: { value: 'acme' } });
        context.with(propagation.setBaggage(ROOT_CONTEXT, baggage), () => assert.deepEqual(traceEnv(), {}));
      });
    }

    it('is read back by another process', () => {
      withSpan('build', span => {
        const print = 'process.stdout.write(JSON.stringify(process.env))';
        const output = execFileSync(process.execPath, ['-e', print], { env: traceEnv(), encoding: 'utf8' });
        const received: unknown = JSON.parse(output);
        const child = trace.getSpanContext(contextFromEnv(Object(received)));
        assert.deepEqual(
          [child?.traceId, child?.spanId],
          [span.spanContext().traceId, span.spanContext().spanId],
        );
      });
    });
  });
});
