import assert from 'node:assert/strict';
import * as resources from '@opentelemetry/resources';
import { createResource, resourceAttributesFromEnv } from '../../../src/register/sdk/resource-from-env.js';
import { RecordedLog } from '../../support/recorded-log.js';

const CASES: readonly [variables: Record<string, string>, attributes: Record<string, string>][] = [
  [{}, {}],
  [{ OTEL_SERVICE_NAME: 'shop' }, { 'service.name': 'shop' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=1,b=2' }, { a: '1', b: '2' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: ' a = 1 , b="2" ,' }, { a: '1', b: '2' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=x%2Cy%3Dz%20' }, { a: 'x,y=z ' }],
  [{ OTEL_RESOURCE_ATTRIBUTES: 'a=1=2,empty=' }, { a: '1=2', empty: '' }],
  [
    { OTEL_SERVICE_NAME: 'shop', OTEL_RESOURCE_ATTRIBUTES: 'service.name=x,a=1' },
    { 'service.name': 'shop', a: '1' },
  ],
];

describe('resourceAttributesFromEnv', () => {
  for (const [variables, attributes] of CASES) {
    it(`reads ${JSON.stringify(variables)}`, () => {
      assert.deepEqual(resourceAttributesFromEnv(variables), attributes);
    });
  }

  for (const text of ['novalue', 'a=1,b', 'a=%zz', '=1']) {
    it(`ignores all of ${JSON.stringify(text)} and says so`, () => {
      const log = new RecordedLog();
      try {
        assert.deepEqual(resourceAttributesFromEnv({ OTEL_RESOURCE_ATTRIBUTES: text }), {});
        assert.equal(log.lines.length, 1);
        assert.match(log.lines[0] ?? '', /^warn: OTEL_RESOURCE_ATTRIBUTES is ignored/);
      } finally {
        log.stop();
      }
    });
  }
});

describe('createResource', () => {
  it('adds to what the SDK says of itself', () => {
    const resource = createResource(resources, { OTEL_SERVICE_NAME: 'shop' });
    assert.ok(typeof resource === 'object' && resource !== null && 'attributes' in resource);
    const attributes = Object.entries(Object(resource.attributes));
    assert.ok(attributes.some(([key, value]) => key === 'service.name' && value === 'shop'));
    assert.ok(attributes.some(([key]) => key === 'telemetry.sdk.name'));
  });

  it('makes none without the package', () => {
    assert.equal(createResource(undefined, { OTEL_SERVICE_NAME: 'shop' }), undefined);
  });
});
