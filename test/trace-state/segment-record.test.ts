import assert from 'node:assert/strict';
import { SpanKind } from '@opentelemetry/api';
import { formatSentryBaggage } from '../../src/protocol/baggage.js';
import { sampleRandOf } from '../../src/sampling/sample-rand.js';
import { SegmentRecord, type HeadIdentity, type NamedSpan } from '../../src/trace-state/segment-record.js';
import { buildSpan } from '../support/spans.js';
import { baggageOf, DSC, incomingOf, PUBLIC_KEY, TRACE_ID } from '../support/trace-headers.js';

/** What follows from the id of the trace. */
const SAMPLE_RAND = sampleRandOf(TRACE_ID).toFixed(6);

const ROOT: NamedSpan = { name: 'first name', kind: SpanKind.INTERNAL, attributes: {} };

/** Says who it is asked about. */
class Identifier {
  readonly asked: (NamedSpan | undefined)[] = [];

  readonly identify = (root: NamedSpan | undefined): HeadIdentity => {
    this.asked.push(root);
    return {
      publicKey: PUBLIC_KEY,
      orgId: '7',
      environment: 'production',
      release: `release ${this.asked.length}`,
      transaction: root?.name,
    };
  };
}

function recordOf(init: Partial<ConstructorParameters<typeof SegmentRecord>[0]> = {}): SegmentRecord {
  return new SegmentRecord({
    traceId: TRACE_ID,
    sampled: true,
    sampleRate: 0.5,
    root: ROOT,
    ...init,
  });
}

