import assert from 'node:assert/strict';
import { FakeSentry } from '../support/fake-sentry.js';
import { ForwardProxy } from '../support/forward-proxy.js';
import { TLS_CERTIFICATE } from '../support/tls-certificate.js';
import { acceptedIds, assertExact, lossesOf, reported, sumsOf } from './support/accounts.js';
import { Application } from './support/application.js';

const BURST = 60;
/** Requests at the same time. */
const CONCURRENCY = 30;

describe('a proxy that dies in the middle of requests', function () {
  this.timeout(60_000);
  let sentry: FakeSentry;
  let proxy: ForwardProxy;
  let application: Application;

  for (const [way, tls] of [
    ['forwards', undefined],
    ['tunnels', TLS_CERTIFICATE],
  ] as const) {
    describe(`while it ${way}`, () => {
      beforeEach(async () => {
        sentry = await FakeSentry.start(tls && { tls });
        proxy = await ForwardProxy.start();
        application = new Application({
          dsn: sentry.dsn,
          proxy: proxy.url,
          ...(tls && { caCerts: tls.cert }),
        });
      });
      afterEach(async () => {
        await application.bridge.close(100);
        await proxy.close();
        await sentry.close();
      });

      function burst(): void {
        for (let i = 0; i < BURST; i++) application.transaction();
      }

      /** Lets Sentry take requests without answering them, and the proxy die as soon as it has as many as it may. */
      async function die(): Promise<number> {
        const { port } = proxy;
        sentry.answerAlways('never');
        burst();
        const flushed = application.bridge.flush(10);
        await sentry.received(CONCURRENCY);
        await flushed;
        await proxy.close();
        sentry.answerAlways(undefined);
        return port;
      }

      it('is accounted for to the span when another takes its place', async () => {
        proxy = await ForwardProxy.start({ port: await die() });
        assert.equal(await application.bridge.flush(30_000), true);
        burst();
        assert.equal(await application.bridge.close(30_000), true);
        const statement = application.state();
        assertExact(statement);
        assert.deepEqual(statement.ended, sumsOf(statement.diagnosis.delivery?.delivered ?? []));
        assert.equal(new Set(acceptedIds(sentry)).size, statement.ended['transaction']);
        assert.deepEqual(reported(sentry), {});
      });

      it('is accounted for to the span when none does', async () => {
        await die();
        assert.equal(await application.bridge.flush(30_000), true);
        const statement = application.state();
        assertExact(statement);
        assert.deepEqual(lossesOf(statement), {
          'network_error/transaction': BURST,
          'network_error/span': 2 * BURST,
        });
        assert.match(statement.diagnosis.findings.join('\n'), /last problem: .*ECONNREFUSED/);
      });
    });
  }
});
