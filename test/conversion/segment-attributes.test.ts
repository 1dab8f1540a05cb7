import assert from 'node:assert/strict';
import { addSegmentAttributes, inheritedAttributes } from '../../src/conversion/segment-attributes.js';
import { toTransaction } from '../../src/conversion/transaction.js';
import type { JsonObject, TransactionEvent } from '../../src/protocol/transaction.js';
import { buildSpan, buildTree } from '../support/spans.js';
import { conversionSettings } from './settings.js';

/** A transaction without anything to say, but for what a test wants. */
function eventWith(special: Partial<TransactionEvent>, contexts: Record<string, JsonObject> = {}) {
  const tree = buildTree(buildSpan());
  const event = toTransaction(tree, { eventId: 'e'.repeat(32), settings: conversionSettings() }, assert.fail);
  assert.ok(event);
  return { ...event, contexts: { trace: event.contexts.trace, ...contexts }, ...special };
}

function attributesOf(event: TransactionEvent, own: JsonObject = {}): JsonObject {
  const data = { ...own };
  addSegmentAttributes(data, event);
  return data;
}

describe('addSegmentAttributes', () => {
  it('adds nothing when nothing is known', () => assert.deepEqual(attributesOf(eventWith({})), {}));

  const contexts: readonly (readonly [context: string, field: string, attributes: readonly string[]])[] = [
    ['runtime', 'name', ['process.runtime.name', 'process.runtime.engine.name']],
    ['runtime', 'version', ['process.runtime.version', 'process.runtime.engine.version']],
    ['os', 'name', ['os.name']],
    ['os', 'version', ['os.version']],
    ['os', 'kernel_version', ['os.kernel_version']],
    ['os', 'build', ['os.build']],
    ['os', 'raw_description', ['os.description']],
    ['device', 'memory_size', ['device.memory_size']],
    ['device', 'processor_count', ['device.processor_count']],
    ['device', 'cpu_description', ['device.cpu_description']],
    ['device', 'processor_frequency', ['device.processor_frequency']],
    ['device', 'boot_time', ['device.boot_time']],
    ['app', 'app_start_time', ['app.start_time']],
  ];
  for (const [context, field, names] of contexts) {
    it(`says ${field} of ${context} as ${names.join(' and ')}`, () => {
      assert.deepEqual(
        attributesOf(eventWith({}, { [context]: { [field]: 'x' } })),
        Object.fromEntries(names.map(name => [name, 'x'])),
      );
    });
  }

  it('says the architecture as a list', () => {
    assert.deepEqual(attributesOf(eventWith({}, { device: { arch: 'arm64' } })), {
      'device.archs': ['arm64'],
    });
  });

  it('says what is known of cloud and resource under its own names', () => {
    const event = eventWith(
      {},
      { cloud_resource: { 'cloud.region': 'eu' }, otel: { resource: { team: 'a' } } },
    );
    assert.deepEqual(attributesOf(event), { 'cloud.region': 'eu', team: 'a' });
  });

  it('passes over a resource that is none', () => {
    for (const resource of ['text', ['a'], null, 7]) {
      assert.deepEqual(attributesOf(eventWith({}, { otel: { resource } })), {});
    }
  });

  it('says where it ran and what was asked for', () => {
    const request = { method: 'GET', url: 'https://h/a', query_string: 'b=c' };
    assert.deepEqual(attributesOf(eventWith({ server_name: 'host-1', request })), {
      'host.name': 'host-1',
      'http.request.method': 'GET',
      'url.full': 'https://h/a',
      'url.query': 'b=c',
    });
  });

  it('does without a URL', () => {
    assert.deepEqual(attributesOf(eventWith({ request: { method: 'GET' } })), {
      'http.request.method': 'GET',
    });
  });

  it('does not take a path for a URL', () => {
    assert.deepEqual(attributesOf(eventWith({ request: { method: 'GET', url: '/a' } })), {
      'http.request.method': 'GET',
    });
  });

  it('keeps what the segment says itself', () => {
    const event = eventWith({ server_name: 'host-1' }, { os: { name: 'Linux' } });
    assert.deepEqual(attributesOf(event, { 'os.name': 'mine', 'host.name': 'too' }), {
      'os.name': 'mine',
      'host.name': 'too',
    });
  });
});

describe('inheritedAttributes', () => {
  it('are none without a user and tags', () => assert.deepEqual(inheritedAttributes(eventWith({})), {}));

  it('say who the user is, what is known of it besides, and the tags', () => {
    const user = {
      id: '7',
      email: 'a@b.c',
      username: 'bob',
      name: 'Bob B',
      ip_address: '198.51.100.4',
      data: { 'user.roles': ['admin'] },
    };
    assert.deepEqual(inheritedAttributes(eventWith({ user, tags: { plan: 'free' } })), {
      'user.id': '7',
      'user.email': 'a@b.c',
      'user.name': 'bob',
      'user.full_name': 'Bob B',
      'user.ip_address': '198.51.100.4',
      'user.roles': ['admin'],
      plan: 'free',
    });
  });
});
