import assert from 'node:assert/strict';
import {
  createContextKey,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  type Context,
  type TextMapPropagator,
} from '@opentelemetry/api';
import { CompositePropagator as CoreComposite } from '@opentelemetry/core';
import { CompositePropagator } from '../../src/w3c/composite-propagator.js';
import { RecordedLog } from '../support/recorded-log.js';

const KEY = createContextKey('seen');

function seenIn(context: Context): string {
  const seen = context.getValue(KEY);
  return typeof seen === 'string' ? seen : '';
}

/** Writes its name into a header, and adds it to what was read so far. */
function named(name: string, fields: readonly string[] = [name]): TextMapPropagator {
  return {
    fields: () => [...fields],
    inject: (_, carrier, setter) => {
      setter.set(carrier, name, '1');
      setter.set(carrier, 'last', name);
    },
    extract: context => context.setValue(KEY, seenIn(context) + name),
  };
}

const failing: TextMapPropagator = {
  fields: () => ['failing'],
  inject: () => {
    throw new Error('broken writer');
  },
  extract: () => {
    throw new Error('broken reader');
  },
};

function injected(propagator: TextMapPropagator): Record<string, unknown> {
  const headers = {};
  propagator.inject(ROOT_CONTEXT, headers, defaultTextMapSetter);
  return headers;
}

function extracted(propagator: TextMapPropagator): unknown {
  return propagator.extract(ROOT_CONTEXT, {}, defaultTextMapGetter).getValue(KEY);
}

describe('CompositePropagator', () => {
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });
  afterEach(() => log.stop());

  it('runs propagators in order, as the one of OpenTelemetry does', () => {
    const propagators = [named('a'), named('b'), named('c')];
    const ours = new CompositePropagator(propagators);
    const theirs = new CoreComposite({ propagators });
    assert.deepEqual(injected(ours), { a: '1', b: '1', c: '1', last: 'c' });
    assert.equal(extracted(ours), 'abc');
    assert.deepEqual(injected(ours), injected(theirs));
    assert.equal(extracted(ours), extracted(theirs));
  });

  it('names every field once, as the one of OpenTelemetry does', () => {
    const propagators = [named('a', ['x', 'y']), named('b', ['y', 'z']), named('c', [])];
    const ours = new CompositePropagator(propagators);
    assert.deepEqual(ours.fields(), ['x', 'y', 'z']);
    assert.deepEqual(ours.fields(), new CoreComposite({ propagators }).fields());
  });

  it('does nothing without propagators', () => {
    const empty = new CompositePropagator([]);
    assert.deepEqual(empty.fields(), []);
    assert.deepEqual(injected(empty), {});
    assert.equal(empty.extract(ROOT_CONTEXT, {}, defaultTextMapGetter), ROOT_CONTEXT);
  });

  it('writes on after one that fails, and says so', () => {
    assert.deepEqual(injected(new CompositePropagator([named('a'), failing, named('b')])), {
      a: '1',
      b: '1',
      last: 'b',
    });
    assert.deepEqual(log.lines, ['error: writing headers failed: Error: broken writer']);
  });

  it('reads on after one that fails, from where the one before it left off, and says so', () => {
    assert.equal(extracted(new CompositePropagator([named('a'), failing, named('b')])), 'ab');
    assert.deepEqual(log.lines, ['error: reading headers failed: Error: broken reader']);
  });

  it('does not throw when all of them fail', () => {
    const composite = new CompositePropagator([failing, failing]);
    assert.deepEqual(injected(composite), {});
    assert.equal(composite.extract(ROOT_CONTEXT, {}, defaultTextMapGetter), ROOT_CONTEXT);
  });

  it('can be one of the propagators of another', () => {
    const nested = new CompositePropagator([new CompositePropagator([named('a')]), named('b')]);
    assert.equal(extracted(nested), 'ab');
    assert.deepEqual(nested.fields(), ['a', 'b']);
  });
});