describe('SegmentRecord', () => {
  it('holds the decision', () => {
    const { traceId, sampled, sampleRate, lossReason } = recordOf({
      sampled: false,
      lossReason: 'sample_rate',
    });
    assert.deepEqual([traceId, sampled, sampleRate, lossReason], [TRACE_ID, false, 0.5, 'sample_rate']);
  });

  it('holds that nothing was decided', () => {
    const { sampled, sampleRate, lossReason } = new SegmentRecord({
      traceId: TRACE_ID,
      sampled: undefined,
    });
    assert.deepEqual([sampled, sampleRate, lossReason], [undefined, undefined, undefined]);
  });

  describe('at the head of a trace', () => {
    it('says everything that is known', () => {
      assert.deepEqual(
        { ...recordOf().dsc(new Identifier().identify) },
        {
          environment: 'production',
          release: 'release 1',
          public_key: PUBLIC_KEY,
          trace_id: TRACE_ID,
          org_id: '7',
          transaction: 'first name',
          sampled: 'true',
          sample_rand: SAMPLE_RAND,
          sample_rate: '0.5',
        },
      );
    });

    it('does not say what was not decided', () => {
      const dsc = recordOf({ sampled: undefined, sampleRate: undefined }).dsc(new Identifier().identify);
      assert.equal('sampled' in dsc, false);
      assert.equal('sample_rate' in dsc, false);
      assert.equal(dsc['sample_rand'], SAMPLE_RAND);
    });

    it('is frozen by its first use', () => {
      const [first, second] = [new Identifier(), new Identifier()];
      const record = recordOf();
      const dsc = record.dsc(first.identify);
      assert.equal(record.dsc(first.identify), dsc);
      assert.equal(record.dsc(second.identify), dsc);
      assert.deepEqual([first.asked.length, second.asked.length], [1, 0]);
    });

    it('is not asked for before it is needed', () => {
      const identifier = new Identifier();
      const record = recordOf();
      assert.deepEqual(identifier.asked, []);
      record.dsc(identifier.identify);
      assert.deepEqual(identifier.asked, [ROOT]);
    });

    it('takes a name that was found before the first use', () => {
      const record = recordOf();
      record.attachRoot(buildSpan({ name: 'better name' }));
      assert.equal(record.dsc(new Identifier().identify)['transaction'], 'better name');
    });

    it('ignores a name that is found after the first use', () => {
      const identifier = new Identifier();
      const record = recordOf();
      record.dsc(identifier.identify);
      record.attachRoot(buildSpan({ name: 'better name' }));
      assert.equal(record.dsc(identifier.identify)['transaction'], 'first name');
    });

    it('reads the name of a live span when it is first used', () => {
      const root = { ...ROOT };
      const record = recordOf({ root });
      root.name = 'renamed';
      assert.equal(record.dsc(new Identifier().identify)['transaction'], 'renamed');
    });

    it('does not name a root that it was told to forget', () => {
      const record = recordOf();
      record.forgetRoot();
      record.attachRoot(buildSpan({ name: 'better name' }));
      assert.equal('transaction' in record.dsc(new Identifier().identify), false);
    });

    it('keeps what it said before it was told to forget its root', () => {
      const record = recordOf();
      const dsc = record.dsc(new Identifier().identify);
      record.forgetRoot();
      assert.equal(record.dsc(new Identifier().identify), dsc);
    });

    it('never mentions a root that it was not given at first', () => {
      const identifier = new Identifier();
      const record = recordOf({ root: undefined });
      record.attachRoot(buildSpan());
      assert.equal('transaction' in record.dsc(identifier.identify), false);
      assert.deepEqual(identifier.asked, [undefined]);
    });
  });

  describe('behind a head', () => {
    it("sends the head's context on as it came, and does not say who it is", () => {
      const identifier = new Identifier();
      const record = recordOf({ incoming: incomingOf(), sampleRate: undefined });
      assert.equal(record.dsc(identifier.identify), DSC);
      assert.deepEqual(identifier.asked, []);
    });

    it('replaces the rate when one was applied here', () => {
      const record = recordOf({ incoming: incomingOf(), sampleRate: 0.1 });
      assert.deepEqual({ ...record.dsc(new Identifier().identify) }, { ...DSC, sample_rate: '0.1' });
    });

    it('does not correct the decision of the head', () => {
      const record = recordOf({ incoming: incomingOf(), sampled: false, sampleRate: 0 });
      assert.equal(record.dsc(new Identifier().identify)['sampled'], 'true');
    });

    it('stays empty when the head sent nothing', () => {
      const record = recordOf({ incoming: incomingOf({ dsc: {} }), sampleRate: 0.1 });
      assert.deepEqual(record.dsc(new Identifier().identify), {});
      assert.equal(record.outgoing(new Identifier().identify).baggage, '');
    });

    it('is frozen by its first use', () => {
      const record = recordOf({ incoming: incomingOf(), sampleRate: 0.1 });
      const dsc = record.dsc(new Identifier().identify);
      assert.equal(record.dsc(new Identifier().identify), dsc);
    });
  });

  describe('outgoing()', () => {
    it('has the context as members of baggage', () => {
      const record = recordOf({ incoming: incomingOf(), sampleRate: undefined });
      assert.equal(record.outgoing(new Identifier().identify).baggage, baggageOf(DSC));
    });

    it('is of the same context as everything else, whichever is asked for first', () => {
      const identifier = new Identifier();
      const [first, second] = [recordOf(), recordOf()];
      const dsc = first.dsc(identifier.identify);
      assert.equal(first.outgoing(identifier.identify).baggage, formatSentryBaggage(dsc));
      const baggage = second.outgoing(identifier.identify).baggage;
      assert.equal(formatSentryBaggage(second.dsc(identifier.identify)), baggage);
      assert.equal(identifier.asked.length, 2);
    });

    it('is frozen by its first use', () => {
      const record = recordOf();
      const baggage = record.outgoing(new Identifier().identify).baggage;
      record.attachRoot(buildSpan({ name: 'better name' }));
      assert.equal(record.outgoing(new Identifier().identify).baggage, baggage);
    });
  });

  describe('openRoot', () => {
    it('is nothing before there is a span', () => assert.equal(recordOf().openRoot, undefined));

    it('is the span of the root until it ends', () => {
      const root = { ...buildSpan(), ended: false };
      const record = recordOf();
      record.attachRoot(root);
      assert.equal(record.openRoot, root);
      root.ended = true;
      assert.equal(record.openRoot, undefined);
    });

    it('is nothing when the root had ended before', () => {
      const record = recordOf();
      record.attachRoot(buildSpan());
      assert.equal(record.openRoot, undefined);
    });

    it('stays the first span when there are more', () => {
      const [first, second] = [
        { ...buildSpan(), ended: false },
        { ...buildSpan(), ended: false },
      ];
      const record = recordOf();
      record.attachRoot(first);
      record.attachRoot(second);
      assert.equal(record.openRoot, first);
    });

    it('does not depend on whether the context mentions a root', () => {
      const root = { ...buildSpan(), ended: false };
      const record = recordOf({ root: undefined });
      record.attachRoot(root);
      assert.equal(record.openRoot, root);
    });
  });
});
