import assert from 'node:assert/strict';
import { context, type TextMapPropagator } from '@opentelemetry/api';
import { linkSentrySdk } from '../../src/link.js';
import { isTracingSuppressed } from '../../src/otel/suppress-tracing.js';
import { RecordedLog } from '../support/recorded-log.js';
import { FakeSdk } from './support/fake-sdk.js';
import { Linked, useContext } from './support/linked.js';

const broken: TextMapPropagator = {
  inject() {
    throw new Error('broken propagator');
  },
  extract: from => from,
  fields: () => [],
};

describe('linkSentrySdk', () => {
  useContext();

  it('lets the SDK send without being traced', () => {
    const linked = new Linked();
    const seen: boolean[] = [];
    linked.sdk.onSend = () => seen.push(isTracingSuppressed(context.active()));
    linked.span('work', () => linked.sdk.captureCheckIn('nightly'));
    assert.deepEqual(seen, [true]);
    assert.equal(linked.sdk.transportCalls.length, 1);
  });

  it('does not throw into an SDK that is unlike any it knows', () => {
    const log = new RecordedLog();
    const trap = new Proxy(
      {},
      {
        get: () => {
          throw new Error('trap');
        },
      },
    );
    const integration = linkSentrySdk();
    const linked = new Linked();
    for (const thing of [undefined, null, 'text', 7, {}, [], Object.freeze({}), trap]) {
      linked.span('work', () => {
        integration.setup(thing);
        integration.afterAllSetup(thing);
        integration.preprocessEvent(thing, thing, thing);
        assert.equal(integration.processEvent(thing, thing), thing);
      });
    }
    log.stop();
  });

  it('does not throw for envelopes and logs of unknown shape', () => {
    const sdk = new FakeSdk();
    const listeners: ((...args: unknown[]) => unknown)[] = [];
    const client = {
      on: (_hook: string, listener: (...args: unknown[]) => unknown) => listeners.push(listener),
      getDsn: () => sdk.getDsn(),
    };
    linkSentrySdk().setup(client);
    const shapes = [
      undefined,
      null,
      {},
      [],
      [{}],
      [{}, 'items'],
      [{}, [null, [], [{}], [{ type: 'log' }], [{ type: 'log' }, { items: [null, 1, {}] }]]],
      [{}, [[{ type: 'log' }, { items: 'all' }]]],
      { attributes: 'none' },
    ];
    assert.ok(listeners.length > 0);
    new Linked().span('work', () => {
      for (const listener of listeners) for (const shape of shapes) listener(shape);
    });
  });

  it('lets an error pass when its trace cannot be found', async () => {
    const log = new RecordedLog();
    const sdk = new FakeSdk().install(linkSentrySdk({ propagator: broken }));
    const { event } = await new Linked().span('work', () => sdk.capture({ message: 'seen' }));
    assert.equal(event['message'], 'seen');
    assert.deepEqual(
      log.lines.filter(line => line.startsWith('error')),
      ['error: linking an error failed: Error: broken propagator'],
    );
    log.stop();
  });

  it('has methods of its own, so that a copy works as well', async () => {
    const linked = new Linked();
    const sdk = new FakeSdk().install({ ...linkSentrySdk(linked.tracing) });
    const { event } = await linked.span('work', () => sdk.capture({ message: 'seen' }));
    assert.equal(event['transaction'], 'work');
  });
});
