import assert from 'node:assert/strict';
import { SpanKind, SpanStatusCode } from '@opentelemetry/api';
import { spanData } from '../../src/conversion/data.js';
import { buildSpan, type SpanInit } from '../support/spans.js';

function dataOf(init: SpanInit, allowsPii = false) {
  const isOutgoing = init.kind === SpanKind.CLIENT || init.kind === SpanKind.PRODUCER;
  return spanData(
    buildSpan({ scope: { name: '' }, ...init }),
    { origin: 'manual' },
    { allowsPii, isOutgoing },
  );
}

const ORIGIN = { 'sentry.origin': 'manual' };

describe('spanData', () => {
  it('is the origin for a span without attributes', () => {
    assert.deepEqual(dataOf({}), ORIGIN);
  });

  it('keeps attributes of every type', () => {
    const attributes = {
      str: 's',
      empty: '',
      t: true,
      f: false,
      zero: 0,
      float: 1.5,
      strs: ['a', null, 'b'],
      none: [],
    };
    assert.deepEqual(dataOf({ attributes }), { ...attributes, ...ORIGIN });
  });

  it('writes numbers JSON has no word for', () => {
    const attributes = { nan: Number.NaN, inf: Number.POSITIVE_INFINITY, nans: [1, Number.NaN] };
    assert.deepEqual(dataOf({ attributes }), {
      nan: '[NaN]',
      inf: '[Infinity]',
      nans: [1, '[NaN]'],
      ...ORIGIN,
    });
  });

  it('drops what cannot be sent', () => {
    const attributes = {
      undef: undefined,
      nul: null,
      fn: () => 1,
      big: 5n,
      '': 'no name',
      ['__proto__']: { x: 1 },
    };
    assert.deepEqual(dataOf({ attributes }), ORIGIN);
  });

  it('drops instructions to the tracing', () => {
    const attributes = {
      'sentry.sample_rate': 0.5,
      'sentry.parentIsRemote': true,
      'sentry.custom_span_name': 'x',
      'sentry.measurement.size': 3,
      'sentry.measurement.size.unit': 'byte',
      'sentry.tag.color': 'red',
    };
    assert.deepEqual(dataOf({ attributes }), { 'sentry.tag.color': 'red', ...ORIGIN });
  });

  it('filters what may not leave', () => {
    const attributes = { 'user.id': 'u', 'db.query.parameter.0': 'x', 'url.full': 'https://a:b@h/?key=x' };
    assert.deepEqual(dataOf({ attributes }), {
      'url.full': 'https://[filtered]:[filtered]@h/?key=[Filtered]',
      ...ORIGIN,
    });
    assert.equal(dataOf({ attributes }, true)['user.id'], 'u');
  });

  it('says op and origin, whatever the span says', () => {
    const span = buildSpan({ attributes: { 'sentry.op': 5, 'sentry.origin': 'a-b' }, scope: { name: '' } });
    const data = spanData(span, { op: 'db', origin: 'a_b' }, { allowsPii: false, isOutgoing: false });
    assert.deepEqual(data, { 'sentry.op': 'db', 'sentry.origin': 'a_b' });
  });

  for (const [kind, name] of [
    [SpanKind.SERVER, 'server'],
    [SpanKind.CLIENT, 'client'],
    [SpanKind.PRODUCER, 'producer'],
    [SpanKind.CONSUMER, 'consumer'],
  ] as const) {
    it(`says that the span is a ${name}`, () => {
      assert.deepEqual(dataOf({ kind }), { 'otel.kind': name.toUpperCase(), 'sentry.kind': name, ...ORIGIN });
    });
  }

  it('names the scope', () => {
    const scope = { name: 'my-lib', version: '1.2.3' };
    assert.deepEqual(dataOf({ scope }), {
      'otel.scope.name': 'my-lib',
      'otel.scope.version': '1.2.3',
      ...ORIGIN,
    });
    assert.deepEqual(dataOf({ scope: { name: 'my-lib' } }), { 'otel.scope.name': 'my-lib', ...ORIGIN });
  });

  it('counts what the limits of the SDK cut off, where they did', () => {
    const counts = { droppedAttributesCount: 3, droppedEventsCount: 2, droppedLinksCount: 1 };
    const span = { ...buildSpan({ scope: { name: '' } }), ...counts };
    assert.deepEqual(spanData(span, { origin: 'manual' }, { allowsPii: false, isOutgoing: false }), {
      'otel.dropped_attributes_count': 3,
      'otel.dropped_events_count': 2,
      'otel.dropped_links_count': 1,
      ...ORIGIN,
    });
  });

  it('writes the thread id as text, beside its name', () => {
    const data = dataOf({ attributes: { 'thread.id': 7, 'thread.name': 'main' } });
    assert.deepEqual([data['thread.id'], data['thread.name']], ['7', 'main']);
  });

  it('adds plain values of measurements', () => {
    const facts = {
      origin: 'manual',
      measurements: { lcp: { value: 3, unit: 'second' }, own: { value: 4, unit: '' } },
    };
    const data = spanData(buildSpan({ attributes: { own: 'mine' } }), facts, {
      allowsPii: false,
      isOutgoing: false,
    });
    assert.deepEqual([data['lcp'], data['own']], [3, 'mine']);
  });

  it('never overwrites what the span says', () => {
    const attributes = {
      'http.request.method': 'GET',
      'http.url': 'http://h/c?x=1#y',
      url: 'mine',
      'http.query': 'mine',
      'http.fragment': 'mine',
      'otel.kind': 'MINE',
      'sentry.kind': 'mine',
      'otel.scope.name': 'mine',
      'sentry.status.message': 'mine',
      'http.status_code': 404,
      'http.response.status_code': 200,
    };
    const status = { code: SpanStatusCode.ERROR, message: 'boom' };
    const data = dataOf({ attributes, status, kind: SpanKind.SERVER, scope: { name: 'lib' } });
    for (const [name, value] of Object.entries(attributes)) assert.equal(data[name], value, name);
  });

  describe('of HTTP spans', () => {
    const method = { 'http.request.method': 'GET' };

    it('has the parts of the URL', () => {
      const data = dataOf({
        attributes: { ...method, 'url.full': 'https://u:p@h:443/a?page=2&token=x#sec' },
      });
      assert.equal(data['url'], 'https://[filtered]:[filtered]@h/a');
      assert.equal(data['http.query'], 'page=2&token=[Filtered]');
      assert.equal(data['http.fragment'], 'sec');
    });

    it('has the query of url.query, without its mark', () => {
      assert.equal(
        dataOf({ attributes: { ...method, 'url.query': '?q=1&sig=x' } })['http.query'],
        'q=1&sig=[Filtered]',
      );
      assert.equal(dataOf({ attributes: { ...method, 'url.query': 'q=1' } })['http.query'], 'q=1');
    });

    it('has the query of the target', () => {
      assert.equal(
        dataOf({ attributes: { ...method, 'http.target': '/a?key=x' } })['http.query'],
        'key=[Filtered]',
      );
    });

    it('has no parts that are not there', () => {
      const data = dataOf({ attributes: { ...method, 'url.path': '/a', 'url.query': '' } });
      for (const name of ['url', 'http.query', 'http.fragment']) assert.equal(data[name], undefined, name);
    });

    it('leaves the URLs of other spans alone', () => {
      assert.equal(dataOf({ attributes: { 'url.full': 'https://h/?a' } })['url'], undefined);
    });
  });

  describe('of failed spans', () => {
    it('has the message the status does not say', () => {
      const status = { code: SpanStatusCode.ERROR, message: 'could not reach https://u:p@h' };
      assert.equal(
        dataOf({ status })['sentry.status.message'],
        'could not reach https://[filtered]:[filtered]@h',
      );
    });

    it('has no message the status says already', () => {
      assert.deepEqual(dataOf({ status: { code: SpanStatusCode.ERROR, message: 'not_found' } }), ORIGIN);
    });

    it('has the only exception, whatever it says of itself', () => {
      const attributes = { 'exception.type': 'Only' };
      assert.equal(dataOf({ events: [{ name: 'exception', attributes }] })['exception.type'], 'Only');
      const span = buildSpan({ scope: { name: '' }, events: [{ name: 'exception' }] });
      const events = span.events.map(({ name, time }) => ({ name, time }));
      const policy = { allowsPii: false, isOutgoing: false };
      assert.deepEqual(spanData({ ...span, events }, { origin: 'manual' }, policy), ORIGIN);
    });

    it('has the last exception', () => {
      const exception = (type: string) => ({
        name: 'exception',
        attributes: {
          'exception.type': type,
          'exception.message': `${type} at https://u:p@h`,
          'exception.stacktrace': 'long',
        },
      });
      const data = dataOf({ events: [exception('First'), exception('Last'), { name: 'other' }] });
      assert.deepEqual(data, {
        'exception.type': 'Last',
        'exception.message': 'Last at https://[filtered]:[filtered]@h',
        ...ORIGIN,
      });
    });
  });
});
