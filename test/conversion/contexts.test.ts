import assert from 'node:assert/strict';
import { eventContexts, type ContextSources } from '../../src/conversion/contexts.js';
import { resourceContexts } from '../../src/conversion/resource-contexts.js';
import type { JsonObject, TraceContext } from '../../src/protocol/transaction.js';

interface Sources extends Partial<ContextSources> {
  readonly resource?: JsonObject;
  readonly data?: JsonObject;
  readonly staticContexts?: Readonly<Record<string, JsonObject>>;
}

function contextsOf({ resource = {}, staticContexts = {}, data = {}, ...sources }: Sources) {
  const shared = resourceContexts(resource, staticContexts);
  const root: TraceContext = { trace_id: 'x', span_id: 'y', status: 'ok', origin: 'manual', data };
  const { trace, ...contexts } = eventContexts({ attributes: {}, trace: root, shared, ...sources });
  assert.equal(trace, root);
  return contexts;
}

const ofResource = (resource: JsonObject, staticContexts: Readonly<Record<string, JsonObject>> = {}) => {
  const { otel: _, ...contexts } = contextsOf({ resource, staticContexts });
  return contexts;
};

describe('eventContexts', () => {
  it('has the resource, lists as they are', () => {
    const resource = { 'service.name': 'shop', list: ['a', 'b'] };
    assert.deepEqual(contextsOf({ resource })['otel'], { resource });
  });

  describe('from the resource', () => {
    const rows: readonly (readonly [JsonObject, Record<string, JsonObject>])[] = [
      [{ 'service.name': 'shop', 'service.version': '1' }, { app: { app_name: 'shop', app_version: '1' } }],
      [
        { 'process.creation.time': '2026-01-01T00:00:00Z' },
        { app: { app_start_time: '2026-01-01T00:00:00Z' } },
      ],
      [
        { 'process.runtime.name': 'nodejs', 'process.runtime.version': '20.1.0' },
        { runtime: { name: 'node', version: 'v20.1.0' } },
      ],
      [
        { 'process.runtime.name': 'node', 'process.runtime.version': '22.10.1' },
        { runtime: { name: 'node', version: 'v22.10.1' } },
      ],
      [
        { 'process.runtime.name': 'nodejs', 'process.runtime.version': 'v22.10.1' },
        { runtime: { name: 'node', version: 'v22.10.1' } },
      ],
      [
        { 'process.runtime.name': 'nodejs', 'process.runtime.version': 22 },
        { runtime: { name: 'node', version: 22 } },
      ],
      [
        { 'process.runtime.name': 'bun', 'process.runtime.version': '1.1' },
        { runtime: { name: 'bun', version: '1.1' } },
      ],
      [{ 'os.type': 'linux', 'os.version': '5.15' }, { os: { name: 'linux', kernel_version: '5.15' } }],
      [
        {
          'os.type': 'linux',
          'os.name': 'Ubuntu',
          'os.version': '22.04',
          'os.build_id': 'b',
          'os.description': 'd',
        },
        { os: { name: 'Ubuntu', version: '22.04', build: 'b', raw_description: 'd' } },
      ],
      [
        { 'host.arch': 'arm64', 'host.cpu.model.name': 'M1' },
        { device: { arch: 'arm64', cpu_description: 'M1' } },
      ],
      [
        { 'cloud.provider': 'aws', 'cloud.region': 'eu', 'host.id': 'i-1' },
        { cloud_resource: { 'cloud.provider': 'aws', 'cloud.region': 'eu', 'host.id': 'i-1' } },
      ],
      [{ 'host.id': 'i-1' }, {}],
    ];
    for (const [resource, contexts] of rows) {
      it(`are ${JSON.stringify(contexts)} for ${JSON.stringify(resource)}`, () => {
        assert.deepEqual(ofResource(resource), contexts);
      });
    }

    it('are laid over what is known from outside', () => {
      const outside = {
        os: { name: 'Ubuntu', version: '22.04' },
        app: { app_memory: 5 },
        culture: { locale: 'en' },
      };
      assert.deepEqual(
        ofResource({ 'os.type': 'linux', 'os.version': '5.15', 'service.name': 'shop' }, outside),
        {
          os: { name: 'Ubuntu', version: '22.04', kernel_version: '5.15' },
          app: { app_memory: 5, app_name: 'shop' },
          culture: { locale: 'en' },
        },
      );
    });
  });

  it('leaves what events share as it is', () => {
    const shared = { app: { app_memory: 5 } };
    const contexts = contextsOf({ shared, data: { 'sentry.context.app.build': 7 } });
    assert.deepEqual([contexts['app'], shared], [{ app_memory: 5, build: 7 }, { app: { app_memory: 5 } }]);
  });

  describe('response', () => {
    const response = (attributes: JsonObject, data: JsonObject = {}) =>
      contextsOf({ attributes, data })['response'];

    it('has the status code, as a number', () => {
      assert.deepEqual(response({ 'http.response.status_code': 418 }), { status_code: 418 });
      assert.deepEqual(response({ 'http.status_code': '204' }), { status_code: 204 });
    });

    it('has size and headers', () => {
      const attributes = { 'http.response.status_code': 200, 'http.response.body.size': 2048 };
      const data = {
        'http.response.header.content_type': ['text/html'],
        'http.request.header.accept': ['x'],
      };
      assert.deepEqual(response(attributes, data), {
        status_code: 200,
        body_size: 2048,
        headers: { 'content-type': 'text/html' },
      });
      assert.deepEqual(response({ 'http.status_code': 200, 'http.response_content_length': '7' }), {
        status_code: 200,
        body_size: 7,
      });
    });

    for (const [size, context] of [
      [0, { status_code: 200, body_size: 0 }],
      [-1, { status_code: 200 }],
    ] as const) {
      it(`is ${JSON.stringify(context)} for a body of ${size} bytes`, () => {
        assert.deepEqual(response({ 'http.status_code': 200, 'http.response.body.size': size }), context);
      });
    }

    it('is absent without a valid code', () => {
      assert.equal(response({}), undefined);
      assert.equal(response({ 'http.response.status_code': 0, 'http.response.body.size': 1 }), undefined);
    });
  });

  describe('profile', () => {
    const profile = (attributes: JsonObject) => contextsOf({ attributes })['profile'];
    const id = 'ffeeddccbbaa99887766554433221100';

    it('has the ids, by either name', () => {
      assert.deepEqual(profile({ profiler_id: id }), { profiler_id: id });
      assert.deepEqual(profile({ 'sentry.profiler_id': id, profiler_id: 'x' }), { profiler_id: id });
      assert.deepEqual(profile({ profile_id: id }), { profile_id: id });
      assert.deepEqual(profile({ 'sentry.profile_id': id }), { profile_id: id });
    });

    it('is absent without a valid id', () => {
      assert.equal(profile({}), undefined);
      assert.equal(profile({ profiler_id: 'abc' }), undefined);
    });
  });

  describe('of the application', () => {
    it('come from sentry.context attributes', () => {
      const data = {
        'sentry.context.cart.items': 3,
        'sentry.context.cart.total.net': 9,
        'sentry.context.flags.new': true,
      };
      const { otel: _, ...contexts } = contextsOf({ data });
      assert.deepEqual(contexts, { cart: { items: 3, 'total.net': 9 }, flags: { new: true } });
    });

    it('may add to known ones', () => {
      const contexts = contextsOf({
        data: { 'sentry.context.app.build': 7 },
        resource: { 'service.name': 'shop' },
      });
      assert.deepEqual(contexts['app'], { app_name: 'shop', build: 7 });
    });

    it('cannot replace the trace, nor be nameless', () => {
      const data = {
        'sentry.context.trace.trace_id': 'x',
        'sentry.context.otel.resource': 'x',
        'sentry.context.a': 1,
        'sentry.context..b': 1,
        'sentry.context.__proto__.c': 1,
      };
      assert.deepEqual(contextsOf({ data }), { otel: { resource: {} } });
    });
  });
});
