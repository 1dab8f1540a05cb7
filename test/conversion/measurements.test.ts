import assert from 'node:assert/strict';
import { spanMeasurements } from '../../src/conversion/measurements.js';
import { buildSpan, type SpanInit } from '../support/spans.js';

const measured = (init: SpanInit) => spanMeasurements(buildSpan(init));
const event = (name: string, value: unknown, unit: unknown) => ({
  name,
  attributes: { 'sentry.measurement_value': value, 'sentry.measurement_unit': unit },
});

describe('spanMeasurements', () => {
  it('is absent when nothing was measured', () => {
    assert.equal(measured({ attributes: { a: 1 }, events: [{ name: 'retry' }] }), undefined);
  });

  describe('from span events', () => {
    it('is value and unit under the name of the event', () => {
      assert.deepEqual(measured({ events: [event('lcp', 12.5, 'millisecond')] }), {
        lcp: { value: 12.5, unit: 'millisecond' },
      });
    });

    it('is the last of a name', () => {
      assert.deepEqual(measured({ events: [event('a', 1, 'none'), event('a', 2, 'none')] }), {
        a: { value: 2, unit: 'none' },
      });
    });

    for (const [value, unit] of [
      ['1', 'none'],
      [1, undefined],
      [1, 5],
      [Number.NaN, 'none'],
      [Number.POSITIVE_INFINITY, 'none'],
    ]) {
      it(`is absent for ${String(value)} (${typeof value}) ${String(unit)}`, () => {
        assert.equal(measured({ events: [event('bad', value, unit)] }), undefined);
      });
    }
  });

  describe('from attributes', () => {
    it('is value and unit', () => {
      const attributes = {
        'sentry.measurement.cart.size': 3,
        'sentry.measurement.load': 5,
        'sentry.measurement.load.unit': 'second',
      };
      assert.deepEqual(measured({ attributes }), {
        'cart.size': { value: 3, unit: 'none' },
        load: { value: 5, unit: 'second' },
      });
    });

    it('counts more than an event of that name', () => {
      const attributes = { 'sentry.measurement.a': 2 };
      assert.deepEqual(measured({ attributes, events: [event('a', 1, 'second')] }), {
        a: { value: 2, unit: 'none' },
      });
    });

    for (const value of ['3', Number.NaN, null, true]) {
      it(`is absent for ${String(value)} (${typeof value})`, () => {
        assert.equal(measured({ attributes: { 'sentry.measurement.a': value } }), undefined);
      });
    }
  });

  for (const [name, clean] of [
    ['cart-size', 'cart_size'],
    ['cart size', 'cart_size'],
    ['2xx', 'm_2xx'],
    ['größe', 'gr__e'],
    ['?x-real-ip=1', 'm__x_real_ip__Filtered_'],
    ['a.b_c', 'a.b_c'],
  ] as const) {
    it(`names "${name}" ${clean}`, () => {
      assert.deepEqual(Object.keys(measured({ events: [event(name, 1, 'none')] }) ?? {}), [clean]);
    });
  }

  it('is absent for an attribute without a name', () => {
    assert.equal(measured({ attributes: { 'sentry.measurement.': 1 } }), undefined);
  });

  it('is absent for an event without attributes', () => {
    const span = buildSpan({ events: [{ name: 'retry' }] });
    const events = span.events.map(({ name, time }) => ({ name, time }));
    assert.equal(spanMeasurements({ ...span, events }), undefined);
  });

  it('has no unit longer than Sentry takes', () => {
    assert.equal(measured({ events: [event('a', 1, 'u'.repeat(16))] })?.['a']?.unit, 'none');
    assert.equal(measured({ events: [event('a', 1, 'u'.repeat(15))] })?.['a']?.unit, 'u'.repeat(15));
  });
});
