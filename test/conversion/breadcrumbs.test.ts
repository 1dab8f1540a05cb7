import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { BreadcrumbCollector } from '../../src/conversion/breadcrumbs.js';
import { buildSpan, T0_SECONDS, type SpanInit } from '../support/spans.js';

function breadcrumbsOf(...spans: readonly SpanInit[]) {
  const collector = new BreadcrumbCollector();
  for (const span of spans) collector.add(buildSpan(span));
  return collector.take(false);
}

describe('BreadcrumbCollector', () => {
  it('has none without span events', () => {
    assert.equal(breadcrumbsOf({}, {}), undefined);
  });

  it('shows a span event with its scope and attributes', () => {
    const events = [{ name: 'cache.miss', at: 5, attributes: { key: 'a' } }];
    assert.deepEqual(breadcrumbsOf({ events, scope: { name: 'my-lib' } }), [
      {
        timestamp: T0_SECONDS + 0.005,
        type: 'default',
        category: 'my-lib',
        message: 'cache.miss',
        level: 'info',
        data: { key: 'a' },
      },
    ]);
  });

  it('has a category without a scope, and no empty data', () => {
    const [breadcrumb] = breadcrumbsOf({ events: [{ name: 'x' }], scope: { name: '' } }) ?? [];
    assert.equal(breadcrumb?.category, 'otel.event');
    assert.equal(breadcrumb && 'data' in breadcrumb, false);
  });

  it('passes over exceptions and measurements', () => {
    const measurement = { 'sentry.measurement_value': 1, 'sentry.measurement_unit': 'none' };
    assert.equal(
      breadcrumbsOf({ events: [{ name: 'exception' }, { name: 'lcp', attributes: measurement }] }),
      undefined,
    );
  });

  it('shows what only looks like a measurement', () => {
    const attributes = { 'sentry.measurement_value': '1', 'sentry.measurement_unit': 'none' };
    assert.equal(breadcrumbsOf({ events: [{ name: 'bad', attributes }] })?.length, 1);
  });

  it('is in order of time over all spans', () => {
    const event = (name: string, at: number) => ({ name, at });
    const breadcrumbs = breadcrumbsOf(
      { events: [event('b', 2), event('d', 4)] },
      { events: [event('a', 1), event('c', 3)] },
    );
    assert.deepEqual(
      breadcrumbs?.map(breadcrumb => breadcrumb.message),
      ['a', 'b', 'c', 'd'],
    );
  });

  it('has the last 100', () => {
    const events = Array.from({ length: 130 }, (_, i) => ({ name: `e${i}`, at: i }));
    const breadcrumbs = breadcrumbsOf({ events });
    assert.equal(breadcrumbs?.length, 100);
    assert.deepEqual([breadcrumbs[0]?.message, breadcrumbs[99]?.message], ['e30', 'e129']);
  });

  it('takes the start of the span for an event without a time', () => {
    const span = buildSpan({ start: 7, events: [{ name: 'x' }] });
    const collector = new BreadcrumbCollector();
    collector.add({ ...span, events: span.events.map(event => ({ ...event, time: [0, 0] })) });
    assert.equal(collector.take(false)?.[0]?.timestamp, T0_SECONDS + 0.007);
  });

  it('lets an event say what it is', () => {
    const attributes = {
      'sentry.breadcrumb.category': 'ui.click',
      'sentry.breadcrumb.level': 'warning',
      'sentry.breadcrumb.type': 'user',
    };
    const [breadcrumb] = breadcrumbsOf({ events: [{ name: 'x', attributes }] }) ?? [];
    assert.deepEqual(
      [breadcrumb?.category, breadcrumb?.level, breadcrumb?.type, breadcrumb?.data],
      ['ui.click', 'warning', 'user', undefined],
    );
  });

  it('is what it is by default where an event says nothing of use', () => {
    for (const nothing of ['', 5, ['x'], { a: 1 }]) {
      const attributes = {
        'sentry.breadcrumb.category': nothing,
        'sentry.breadcrumb.level': nothing,
        'sentry.breadcrumb.type': nothing,
      };
      const [breadcrumb] =
        breadcrumbsOf({ events: [{ name: 'x', attributes }], scope: { name: 'lib' } }) ?? [];
      assert.deepEqual(
        [breadcrumb?.category, breadcrumb?.level, breadcrumb?.type, breadcrumb?.data],
        ['lib', 'info', 'default', undefined],
      );
    }
  });

  it('passes over an event without a time in a span without one', () => {
    const span = buildSpan({ events: [{ name: 'x' }] });
    const collector = new BreadcrumbCollector();
    const events = span.events.map(event => ({ ...event, time: [0, 0] as const }));
    collector.add({ ...span, startTime: [0, 0], events });
    assert.equal(collector.take(false), undefined);
  });

  it('says whom a request was sent to, and not who sent one', () => {
    const events = [{ name: 'x', attributes: { 'network.peer.address': '198.51.100.4' } }];
    assert.deepEqual(breadcrumbsOf({ events, kind: SpanKind.CLIENT })?.[0]?.data, {
      'network.peer.address': '198.51.100.4',
    });
    assert.equal(breadcrumbsOf({ events, kind: SpanKind.SERVER })?.[0]?.data, undefined);
  });

  it('has no level Sentry does not know', () => {
    const attributes = { 'sentry.breadcrumb.level': 'loud' };
    assert.equal(breadcrumbsOf({ events: [{ name: 'x', attributes }] })?.[0]?.level, 'info');
  });

  it('filters message and data', () => {
    const [breadcrumb] =
      breadcrumbsOf({
        events: [{ name: 'GET https://u:p@h/?key=x', attributes: { 'user.id': 'u', url: '//u:p@h' } }],
      }) ?? [];
    assert.equal(breadcrumb?.message, 'GET https://[filtered]:[filtered]@h/?key=[Filtered]');
    assert.deepEqual(breadcrumb.data, { url: '//[filtered]:[filtered]@h' });
  });

  it('leaves out an event that cannot be read', () => {
    const span = buildSpan({ events: [{ name: 'good' }, { name: 'bad' }] });
    const hostile = new Proxy({}, { ownKeys: () => assert.fail('unreadable') });
    const events = span.events.map(event =>
      event.name === 'bad' ? { ...event, attributes: hostile } : event,
    );
    const collector = new BreadcrumbCollector();
    collector.add({ ...span, events });
    assert.deepEqual(
      collector.take(false)?.map(breadcrumb => breadcrumb.message),
      ['good'],
    );
  });
});
