import assert from 'node:assert/strict';
import { incomingTrace } from '../../src/propagation/continuation.js';
import { headDsc } from '../../src/protocol/dynamic-sampling-context.js';
import { ReceivedBaggage } from '../../src/protocol/received-baggage.js';
import { parseSentryTrace } from '../../src/protocol/sentry-trace.js';
import { codeIn, column, MarkdownFile, onlyCode } from './support/documents.js';
import { membersOf, stringsOf } from './support/source-text.js';

const DOCUMENT = new MarkdownFile('docs/propagation-sampling.md');

describe('docs/propagation-sampling.md', () => {
  for (const [header, reading] of DOCUMENT.table('Headers that come in').rows) {
    it(`reads ${header} as ${reading}`, () => {
      const parsed = parseSentryTrace(onlyCode(header));
      const found =
        parsed === undefined
          ? 'nothing'
          : parsed.sampled === undefined
            ? 'undecided'
            : parsed.sampled
              ? 'sampled'
              : 'not sampled';
      assert.equal(found, reading);
    });
  }

  it('has the members of a sampling context, in their order', () => {
    const documented = column(DOCUMENT.table('The sampling context of a trace'), 'member').map(onlyCode);
    const complete = headDsc({
      traceId: 'a',
      publicKey: 'b',
      orgId: 'c',
      environment: 'd',
      release: 'e',
      transaction: 'f',
      sampled: true,
      sampleRand: '0.500000',
      sampleRate: 1,
    });
    assert.deepEqual(documented, Object.keys(complete));
  });

  it('has the members that stay when there is little room', () => {
    const [, , row = []] = [[], [], DOCUMENT.table('Headers that go out').rows[1]];
    const named = codeIn(/shrinks to (.*), or is/.exec(row[1] ?? '')?.[1] ?? '');
    assert.deepEqual(named, stringsOf('protocol/baggage.ts', 'CORE_MEMBERS'));
  });

  for (const row of DOCUMENT.table('Strict trace continuation').rows) {
    it(`says when a trace is refused: ${row.join(' | ')}`, () => {
      const [theirs, own] = row.map(cell => codeIn(cell)[0]);
      const verdicts = [false, true].map(strictTraceContinuation => {
        const { isRefused } = incomingTrace(
          { traceId: 'a', parentSpanId: 'b' },
          new ReceivedBaggage(theirs === undefined ? '' : `sentry-org_id=${theirs}`),
          { orgId: own, strictTraceContinuation },
        );
        return isRefused ? 'refused' : 'continued';
      });
      assert.deepEqual(verdicts, row.slice(2));
    });
  }

  it('has what tracesSampler is told', () => {
    assert.deepEqual(
      column(DOCUMENT.table('What tracesSampler is told'), 'field').map(onlyCode),
      membersOf('sampling/decision.ts', 'SamplingContext').map(({ name }) => name),
    );
  });
});
