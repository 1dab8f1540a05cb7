import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import {
  createSamplingContext,
  decide,
  type Decision,
  type ParentDecision,
  type SamplingContext,
  type SamplingRules,
  type TracesSampler,
} from '../../src/sampling/decision.js';
import { untypedCall } from '../support/untyped.js';

const NO_PARENT: ParentDecision = { sampled: undefined, sampleRate: undefined };
const CONTEXT = createSamplingContext({ name: 'GET /' }, {}, NO_PARENT);

interface Asked {
  readonly decision: Decision | undefined;
  readonly contexts: number;
  readonly errors: readonly unknown[];
}

function ask(rules: Partial<SamplingRules>, parentSampled?: boolean, rand = 0.3): Asked {
  const errors: unknown[] = [];
  let contexts = 0;
  const decision = decide(
    { tracesSampler: undefined, tracesSampleRate: undefined, ...rules },
    parentSampled,
    { sampleRand: rand },
    () => {
      contexts++;
      return CONTEXT;
    },
    error => errors.push(error),
  );
  return { decision, contexts, errors };
}

function throwing(error: unknown): TracesSampler {
  return () => {
    throw error;
  };
}

describe('decide', () => {
  describe('without tracesSampler and tracesSampleRate', () => {
    for (const sampled of [true, false, undefined]) {
      it(`decides nothing when the parent says ${sampled}`, () => {
        assert.deepEqual(ask({}, sampled), {
          decision: undefined,
          contexts: 0,
          errors: [],
        });
      });
    }
  });

  describe('by tracesSampleRate', () => {
    const cases: readonly (readonly [rate: number, rand: number, expected: Decision])[] = [
      [1, 0, { sampled: true, sampleRate: 1 }],
      [1, 0.999_999, { sampled: true, sampleRate: 1 }],
      [0, 0, { sampled: false, sampleRate: 0, reason: 'sample_rate' }],
      [0.5, 0.499_999, { sampled: true, sampleRate: 0.5 }],
      [0.5, 0.5, { sampled: false, sampleRate: 0.5, reason: 'sample_rate' }],
      [0.5, 0.500_001, { sampled: false, sampleRate: 0.5, reason: 'sample_rate' }],
      [1e-7, 1e-8, { sampled: true, sampleRate: 1e-7 }],
      [1e-7, 1e-7, { sampled: false, sampleRate: 1e-7, reason: 'sample_rate' }],
    ];
    for (const [tracesSampleRate, rand, expected] of cases) {
      it(`${expected.sampled ? 'keeps' : 'drops'} a trace with ${rand} at a rate of ${tracesSampleRate}`, () => {
        assert.deepEqual(ask({ tracesSampleRate }, undefined, rand).decision, expected);
      });
    }

    it('does not describe the span: nobody would read it', () => {
      assert.equal(ask({ tracesSampleRate: 1 }).contexts, 0);
    });
  });

  describe('while delivery cannot keep up', () => {
    const cases: readonly (readonly [rate: number, halvings: number, rand: number, expected: Decision])[] = [
      [1, 0, 0.9, { sampled: true, sampleRate: 1 }],
      [1, 1, 0.4, { sampled: true, sampleRate: 0.5 }],
      [1, 1, 0.5, { sampled: false, sampleRate: 0.5, reason: 'backpressure' }],
      [0.4, 2, 0.09, { sampled: true, sampleRate: 0.1 }],
      [0.4, 2, 0.1, { sampled: false, sampleRate: 0.1, reason: 'backpressure' }],
      [0.4, 2, 0.4, { sampled: false, sampleRate: 0.1, reason: 'sample_rate' }],
      [0, 3, 0, { sampled: false, sampleRate: 0, reason: 'sample_rate' }],
      [1, 10, 0.000_9, { sampled: true, sampleRate: 1 / 1024 }],
    ];
    for (const [rate, halvings, rand, expected] of cases) {
      const fate = expected.sampled ? 'keeps' : `drops for ${expected.reason}`;
      it(`${fate} a trace with ${rand} at a rate of ${rate} halved ${halvings} times, and names the rate applied`, () => {
        assert.deepEqual(ask({ tracesSampleRate: rate, halvings }, undefined, rand).decision, expected);
        assert.deepEqual(ask({ tracesSampler: () => rate, halvings }, undefined, rand).decision, expected);
      });
    }

    it('does what the parent did all the same: the trace is underway', () => {
      const rules = { tracesSampleRate: 1, halvings: 10 };
      assert.deepEqual(ask(rules, true, 0.9).decision, { sampled: true });
      assert.deepEqual(ask(rules, false, 0.9).decision, {
        sampled: false,
        reason: 'sample_rate',
      });
    });

    it('drops what has no rate for that', () => {
      const { decision } = ask({ tracesSampler: () => Number.NaN, halvings: 5 });
      assert.deepEqual(decision, { sampled: false, reason: 'sample_rate' });
    });
  });

  describe('by the parent', () => {
    for (const tracesSampleRate of [0, 0.5, 1]) {
      it(`keeps what it kept, although the rate is ${tracesSampleRate}`, () => {
        assert.deepEqual(ask({ tracesSampleRate }, true, 0.999).decision, { sampled: true });
      });

      it(`drops what it dropped, although the rate is ${tracesSampleRate}`, () => {
        assert.deepEqual(ask({ tracesSampleRate }, false, 0).decision, {
          sampled: false,
          reason: 'sample_rate',
        });
      });
    }

    it('never compares the random number with its rate', () => {
      assert.deepEqual(ask({ tracesSampleRate: 0 }, true, 0.999).decision, {
        sampled: true,
      });
    });
  });

  describe('by tracesSampler', () => {
    for (const parent of [undefined, true, false]) {
      it(`ignores tracesSampleRate and a parent that says ${parent}`, () => {
        const kept = ask({ tracesSampler: () => 0.5, tracesSampleRate: 0 }, parent);
        assert.deepEqual(kept.decision, { sampled: true, sampleRate: 0.5 });
        const dropped = ask({ tracesSampler: () => 0.1, tracesSampleRate: 1 }, parent);
        assert.deepEqual(dropped.decision, { sampled: false, sampleRate: 0.1, reason: 'sample_rate' });
      });
    }

    it('hands over the context, once', () => {
      const given: unknown[] = [];
      const tracesSampler: TracesSampler = samplingContext => {
        given.push(samplingContext);
        return 1;
      };
      assert.equal(ask({ tracesSampler }).contexts, 1);
      assert.deepEqual(given, [CONTEXT]);
    });

    const rates: readonly (readonly [returned: unknown, rate: number])[] = [
      [1, 1],
      [true, 1],
      ['1', 1],
      [0.4, 0.4],
      [' .4 ', 0.4],
      [0.3, 0.3],
      [0, 0],
      [false, 0],
      ['0', 0],
    ];
    for (const [returned, sampleRate] of rates) {
      it(`takes ${JSON.stringify(returned)} for a rate of ${sampleRate}`, () => {
        const { decision, errors } = askUntyped(() => returned);
        assert.deepEqual(errors, []);
        assert.equal(decision?.sampleRate, sampleRate);
        assert.equal(decision?.sampled, sampleRate > 0.3);
      });
    }

    const absurd: readonly (readonly [name: string, returned: unknown])[] = [
      ['undefined', undefined],
      ['null', null],
      ['NaN', Number.NaN],
      ['infinity', Number.POSITIVE_INFINITY],
      ['2', 2],
      ['-1', -1],
      ['1.0000001', 1.000_000_1],
      ['a word', 'always'],
      ['empty text', ''],
      ['an object', { rate: 1 }],
      ['a list', [1]],
      ['a function', () => 1],
      ['a symbol', Symbol('1')],
      ['a bigint', 1n],
      ['a promise', Promise.resolve(1)],
    ];
    for (const [name, returned] of absurd) {
      it(`drops the trace without a rate, does not fall back, and tells of it, when it returns ${name}`, () => {
        const { decision, errors } = askUntyped(() => returned, { tracesSampleRate: 1 }, true);
        assert.deepEqual(decision, { sampled: false, reason: 'sample_rate' });
        assert.equal(errors.length, 1);
      });
    }
  });

  it('survives the rejection of a tracesSampler that is asynchronous', async () => {
    const { decision, errors } = askUntyped(() => Promise.reject(new Error('broken')));
    assert.deepEqual(decision, { sampled: false, reason: 'sample_rate' });
    assert.equal(errors.length, 1);
    await new Promise(resolve => setImmediate(resolve));
  });

  describe('when tracesSampler throws', () => {
    const error = new Error('broken');

    it('does what the parent did', () => {
      const tracesSampler = throwing(error);
      assert.deepEqual(ask({ tracesSampler, tracesSampleRate: 0 }, true).decision, {
        sampled: true,
      });
      assert.deepEqual(ask({ tracesSampler, tracesSampleRate: 1 }, false).decision, {
        sampled: false,
        reason: 'sample_rate',
      });
    });

    it('applies tracesSampleRate when the parent decided nothing', () => {
      const tracesSampler = throwing(error);
      assert.deepEqual(ask({ tracesSampler, tracesSampleRate: 1 }).decision, {
        sampled: true,
        sampleRate: 1,
      });
      assert.deepEqual(ask({ tracesSampler, tracesSampleRate: 0 }).decision, {
        sampled: false,
        sampleRate: 0,
        reason: 'sample_rate',
      });
    });

    it('drops the trace for that reason when there is nothing else to decide by', () => {
      assert.deepEqual(ask({ tracesSampler: throwing(error) }).decision, {
        sampled: false,
        reason: 'callback_error',
      });
    });

    it('does what the parent did when there is no tracesSampleRate', () => {
      assert.deepEqual(ask({ tracesSampler: throwing(error) }, true).decision, {
        sampled: true,
      });
    });

    for (const thrown of [error, 'text', undefined, null, 7]) {
      it(`tells what was thrown: ${String(thrown)}`, () => {
        assert.deepEqual(ask({ tracesSampler: throwing(thrown), tracesSampleRate: 1 }).errors, [thrown]);
      });
    }

    it('counts a context that cannot be described as a failure of tracesSampler', () => {
      const errors: unknown[] = [];
      const decision = decide(
        { tracesSampler: () => 1, tracesSampleRate: 0 },
        undefined,
        { sampleRand: 0.5 },
        () => {
          throw error;
        },
        thrown => errors.push(thrown),
      );
      assert.deepEqual(decision, { sampled: false, sampleRate: 0, reason: 'sample_rate' });
      assert.deepEqual(errors, [error]);
    });
  });

  it('keeps exactly the traces below the rate, for every rate', () => {
    const unit = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(unit, unit, (tracesSampleRate, rand) => {
        assert.equal(ask({ tracesSampleRate }, undefined, rand).decision?.sampled, rand < tracesSampleRate);
      }),
    );
  });

  it('gives a reason for what is dropped and for nothing else', () => {
    const rules = fc.record({
      tracesSampleRate: fc.constantFrom(undefined, 0, 0.5, 1),
      tracesSampler: fc.constantFrom<TracesSampler | undefined>(
        undefined,
        () => 0,
        () => 1,
        () => Number.NaN,
        throwing(1),
      ),
    });
    const parent = fc.constantFrom(true, false, undefined);
    fc.assert(
      fc.property(rules, parent, (rules, parent) => {
        const { decision } = ask(rules, parent);
        if (decision !== undefined) assert.equal(decision.reason === undefined, decision.sampled);
      }),
    );
  });
});

