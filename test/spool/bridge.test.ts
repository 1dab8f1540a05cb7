import assert from 'node:assert/strict';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SpanKind } from '@opentelemetry/api';
import { NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import { createSentryBridge, type SentryBridge, type Transport } from '../../src/index.js';
import { parseEnvelope, jsonOf } from '../support/parse-envelope.js';
import { LIFECYCLES } from '../support/lifecycles.js';
import { fieldsOf, listOf } from '../support/vectors/narrow.js';
import { until } from '../support/spooling.js';
import { checkWire } from '../support/wire-problems.js';

const DSN = 'https://8f3c1d2e4b5a69788796a5b4c3d2e1f0@o1.ingest.example.com:8443/sub/42';

for (const traceLifecycle of LIFECYCLES) {
  describe(`createSentryBridge with spool (${traceLifecycle})`, () => {
    let directory: string;

    beforeEach(async () => void (directory = await mkdtemp(join(tmpdir(), 'spool-bridge-'))));
    afterEach(() => rm(directory, { recursive: true, force: true }));

    function start(transport: Transport, dsn = DSN): { bridge: SentryBridge; trace: (name: string) => void } {
      const bridge = createSentryBridge({
        dsn,
        tracesSampleRate: 1,
        transport,
        spool: { directory },
        lateSpanGraceMillis: 0,
        traceLifecycle,
      });
      const provider = new NodeTracerProvider({
        sampler: bridge.sampler,
        spanProcessors: [bridge.spanProcessor],
      });
      const tracer = provider.getTracer('test');
      return { bridge, trace: name => tracer.startSpan(name, { kind: SpanKind.SERVER }).end() };
    }

    const down: Transport = { send: () => Promise.reject(new Error('down')) };

    it('keeps what could not be sent across bridges, in a folder for the project', async () => {
      const first = start(down);
      first.trace('GET /one');
      assert.equal(await first.bridge.flush(), true);
      const spool = first.bridge.diagnose().delivery?.spool;
      assert.equal(spool?.directory, join(directory, 'o1.ingest.example.com-8443-sub-42'));
      assert.deepEqual([spool?.isOwner, spool?.items], [true, 1]);
      assert.deepEqual(first.bridge.diagnose().losses, []);
      await first.bridge.close();

      const names: unknown[] = [];
      let calls = 0;
      const second = start({
        send(bytes) {
          if (calls++ === 0) return Promise.reject(new Error('down'));
          const envelope = parseEnvelope(bytes);
          checkWire(envelope);
          const [item] = envelope.items;
          names.push(item && nameOf(jsonOf(item)));
          return Promise.resolve({ statusCode: 200 });
        },
      });
      second.trace('GET /two');
      await second.bridge.flush();
      second.trace('GET /three');
      await until(() => names.length === 3);
      assert.deepEqual(names, ['GET /three', 'GET /one', 'GET /two']);
      await until(() => second.bridge.diagnose().delivery?.spool?.items === 0);
      await second.bridge.close();
    });

    it('never sends to one project what is for another', async () => {
      const first = start(down);
      first.trace('GET /one');
      await first.bridge.close();
      const other = start(down, DSN.replace('/42', '/43'));
      other.trace('GET /two');
      await other.bridge.flush();
      assert.equal(other.bridge.diagnose().delivery?.spool?.items, 1);
      await other.bridge.close();
      assert.equal((await readdir(directory)).length, 2);
    });

    it('refuses a file in place of the directory, and below one', async () => {
      const file = join(directory, 'file');
      await writeFile(file, '');
      for (const path of [file, join(file, 'below')]) {
        assert.throws(() => createSentryBridge({ dsn: DSN, spool: { directory: path } }), {
          name: 'TypeError',
          message: `spool.directory must be a folder, or a path without anything, got "${path}", a file`,
        });
      }
    });

    it('has no spool without the option', async () => {
      const bridge = createSentryBridge({ dsn: DSN, tracesSampleRate: 1, transport: down });
      assert.ok(!('spool' in (bridge.diagnose().delivery ?? {})));
      await bridge.close();
    });
  });
}

/** Of a transaction, or of the one span in a container. */
function nameOf(payload: unknown): unknown {
  const { transaction, items } = fieldsOf(payload);
  return transaction ?? fieldsOf(listOf(items)[0])['name'];
}
