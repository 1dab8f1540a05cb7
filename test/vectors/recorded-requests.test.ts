import assert from 'node:assert/strict';
import {
  readRecordedRequests,
  type ExpectedTrace,
  type RecordedRequest,
} from '../support/vectors/recorded-requests.js';
import { ReplayingService, type Handled } from '../support/vectors/replaying-service.js';
import { PUBLIC_KEY } from '../support/trace-headers.js';

const REQUESTS = readRecordedRequests(new URL('recorded-requests.json', import.meta.url));
const RATES = [0, 1];

describe('recorded requests', () => {
  const services = new Map<number, ReplayingService>();

  before(async () => {
    for (const rate of RATES) services.set(rate, await ReplayingService.start(rate));
  });
  after(async () => {
    for (const service of services.values()) await service.close();
  });

  async function replay(rate: number, { lines }: RecordedRequest): Promise<Handled> {
    return (await services.get(rate)?.replay(lines)) ?? assert.fail('the service does not run');
  }

  it('are all there', () => {
    assert.equal(REQUESTS.length, 170);
  });

  for (const sender of new Set(REQUESTS.map(request => request.sender))) {
    describe(sender, () => {
      for (const recorded of REQUESTS.filter(request => request.sender === sender)) {
        const { scenario, client, expect } = recorded;
        const verb = expect === undefined ? 'starts a trace for' : 'continues';
        it(`${verb} "${scenario}" by ${client}${sentTraceId(recorded)}`, async () => {
          for (const rate of RATES) {
            const handled = await replay(rate, recorded);
            if (expect === undefined) assertNew(handled, rate);
            else assertContinued(handled, expect, rate);
          }
        });
      }
    });
  }
});

/** Keeps titles of requests of one scenario apart. */
function sentTraceId({ expect }: RecordedRequest): string {
  return expect === undefined ? '' : ` (${expect.traceId.slice(0, 8)})`;
}

function assertNew({ traceId, parentSpanId, isSampled, sent, callSpanId }: Handled, rate: number): void {
  assert.equal(parentSpanId, undefined);
  assert.equal(isSampled, rate === 1);
  assert.equal(sent['sentry-trace'], `${traceId}-${callSpanId}-${rate}`);
  assert.equal(dscOf(sent)['trace_id'], traceId);
}

function assertContinued(handled: Handled, expect: ExpectedTrace, rate: number): void {
  const { traceId, parentSpanId, isSampled, sent, callSpanId, envelopeDsc } = handled;
  const isKept = expect.sampled ?? rate === 1;
  assert.deepEqual([traceId, parentSpanId, isSampled], [expect.traceId, expect.parentSpanId, isKept]);
  assert.equal(sent['sentry-trace'], `${traceId}-${callSpanId}-${isKept ? 1 : 0}`);
  assert.deepEqual(foreignMembersOf(sent), expect.foreign);
  if (expect.dsc === undefined) assertOwnDsc(handled);
  else assert.deepEqual(dscOf(sent), expectedDsc(expect.dsc, expect.sampled, rate, dscOf(sent)));
  // Sentry needs to know whose trace it is, even if nobody has said so.
  if (isKept) assert.deepEqual(envelopeDsc, namedDsc(dscOf(sent), traceId));
  else assert.equal(envelopeDsc, undefined);
}

/** Unchanged, but for the number of the trace if there was none, and the rate if it was applied here. */
function expectedDsc(
  dsc: Readonly<Record<string, string>>,
  sampled: boolean | undefined,
  rate: number,
  sent: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  if (Object.keys(dsc).length === 0) return dsc;
  if (dsc['sample_rand'] === undefined) assert.match(sent['sample_rand'] ?? '', /^0\.\d{6}$/);
  return {
    sample_rand: sent['sample_rand'] ?? '',
    ...dsc,
    ...(sampled === undefined && { sample_rate: String(rate) }),
  };
}

function namedDsc(dsc: Readonly<Record<string, string>>, traceId: string): Readonly<Record<string, string>> {
  return dsc['public_key'] === undefined ? { trace_id: traceId, public_key: PUBLIC_KEY } : dsc;
}

function assertOwnDsc({ traceId, sent }: Handled): void {
  const { trace_id, public_key } = dscOf(sent);
  assert.deepEqual({ trace_id, public_key }, { trace_id: traceId, public_key: PUBLIC_KEY });
}

function membersOf({ baggage = '' }: Readonly<Record<string, string>>): string[] {
  return baggage
    .split(',')
    .map(member => member.trim())
    .filter(member => member !== '');
}

function foreignMembersOf(sent: Readonly<Record<string, string>>): string[] {
  return membersOf(sent).filter(member => !member.startsWith('sentry-'));
}

function dscOf(sent: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(
    membersOf(sent)
      .filter(member => member.startsWith('sentry-'))
      .map(member => {
        const [name = '', value = ''] = member.split('=');
        return [name.slice('sentry-'.length), decodeURIComponent(value)];
      }),
  );
}
