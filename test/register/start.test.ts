import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import { context, propagation, trace, diag, ROOT_CONTEXT } from '@opentelemetry/api';
import { createSentryBridge } from '../../src/bridge.js';
import type { SentryBridgeOptions } from '../../src/options.js';
import type { Host } from '../../src/register/host.js';
import { start } from '../../src/register/start.js';
import { fakePackages, type FakePackage } from './support/fake-packages.js';
import { FakeInstrumentation, SDK_2 } from './support/fake-sdk.js';

const API_KEY = Symbol.for('opentelemetry.js.api.1');
const HTTP = { '@opentelemetry/instrumentation-http': { exports: { FakeInstrumentation } } };

class FakeSignals extends EventEmitter {
  readonly pid = 42;

  kill(): void {
    throw new Error('not in this test');
  }
}

describe('start', () => {
  let printed: string[];
  let signals: FakeSignals;
  const disable = (): void => {
    for (const api of [context, propagation, trace, diag]) api.disable();
  };
  beforeEach(() => {
    printed = [];
    signals = new FakeSignals();
    disable();
  });
  afterEach(disable);

  const host = (packages: Readonly<Record<string, FakePackage>>, more: Partial<Host> = {}): Host => ({
    env: {},
    execArgv: [],
    nodeVersion: '24.0.0',
    globals: {},
    packages: fakePackages(packages),
    loaderHooks: {},
    signals,
    isHooksThread: false,
    loadProfiling: () => assert.fail('nobody wants a profiler'),
    print: line => printed.push(line),
    ...more,
  });
  const bridge = (options?: SentryBridgeOptions) => () =>
    createSentryBridge({ tracesSampleRate: 1, enabled: false, ...options });
  const isStarted = (): boolean => trace.getTracer('test').startSpan('work').isRecording();

  it('registers provider, context manager, propagator and signal handlers, and prints nothing', () => {
    start(host({ ...SDK_2, ...HTTP }), bridge());
    assert.ok(isStarted());
    assert.deepEqual(propagation.fields(), ['traceparent', 'tracestate', 'baggage', 'sentry-trace']);
    const inner = ROOT_CONTEXT.setValue(Symbol('key'), 1);
    assert.equal(
      context.with(inner, () => context.active()),
      inner,
    );
    assert.deepEqual([signals.listenerCount('SIGTERM'), signals.listenerCount('SIGINT')], [1, 1]);
    assert.deepEqual(printed, []);
  });

  it('prints one line when debugging', () => {
    start(host({ ...SDK_2, ...HTTP }, { env: { SENTRY_DEBUG: '1', OTEL_LOG_LEVEL: 'none' } }), bridge());
    assert.equal(printed.length, 1);
    assert.match(printed[0] ?? '', /^otel-sentry-bridge\/register: started .*; no dsn: nothing is sent/);
  });

  it('names the instrumentations to install when there are none', () => {
    start(host(SDK_2), bridge());
    assert.ok(isStarted());
    assert.match(printed.join('\n'), /^.* npm install @opentelemetry\/auto-instrumentations-node@0\.81$/);
  });

  it('leaves the logger of the application', () => {
    start(host({ ...SDK_2, ...HTTP }, { globals: { [API_KEY]: { diag: {} } } }), bridge());
    diag.error('something');
    assert.deepEqual(printed, []);
  });

  const OBSTACLES: readonly [what: string, host: () => Host, message: RegExp | undefined][] = [
    ['in the thread of loader hooks', () => host(SDK_2, { isHooksThread: true }), undefined],
    ['disabled', () => host(SDK_2, { env: { OTEL_SDK_DISABLED: 'true' } }), undefined],
    [
      'disabled while debugging',
      () => host(SDK_2, { env: { OTEL_SDK_DISABLED: 'TRUE', SENTRY_DEBUG: '1' } }),
      /OTEL_SDK_DISABLED is set/,
    ],
    ['without packages', () => host({}), /no OpenTelemetry SDK is installed: npm install .*sdk-trace@3/],
    [
      'without a context manager',
      () => host({ ...SDK_2, '@opentelemetry/context-async-hooks': { seenBy: [] } }),
      /context-async-hooks is missing: npm install @opentelemetry\/context-async-hooks@2$/,
    ],
    [
      'with an old SDK',
      () => host({ '@opentelemetry/sdk-trace-node': { version: '1.30.0' } }),
      /1\.30\.0 is not supported: use 2\.x or 3\.x$/,
    ],
    [
      'beside another setup',
      () => host(SDK_2, { globals: { [API_KEY]: { trace: {} } } }),
      /another SDK has registered .*; use either that or this$/,
    ],
    [
      'with a package that cannot be loaded',
      () =>
        host({
          ...SDK_2,
          '@opentelemetry/sdk-trace-node': { version: '2.0.0', exports: new Error('broken') },
        }),
      /not started: Error: broken$/,
    ],
  ];
  for (const [what, create, message] of OBSTACLES) {
    it(`does not start ${what}`, () => {
      start(create(), bridge());
      assert.ok(!isStarted());
      assert.equal(signals.listenerCount('SIGTERM'), 0);
      assert.equal(printed.length, message === undefined ? 0 : 1);
      if (message !== undefined) assert.match(printed[0] ?? '', message);
    });
  }

  it('does not start a second time', () => {
    const globals = {};
    start(host({ ...SDK_2, ...HTTP }, { globals }), bridge());
    start(host({ ...SDK_2, ...HTTP }, { globals }), bridge());
    assert.match(printed.join('\n'), /^.* not started: version \S+ has been here before; register once$/);
  });

  it('says which option cannot be used', () => {
    start(host(SDK_2), bridge({ tracesSampleRate: 7 }));
    assert.ok(!isStarted());
    assert.match(printed.join('\n'), /not started: TypeError: tracesSampleRate must be .*, got 7$/);
  });

  it('makes the trace of the environment the one of the process', () => {
    const traceId = '0af7651916cd43dd8448eb211c80319c';
    start(host({ ...SDK_2, ...HTTP }, { env: { SENTRY_TRACE: `${traceId}-b7ad6b7169203331-1` } }), bridge());
    const span = trace.getTracer('test').startSpan('work');
    assert.equal(span.spanContext().traceId, traceId);
    const inner = trace.setSpan(context.active(), span);
    assert.equal(
      context.with(inner, () => trace.getActiveSpan()),
      span,
    );
  });
});
