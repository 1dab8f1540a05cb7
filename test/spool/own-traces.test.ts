import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { isTracingSuppressed } from '../../src/otel/suppress-tracing.js';
import { FakeClock } from '../support/fake-clock.js';
import { outgoingTransaction } from '../support/outgoing.js';
import { passUntil, Spooling } from '../support/spooling.js';

const REQUEST = createContextKey('the request that happens to be served');

/** Its timers run in the context they were set in, as those of Node do. */
class ContextKeepingClock extends FakeClock {
  override setTimer(callback: () => void, delayMillis: number): () => void {
    return super.setTimer(context.bind(context.active(), callback), delayMillis);
  }
}

describe('what the spool does', () => {
  let spooling: Spooling;

  beforeEach(async () => {
    spooling = await Spooling.create();
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });
  afterEach(async () => {
    context.disable();
    await spooling.cleanUp();
  });

  it('is not traced and belongs to no request: files, timers and what is sent later', async () => {
    const contexts: ReturnType<typeof context.active>[] = [];
    const request = ROOT_CONTEXT.setValue(REQUEST, true);
    const spooled = context.with(request, () =>
      spooling.start({
        react: ({ fail }, index) => (index === 0 ? fail(new Error('down')) : 200),
        settings: { clock: new ContextKeepingClock() },
      }),
    );
    const { delivery, disk, transport, spool } = spooled;
    disk.hold = () => {
      contexts.push(context.active());
      return undefined;
    };
    await context.with(request, () => delivery.send(outgoingTransaction()));
    await passUntil(spooled, () => transport.calls.length === 2);
    await passUntil(spooled, () => spool().items === 0);
    await context.with(request, () => delivery.close(1000));
    contexts.push(...transport.calls.map(call => call.context));
    assert.ok(contexts.length > 10);
    for (const each of contexts) {
      assert.ok(isTracingSuppressed(each));
      assert.equal(each.getValue(REQUEST), undefined);
    }
  });
});

describe('src/spool', () => {
  const folder = new URL('../../src/spool/', import.meta.url);
  for (const file of readdirSync(folder)) {
    it(`${file} loads no module of Node before there is something to do`, () => {
      const lines = readFileSync(new URL(file, folder), 'utf8').split('\n');
      for (const line of lines.filter(line => /['"]node:/.test(line))) {
        assert.match(line, /^import type |\b(await|return) import\(|getBuiltinModule/);
      }
    });
  }
});
