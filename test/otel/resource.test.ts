import assert from 'node:assert/strict';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { knownAttributes } from '../../src/otel/resource.js';
import { RecordedLog } from '../support/recorded-log.js';

const later = new Promise<string>(() => {});

describe('knownAttributes', () => {
  it('is nothing without a resource', () => assert.deepEqual(knownAttributes(undefined), {}));

  it('is all attributes of a complete resource, of every type', () => {
    const attributes = { 'service.name': 'shop', 'process.pid': 7, tags: ['a'], ok: true };
    assert.deepEqual({ ...knownAttributes(resourceFromAttributes(attributes)) }, attributes);
  });

  it('is all attributes of a resource of another make', () => {
    const attributes = { 'service.name': 'shop' };
    assert.equal(knownAttributes({ attributes }), attributes);
    assert.equal(knownAttributes({ attributes, asyncAttributesPending: false }), attributes);
  });

  describe('while detectors are at work', () => {
    const pending = resourceFromAttributes({ 'service.name': 'shop', 'host.name': later, 'process.pid': 7 });

    it('is the text that is known', () =>
      assert.deepEqual(knownAttributes(pending), { 'service.name': 'shop' }));

    it('does not have the SDK report an error', () => {
      const log = new RecordedLog();
      try {
        knownAttributes(pending);
        assert.deepEqual(log.lines, []);
      } finally {
        log.stop();
      }
    });

    it('prefers what the SDK will prefer', () => {
      const merged = resourceFromAttributes({ 'service.name': 'first', 'host.name': later }).merge(
        resourceFromAttributes({ 'service.name': 'second' }),
      );
      assert.equal(knownAttributes(merged)['service.name'], 'second');
    });

    it('is everything once they are done', async () => {
      const resource = resourceFromAttributes({
        'service.name': 'shop',
        'host.name': Promise.resolve('web-1'),
      });
      assert.deepEqual(knownAttributes(resource), { 'service.name': 'shop' });
      await resource.waitForAsyncAttributes?.();
      assert.deepEqual({ ...knownAttributes(resource) }, { 'service.name': 'shop', 'host.name': 'web-1' });
    });

    it('is everything but what a detector failed to find', async () => {
      const resource = resourceFromAttributes({ a: 'x', b: Promise.reject(new Error('broken')) });
      await resource.waitForAsyncAttributes?.();
      assert.deepEqual({ ...knownAttributes(resource) }, { a: 'x' });
    });

    for (const resource of [
      { attributes: { a: 'x' }, asyncAttributesPending: true },
      { attributes: { a: 'x' }, asyncAttributesPending: true, getRawAttributes: 'none' },
    ]) {
      it(`is nothing for a resource that cannot be asked, with ${Object.keys(resource).length} members`, () => {
        assert.deepEqual(knownAttributes(resource), {});
      });
    }
  });
});
