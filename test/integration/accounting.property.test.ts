import assert from 'node:assert/strict';
import type { Span } from '@opentelemetry/api';
import * as fc from 'fast-check';
import type { SentryBridgeOptions } from '../../src/options.js';
import { LIFECYCLES } from '../support/lifecycles.js';
import { Tracing } from '../support/tracing.js';
import { runs } from '../support/property-runs.js';

type Step =
  | { readonly kind: 'root' | 'child' | 'end'; readonly pick: number; readonly name: string }
  | { readonly kind: 'pass'; readonly millis: number }
  | { readonly kind: 'answer'; readonly statusCode: number }
  | { readonly kind: 'flush' };

const NAMES = ['work', 'ignored', 'dropped', 'failing'];

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 12, arbitrary: spanStep('child') },
  { weight: 12, arbitrary: spanStep('end') },
  { weight: 3, arbitrary: spanStep('root') },
  {
    weight: 3,
    arbitrary: fc.record({ kind: fc.constant('pass' as const), millis: fc.constantFrom(1, 600, 5100) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('answer' as const),
      statusCode: fc.constantFrom(200, 200, 200, 400, 500),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ kind: 'flush' as const }) },
);

function spanStep(kind: 'root' | 'child' | 'end'): fc.Arbitrary<Step> {
  return fc.record({
    kind: fc.constant(kind),
    pick: fc.nat({ max: 1000 }),
    name: fc.constantFrom(...NAMES),
  });
}

const OPTIONS: SentryBridgeOptions = {
  lateSpanGraceMillis: 50,
  maxSpansPerTransaction: 5,
  ignoreSpans: ['ignored'],
  beforeSendSpan(span) {
    if (span.description === 'dropped') return null;
    if (span.description === 'failing') throw new Error('hook');
    return span;
  },
};

for (const traceLifecycle of LIFECYCLES) {
  describe(`the account (${traceLifecycle})`, () => {
    it('is that every span that ended was delivered or counted, whatever happens', async function () {
      this.timeout(60_000);
      await fc.assert(
        fc.asyncProperty(
          fc.array(step, { minLength: 5, maxLength: 60 }),
          fc.constantFrom(8, 250_000),
          async (steps, maxBufferedSpans) => {
            const tracing = new Tracing({ ...OPTIONS, traceLifecycle, maxBufferedSpans });
            const ended = await play(steps, tracing);
            const closed = tracing.pipeline.close();
            await tracing.pass(20);
            await closed;
            assert.equal(deliveredSpans(tracing) + lostSpans(tracing), ended);
          },
        ),
        { numRuns: runs(40) },
      );
    });
  });
}

/** Returns how many spans have ended. */
async function play(steps: readonly Step[], tracing: Tracing): Promise<number> {
  const open: Span[] = [];
  const all: Span[] = [];
  let ended = 0;
  for (const one of steps) {
    switch (one.kind) {
      case 'root':
      case 'child': {
        const parent = one.kind === 'root' ? undefined : all[one.pick % Math.max(1, all.length)];
        const span = tracing.start(one.name, parent);
        open.push(span);
        all.push(span);
        break;
      }
      case 'end': {
        const [span] = open.splice(one.pick % Math.max(1, open.length), 1);
        if (span === undefined) break;
        span.end();
        ended++;
        break;
      }
      case 'pass':
        await tracing.pass(one.millis);
        break;
      case 'answer':
        tracing.mailbox.answer = () => ({ statusCode: one.statusCode });
        break;
      default:
        void tracing.pipeline.flush();
    }
  }
  return ended;
}

function deliveredSpans({ pipeline }: Tracing): number {
  const delivered = pipeline.delivery?.snapshot().delivered ?? [];
  return delivered.find(({ category }) => category === 'span')?.quantity ?? 0;
}

function lostSpans({ losses }: Tracing): number {
  return Object.entries(losses())
    .filter(([key]) => key.endsWith('/span'))
    .reduce((sum, [, quantity]) => sum + quantity, 0);
}
