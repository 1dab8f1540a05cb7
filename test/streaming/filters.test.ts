import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import type { SpanJson } from '../../src/protocol/transaction.js';
import {
  AFTER_SEGMENT_MILLIS,
  AFTER_WAIT_MILLIS,
  batches,
  lineage,
  spanNamed,
  streaming,
  valueOf,
} from '../support/streaming.js';

describe('in a stream', () => {
  describe('ignoreSpans', () => {
    for (const order of ['before', 'after']) {
      it(`moves children up that end ${order} their ignored parent`, async () => {
        const tracing = streaming({ ignoreSpans: ['skip'] });
        const root = tracing.start('root');
        const outer = tracing.start('skip outer', root);
        const inner = tracing.start('skip inner', outer);
        const child = tracing.start('child', inner);
        const ends = [child, inner, outer];
        for (const span of order === 'before' ? ends : ends.reverse()) {
          span.end();
          await tracing.pass(AFTER_WAIT_MILLIS);
        }
        root.end();
        await tracing.pass(AFTER_SEGMENT_MILLIS);
        assert.deepEqual(lineage(tracing), { child: 'root', root: 'none' });
        assert.deepEqual(tracing.losses(), { 'ignored/span': 2 });
      });
    }

    it('moves children up when their parent shows only at its end that it is ignored', async () => {
      const tracing = streaming({ ignoreSpans: [{ attributes: { 'cache.hit': true } }] });
      const root = tracing.start('root');
      const lookup = tracing.start('lookup', root);
      const before = tracing.start('before', lookup);
      const after = tracing.start('after', lookup);
      before.end();
      lookup.setAttribute('cache.hit', true);
      lookup.end();
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      after.end();
      await tracing.pass(AFTER_WAIT_MILLIS);
      assert.deepEqual(lineage(tracing), { before: 'root', after: 'root', root: 'none' });
      assert.deepEqual(tracing.losses(), { 'ignored/span': 1 });
    });

    it('takes the whole segment away with its root', async () => {
      for (const options of [{ ignoreSpans: [/^health/] }, { ignoreTransactions: ['health'] }]) {
        const tracing = streaming(options);
        const root = tracing.start('health check');
        tracing.start('child', root).end();
        await tracing.pass(AFTER_WAIT_MILLIS);
        const late = tracing.start('late', root);
        root.end();
        late.end();
        const other = tracing.start('other');
        tracing.start('query', other).end();
        other.end();
        await tracing.pass(AFTER_SEGMENT_MILLIS);
        assert.deepEqual(batches(tracing), [['other', 'query']]);
        assert.deepEqual(tracing.losses(), { 'ignored/span': 3 });
      }
    });

    it('takes away what has not left yet when only the end of a root shows that it is ignored', async () => {
      const tracing = streaming({ ignoreTransactions: ['GET /health'] });
      const root = tracing.start('GET', undefined, {
        kind: SpanKind.SERVER,
        attributes: { 'http.request.method': 'GET' },
      });
      tracing.start('early', root).end();
      await tracing.pass(AFTER_WAIT_MILLIS);
      tracing.start('query', root).end();
      root.setAttribute('http.route', '/health');
      const late = tracing.start('late', root);
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      late.end();
      await tracing.pass(AFTER_WAIT_MILLIS);
      assert.deepEqual(batches(tracing), [['early']]);
      assert.deepEqual(tracing.losses(), { 'ignored/span': 3 });
    });

    it('matches names as well as descriptions', async () => {
      const tracing = streaming({ ignoreSpans: [/^SELECT orders$/, /from users/] });
      const attributes = (text: string, summary: string) => ({
        'db.system.name': 'postgresql',
        'db.query.text': text,
        'db.query.summary': summary,
      });
      const root = tracing.start('root');
      tracing.start('a', root, { attributes: attributes('select 1 from orders', 'SELECT orders') }).end();
      tracing.start('b', root, { attributes: attributes('select 1 from users', 'SELECT users') }).end();
      tracing.start('c', root, { attributes: attributes('select 1 from carts', 'SELECT carts') }).end();
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.deepEqual(batches(tracing), [['SELECT carts', 'root']]);
    });
  });

  describe('beforeSendSpan', () => {
    it('sees every span, roots included, with all that leaves', async () => {
      const seen: SpanJson[] = [];
      const tracing = streaming({
        beforeSendSpan(span) {
          seen.push({ ...span });
          return span;
        },
      });
      const root = tracing.start('root');
      const attributes = {
        'db.system.name': 'mysql',
        'db.query.text': 'select 1',
        'db.query.summary': 'SELECT',
      };
      tracing.start('query', root, { attributes }).end();
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      const told = seen.map(({ name, description, is_segment, op }) => ({
        name,
        description,
        is_segment,
        op,
      }));
      assert.deepEqual(told, [
        { name: 'root', description: 'root', is_segment: true, op: undefined },
        { name: 'SELECT', description: 'select 1', is_segment: false, op: 'db' },
      ]);
      assert.ok(seen.every(({ data }) => data['sentry.segment.name'] === 'root'));
    });

    it('changes names, attributes, status and measurements', async () => {
      const tracing = streaming({
        beforeSendSpan: span => ({
          ...span,
          description: 'renamed',
          status: 'internal_error',
          data: { secret: '[gone]' },
          measurements: { size: { value: 2, unit: 'byte' } },
        }),
      });
      tracing.start('root', undefined, { attributes: { secret: 'x' } }).end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      const span = spanNamed(tracing, 'renamed');
      assert.equal(span.status, 'error');
      assert.deepEqual(span.attributes, {
        secret: { type: 'string', value: '[gone]' },
        size: { type: 'double', value: 2, unit: 'byte' },
        'sentry.status.message': { type: 'string', value: 'internal_error' },
      });
    });

    it('drops spans, whose children move up, now and later', async () => {
      const tracing = streaming({ beforeSendSpan: span => (span.description === 'drop' ? null : span) });
      const root = tracing.start('root');
      const dropped = tracing.start('drop', root);
      tracing.start('now', dropped).end();
      const later = tracing.start('later', dropped);
      dropped.end();
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      later.end();
      await tracing.pass(AFTER_WAIT_MILLIS);
      assert.deepEqual(lineage(tracing), { now: 'root', later: 'root', root: 'none' });
      assert.deepEqual(tracing.losses(), { 'before_send/span': 1 });
    });

    it('drops a root without what is below it', async () => {
      const tracing = streaming({ beforeSendSpan: span => (span.is_segment ? null : span) });
      const root = tracing.start('root');
      tracing.start('child', root).end();
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.deepEqual(lineage(tracing), { child: 'none' });
      assert.equal(valueOf(spanNamed(tracing, 'child'), 'sentry.segment.name'), 'root');
    });

    it('has no say when it fails', async () => {
      const tracing = streaming({
        beforeSendSpan(span) {
          span.data = { half: 'done' };
          throw new Error('hook');
        },
      });
      tracing.start('root', undefined, { attributes: { a: 1 } }).end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.deepEqual(spanNamed(tracing, 'root').attributes['a'], { type: 'integer', value: 1 });
      assert.deepEqual(tracing.losses(), {});
    });

    it('has no say about a span when it puts into it what JSON cannot hold', async () => {
      const tracing = streaming({
        beforeSendSpan(span) {
          const circle: Record<string, unknown> = {};
          circle['self'] = circle;
          if (span.description === 'bad') Reflect.set(span.data, 'circle', circle);
          return span;
        },
      });
      const root = tracing.start('root');
      tracing.start('bad', root).end();
      root.end();
      await tracing.pass(AFTER_SEGMENT_MILLIS);
      assert.deepEqual(batches(tracing), [['bad', 'root']]);
      assert.deepEqual(tracing.losses(), {});
    });
  });

  it('never calls beforeSendTransaction', async () => {
    const tracing = streaming({ beforeSendTransaction: () => assert.fail('called') });
    tracing.start('root').end();
    await tracing.pass(AFTER_SEGMENT_MILLIS);
    assert.deepEqual(batches(tracing), [['root']]);
  });
});
