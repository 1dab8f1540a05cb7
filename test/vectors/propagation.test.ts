import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { setImmediate } from 'node:timers/promises';
import { context } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { partsMadeSeparately, partsOfOneBridge, type PartsFactory } from '../support/vectors/bridge-parts.js';
import { readPropagationCases, type PropagationCase } from '../support/vectors/propagation-cases.js';
import { runPropagationCase } from '../support/vectors/propagation-run.js';

const CASES = readPropagationCases(new URL('propagation.json', import.meta.url));

describe('propagation and sampling', () => {
  before(() => {
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  });

  after(() => {
    context.disable();
  });

  describe('with the parts of one bridge', () => describeCases(partsOfOneBridge));
  describe('with parts made separately', () => describeCases(partsMadeSeparately));
});

function describeCases(createParts: PartsFactory): void {
  for (const area of new Set(CASES.map(item => item.area))) {
    describe(area, () => {
      for (const item of CASES.filter(other => other.area === area)) {
        it(`${item.id}: ${item.title}`, () => assertCase(item, createParts));
      }
    });
  }
}

async function assertCase(item: PropagationCase, createParts: PartsFactory): Promise<void> {
  const found = await runPropagationCase(item, createParts);
  // What fails in the background belongs to this case, not to the next.
  await setImmediate();
  assert.equal(
    found.length,
    0,
    [item.why, ...found.map(one => inspect(one, { depth: 6 }))].filter(Boolean).join('\n'),
  );
}
