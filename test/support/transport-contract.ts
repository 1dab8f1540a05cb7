import assert from 'node:assert/strict';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import type { Clock } from '../../src/clock.js';
import type { Transport } from '../../src/transport/transport.js';
import { FakeClock } from './fake-clock.js';
import { FakeSentry } from './fake-sentry.js';
import { errorOfBytes } from './outgoing.js';

const TIMEOUT_MILLIS = 10_000;
const ARRIVAL_MILLIS = 50;
const ENVELOPE = errorOfBytes(1000, 'Größe 🎈');

/** What every implementation of `Transport` must do. Call it inside a `describe`. */
export function describeTransportContract(create: (url: string, clock: Clock) => Transport): void {
  let sentry: FakeSentry;
  let clock: FakeClock;
  let transport: Transport;

  beforeEach(async () => {
    sentry = await FakeSentry.start();
    clock = new FakeClock();
    transport = create(sentry.envelopeUrl, clock);
  });

  afterEach(async () => {
    transport.close?.();
    await sentry.close();
  });

  const send = () => transport.send(ENVELOPE, TIMEOUT_MILLIS);

  it('delivers the bytes as they are', async () => {
    assert.equal((await send()).statusCode, 200);
    assert.deepEqual(new Uint8Array(sentry.requests[0]?.body ?? []), ENVELOPE);
    assert.deepEqual(sentry.violations, []);
  });

  for (const status of [200, 202, 204, 301, 307, 400, 401, 403, 404, 413, 429, 500, 502, 503, 504]) {
    it(`resolves with the status of an answer with ${status}`, async () => {
      sentry.answerNext({ status, headers: { location: sentry.envelopeUrl } });
      assert.equal((await send()).statusCode, status);
      assert.equal(sentry.requests.length, 1);
    });
  }

  it('resolves with the headers that limit rates', async () => {
    const headers = {
      'Retry-After': '120',
      'X-Sentry-Rate-Limits': '60:transaction:key, 120:error:organization',
    };
    sentry.answerNext({ status: 429, headers });
    assert.deepEqual((await send()).headers, {
      'retry-after': '120',
      'x-sentry-rate-limits': '60:transaction:key, 120:error:organization',
    });
  });

  it('resolves without them when there are none', async () => {
    const { headers = {} } = await send();
    assert.equal(headers['retry-after'], undefined);
    assert.equal(headers['x-sentry-rate-limits'], undefined);
  });

  it('joins a header that comes twice', async () => {
    sentry.answerNext({ headers: { 'X-Sentry-Rate-Limits': ['60:transaction:key', '30:error:key'] } });
    assert.equal(
      (await send()).headers?.['x-sentry-rate-limits']?.replace(/\s/g, ''),
      '60:transaction:key,30:error:key',
    );
  });

  it('rejects when the connection is closed before an answer', async () => {
    sentry.answerNext('reset');
    await assert.rejects(send());
  });

  it('rejects when nobody listens', async () => {
    const unused = await unusedPort();
    const other = create(`http://127.0.0.1:${unused}/api/42/envelope/`, clock);
    await assert.rejects(other.send(ENVELOPE, TIMEOUT_MILLIS));
    other.close?.();
  });

  it('rejects when the name cannot be resolved', async () => {
    const other = create('http://sentry.invalid/api/42/envelope/', clock);
    await assert.rejects(other.send(ENVELOPE, TIMEOUT_MILLIS));
    other.close?.();
  });

  for (const mischief of ['never', 'slow-headers'] as const) {
    it(`rejects after the timeout when the server answers ${mischief}`, async () => {
      sentry.answerNext(mischief);
      const sending = send();
      const rejected = assert.rejects(sending);
      await sentry.received(1);
      clock.advance(TIMEOUT_MILLIS);
      await rejected;
    });
  }

  it('resolves with the status after the timeout when the body never ends', async () => {
    sentry.answerNext('slow-body');
    const sending = send();
    await sentry.received(1);
    // The headers have left; nothing tells when they have arrived.
    await new Promise(resolve => setTimeout(resolve, ARRIVAL_MILLIS));
    clock.advance(TIMEOUT_MILLIS);
    assert.equal((await sending).statusCode, 200);
  });

  it('resolves with the status when the body breaks off', async () => {
    sentry.answerNext('cut-body');
    assert.equal((await send()).statusCode, 200);
  });

  it('sends many at a time', async () => {
    const responses = await Promise.all(Array.from({ length: 100 }, send));
    assert.ok(responses.every(({ statusCode }) => statusCode === 200));
    assert.equal(sentry.requests.length, 100);
  });

  it('leaves no timer behind', async () => {
    sentry.answerNext('reset');
    await assert.rejects(send());
    await send();
    assert.equal(clock.pendingTimers, 0);
  });

  it('can be closed before anything was sent, and after', async () => {
    create(sentry.envelopeUrl, clock).close?.();
    await send();
    transport.close?.();
  });
}

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
  const { port } = addressOf(server.address());
  await new Promise(resolve => server.close(resolve));
  return port;
}

function addressOf(address: AddressInfo | string | null): AddressInfo {
  if (typeof address !== 'object' || address === null) throw new Error('not listening');
  return address;
}
