import assert from 'node:assert/strict';
import * as realApi from '@opentelemetry/api';
import type { ContextManager, TextMapPropagator, TracerProvider } from '@opentelemetry/api';
import type { Api } from '../../../src/register/sdk/api.js';
import { registerGlobals } from '../../../src/register/sdk/register-globals.js';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { SentryPropagator } from '../../../src/propagator.js';

const PARTS: {
  provider: TracerProvider;
  contextManager: ContextManager;
  propagator: TextMapPropagator | undefined;
} = {
  provider: new NodeTracerProvider(),
  contextManager: new AsyncLocalStorageContextManager(),
  propagator: new SentryPropagator(),
};

function registered(): string[] {
  const state: unknown = Reflect.get(globalThis, Symbol.for('opentelemetry.js.api.1'));
  return Object.keys(Object(state)).filter(key => ['context', 'propagation', 'trace'].includes(key));
}

describe('registerGlobals', () => {
  const disable = (): void => {
    for (const api of [realApi.context, realApi.propagation, realApi.trace]) api.disable();
  };
  beforeEach(disable);
  afterEach(disable);

  it('registers everything', () => {
    assert.equal(registerGlobals(realApi, PARTS, []), undefined);
    assert.deepEqual(registered().sort(), ['context', 'propagation', 'trace']);
  });

  it('registers no propagator when there is none', () => {
    assert.equal(registerGlobals(realApi, { ...PARTS, propagator: undefined }, []), undefined);
    assert.deepEqual(registered().sort(), ['context', 'trace']);
  });

  it('registers nothing when one of the parts is taken', () => {
    realApi.propagation.setGlobalPropagator(new SentryPropagator());
    assert.match(registerGlobals(realApi, PARTS, []) ?? '', /refuses the propagator/);
    assert.deepEqual(registered(), ['propagation']);
  });

  it('registers nothing when a copy of the API does not see it', () => {
    const blind: Api = { ...realApi, trace: Object.create(realApi.trace) };
    blind.trace.getTracerProvider = () => new NodeTracerProvider();
    const copies = [
      { owner: 'otel-sentry-bridge', api: realApi },
      { owner: 'the application', api: blind },
    ];
    const obstacle = registerGlobals(realApi, PARTS, copies);
    assert.match(obstacle ?? '', /the @opentelemetry\/api of the application is newer/);
    assert.deepEqual(registered(), []);
  });
});