describe('createSamplingContext', () => {
  const attributes = { 'http.route': '/shop/:id' };

  it('tells name, attributes and operation', () => {
    const samplingContext = createSamplingContext(
      { name: 'GET /shop/:id', op: 'http.server' },
      attributes,
      NO_PARENT,
    );
    assert.deepEqual(
      { ...samplingContext, inheritOrSampleWith: undefined },
      {
        name: 'GET /shop/:id',
        attributes,
        transactionContext: { name: 'GET /shop/:id', op: 'http.server' },
        inheritOrSampleWith: undefined,
      },
    );
  });

  it('does not mention an operation that is not known', () => {
    const { transactionContext } = createSamplingContext({ name: 'job' }, {}, NO_PARENT);
    assert.deepEqual(transactionContext, { name: 'job' });
  });

  it('does not mention a parent that there is not', () => {
    assert.equal('parentSampled' in CONTEXT, false);
    assert.equal('parentSampleRate' in CONTEXT, false);
  });

  it('tells what the parent decided, and at which rate', () => {
    const { parentSampled, parentSampleRate } = contextWith({ sampled: false, sampleRate: 0 });
    assert.deepEqual([parentSampled, parentSampleRate], [false, 0]);
  });

  describe('inheritOrSampleWith', () => {
    const cases: readonly (readonly [parent: Partial<ParentDecision>, fallback: number, expected: number])[] =
      [
        [{}, 0.3, 0.3],
        [{}, 0, 0],
        [{}, 7, 7],
        [{ sampled: true }, 0.3, 1],
        [{ sampled: false }, 0.3, 0],
        [{ sampled: true, sampleRate: 0.2 }, 0.3, 0.2],
        [{ sampled: false, sampleRate: 0.2 }, 0.3, 0.2],
        [{ sampleRate: 0.2 }, 0.3, 0.2],
        [{ sampled: true, sampleRate: 0 }, 0.3, 0],
        [{ sampled: false, sampleRate: 1 }, 0.3, 1],
      ];
    for (const [parent, fallback, expected] of cases) {
      it(`is ${expected} with ${JSON.stringify(parent)} and a fallback of ${fallback}`, () => {
        assert.equal(contextWith(parent).inheritOrSampleWith(fallback), expected);
      });
    }

    it('works when it is taken out of the context', () => {
      const samplingContext = contextWith({ sampled: true, sampleRate: 0.2 });
      const taken: unknown = Reflect.get(samplingContext, 'inheritOrSampleWith');
      assert.ok(typeof taken === 'function');
      assert.equal(Reflect.apply(taken, undefined, [0.5]), 0.2);
    });
  });
});

function contextWith(parent: Partial<ParentDecision>): SamplingContext {
  return createSamplingContext({ name: 'GET /' }, {}, { ...NO_PARENT, ...parent });
}

/** With a sampler that returns what the types do not allow. */
function askUntyped(returns: () => unknown, rules: Partial<SamplingRules> = {}, parent?: boolean): Asked {
  let asked: Asked | undefined;
  const take = (tracesSampler: TracesSampler) => {
    asked = ask({ ...rules, tracesSampler }, parent);
  };
  untypedCall(take, returns);
  assert.ok(asked);
  return asked;
}
