import assert from 'node:assert/strict';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { ResourceGate } from '../../src/otel/resource-gate.js';
import type { Resource } from '../../src/otel/types.js';
import { FakeClock, settle } from '../support/fake-clock.js';
import { RecordedLog } from '../support/recorded-log.js';

const TIMEOUT_MILLIS = 5000;
const MAX_WAITING_SPANS = 10_000;

/** A resource whose detectors are done when the test says so. */
class PendingResource implements Resource {
  readonly attributes = {};
  asyncAttributesPending: boolean | undefined = true;
  waits = 0;
  resolve: () => void = () => {};
  reject: (error: Error) => void = () => {};
  readonly #done = new Promise<void>((resolve, reject) => {
    this.resolve = resolve;
    this.reject = reject;
  });

  waitForAsyncAttributes(): Promise<void> {
    this.waits++;
    return this.#done;
  }
}

describe('ResourceGate', () => {
  let clock: FakeClock;
  let gate: ResourceGate;
  let passed: string[];

  beforeEach(() => {
    clock = new FakeClock();
    gate = new ResourceGate(clock);
    passed = [];
  });

  function pass(resource: Resource | undefined, name: string, spans = 1): void {
    gate.pass(resource, spans, () => passed.push(name));
  }

  for (const pending of [false, undefined]) {
    it(`lets through at once when the resource is complete: ${pending}`, () => {
      pass({ attributes: {}, asyncAttributesPending: pending }, 'a');
      assert.deepEqual(passed, ['a']);
      assert.equal(clock.pendingTimers, 0);
    });
  }

  it('holds back until the detectors are done', async () => {
    const resource = new PendingResource();
    pass(resource, 'a');
    pass(resource, 'b');
    await settle();
    assert.deepEqual(passed, []);
    resource.resolve();
    await settle();
    assert.deepEqual(passed, ['a', 'b']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('lets through at once when there is no resource', () => {
    pass(undefined, 'a');
    assert.deepEqual(passed, ['a']);
  });

  it('lets through when a detector fails, and says so', async () => {
    const log = new RecordedLog();
    try {
      const resource = new PendingResource();
      pass(resource, 'a');
      resource.reject(new Error('broken'));
      await settle();
      assert.deepEqual(passed, ['a']);
      assert.match(log.lines.join(), /^warn: .*broken/);
    } finally {
      log.stop();
    }
  });

  it('lets through when a detector throws', async () => {
    const log = new RecordedLog();
    try {
      const throwing = () => {
        throw new Error('broken');
      };
      pass({ attributes: {}, asyncAttributesPending: true, waitForAsyncAttributes: throwing }, 'a');
      await settle();
      assert.deepEqual(passed, ['a']);
    } finally {
      log.stop();
    }
  });

  it('waits for the resources of the SDK', async () => {
    const resource = resourceFromAttributes({ 'host.name': Promise.resolve('web-1') });
    gate.pass(resource, 1, () => passed.push(String(resource.attributes['host.name'])));
    assert.deepEqual(passed, []);
    await settle();
    assert.deepEqual(passed, ['web-1']);
  });

  it('lets through without the detectors after five seconds, once', async () => {
    const resource = new PendingResource();
    pass(resource, 'a');
    clock.advance(TIMEOUT_MILLIS - 1);
    assert.deepEqual(passed, []);
    clock.advance(1);
    assert.deepEqual(passed, ['a']);
    resource.resolve();
    await settle();
    assert.deepEqual(passed, ['a']);
  });

  it('waits for a resource in vain only once', () => {
    const resource = new PendingResource();
    pass(resource, 'a');
    clock.advance(TIMEOUT_MILLIS);
    pass(resource, 'b');
    assert.deepEqual(passed, ['a', 'b']);
    assert.equal(clock.pendingTimers, 0);
    pass(new PendingResource(), 'c');
    assert.deepEqual(passed, ['a', 'b']);
  });

  it('does not wait long for a resource that cannot be waited for', async () => {
    pass({ attributes: {}, asyncAttributesPending: true }, 'a');
    await settle();
    assert.deepEqual(passed, ['a']);
    assert.equal(clock.pendingTimers, 0);
  });

  it('waits for each resource by itself', async () => {
    const [first, second] = [new PendingResource(), new PendingResource()];
    pass(first, 'a');
    pass(second, 'b');
    second.resolve();
    await settle();
    assert.deepEqual(passed, ['b']);
    first.resolve();
    await settle();
    assert.deepEqual(passed, ['b', 'a']);
  });

  it('counts the spans it holds back', async () => {
    const [first, second] = [new PendingResource(), new PendingResource()];
    assert.equal(gate.waitingSpans, 0);
    pass(first, 'a', 3);
    pass(second, 'b', 4);
    pass({ attributes: {} }, 'c', 5);
    assert.equal(gate.waitingSpans, 7);
    first.resolve();
    await settle();
    assert.equal(gate.waitingSpans, 4);
    clock.advance(TIMEOUT_MILLIS);
    assert.equal(gate.waitingSpans, 0);
  });

  it('holds back no more than ten thousand spans', async () => {
    const resource = new PendingResource();
    for (let index = 0; index < 10; index++) pass(resource, 'held', MAX_WAITING_SPANS / 10);
    assert.equal(passed.length, 0);
    pass(resource, 'one too many');
    assert.deepEqual(passed, ['one too many']);
    assert.equal(gate.waitingSpans, MAX_WAITING_SPANS);
    resource.resolve();
    await settle();
    assert.equal(passed.length, 11);
  });

  it('takes what passes it while it lets others through', async () => {
    const [first, second] = [new PendingResource(), new PendingResource()];
    gate.pass(first, 1, () => pass(second, 'inner'));
    first.resolve();
    await settle();
    assert.deepEqual(passed, []);
    second.resolve();
    await settle();
    assert.deepEqual(passed, ['inner']);
  });

  describe('open', () => {
    it('resolves at once when nothing is held back', async () => {
      await gate.open(TIMEOUT_MILLIS);
      assert.equal(clock.pendingTimers, 0);
    });

    it('waits for what is held back', async () => {
      const [first, second] = [new PendingResource(), new PendingResource()];
      pass(first, 'a');
      pass(second, 'b');
      let isOpen = false;
      const opening = gate.open(TIMEOUT_MILLIS).then(() => (isOpen = true));
      first.resolve();
      await settle();
      assert.deepEqual([passed, isOpen], [['a'], false]);
      second.resolve();
      await opening;
      assert.deepEqual(passed, ['a', 'b']);
      assert.equal(clock.pendingTimers, 0);
    });

    it('lets everything through when it takes too long', async () => {
      const resource = new PendingResource();
      pass(resource, 'a');
      pass(resource, 'b');
      const opening = gate.open(100);
      clock.advance(99);
      await settle();
      assert.deepEqual(passed, []);
      clock.advance(1);
      await opening;
      assert.deepEqual(passed, ['a', 'b']);
      assert.equal(clock.pendingTimers, 0);
      resource.resolve();
      await settle();
      assert.deepEqual(passed, ['a', 'b']);
    });

    it('can be asked by several at a time', async () => {
      const resource = new PendingResource();
      pass(resource, 'a');
      const openings = [gate.open(TIMEOUT_MILLIS), gate.open(TIMEOUT_MILLIS), gate.open(50)];
      resource.resolve();
      await Promise.all(openings);
      assert.deepEqual(passed, ['a']);
      assert.equal(clock.pendingTimers, 0);
    });

    it('can be asked again', async () => {
      const [first, second] = [new PendingResource(), new PendingResource()];
      pass(first, 'a');
      first.resolve();
      await gate.open(TIMEOUT_MILLIS);
      pass(second, 'b');
      const opening = gate.open(TIMEOUT_MILLIS);
      second.resolve();
      await opening;
      assert.deepEqual(passed, ['a', 'b']);
    });

    it('lets through at once when it may not wait', async () => {
      pass(new PendingResource(), 'a');
      const opening = gate.open(0);
      clock.advance(0);
      await opening;
      assert.deepEqual(passed, ['a']);
    });
  });
});
