import assert from 'node:assert/strict';
import { MarkdownFile } from '../docs/support/documents.js';
import { FakeSentry } from '../support/fake-sentry.js';
import { EXCEPTIONS, explains } from '../support/vectors/recorded/exceptions.js';
import { fieldDifferences, type FieldDifference } from '../support/vectors/recorded/field-differences.js';
import { readRecordedTransactions, rootOf } from '../support/vectors/recorded/recorded-transactions.js';
import { replayOverSocket } from '../support/vectors/recorded/socket-replay.js';
import type { SpanCase } from '../support/vectors/span-case.js';
import { readSpanCases } from '../support/vectors/span-cases.js';

/** What `@sentry/opentelemetry` 10.78 made of the same recordings, to the last field. */
const THEIRS = readRecordedTransactions(new URL('recorded-transactions.json', import.meta.url));
const TIMEOUT_MILLIS = 30_000;
const CASES = readSpanCases(new URL('spans.json', import.meta.url)).filter(({ id }) => THEIRS.has(id));

interface Comparison {
  /** Roots of the transactions. */
  readonly theirs: readonly string[];
  readonly ours: readonly string[];
  readonly differences: readonly FieldDifference[];
}

describe('recordings of real instrumentations, sent over a socket', () => {
  const comparisons = new Map<string, Comparison>();
  let violations: readonly string[] = [];

  before(async function () {
    this.timeout(TIMEOUT_MILLIS);
    const sentry = await FakeSentry.start();
    for (const item of CASES) comparisons.set(item.id, await compare(item, sentry));
    violations = sentry.violations;
    await sentry.close();
  });

  it('are all there, and accepted', () => {
    assert.deepEqual([CASES.length, THEIRS.size], [44, 44]);
    assert.deepEqual(violations, []);
  });

  for (const { id, title } of CASES) {
    it(`${id}: ${title}: every field is as that of @sentry/opentelemetry, or excepted by one rule`, () => {
      const { theirs, ours, differences } = comparisons.get(id) ?? assert.fail();
      assert.deepEqual(ours, theirs);
      for (const difference of differences) {
        const rules = EXCEPTIONS.filter(exception => explains(exception, difference));
        assert.equal(rules.length, 1, explanation(difference, rules));
      }
    });
  }

  for (const exception of EXCEPTIONS) {
    it(`need the rule: ${exception.name}`, () => {
      const all = [...comparisons.values()].flatMap(({ differences }) => differences);
      const explained = new Set(all.filter(one => explains(exception, one)).map(({ field }) => field));
      assert.deepEqual([...explained].sort(), [...exception.fields].sort());
    });
  }

  it('differ only in what users can read about', () => {
    for (const { documented } of EXCEPTIONS) {
      const [path = '', anchor = ''] = documented.split('#');
      assert.ok(new MarkdownFile(path).anchors.includes(anchor), documented);
    }
  });
});

async function compare(item: SpanCase, sentry: FakeSentry): Promise<Comparison> {
  const theirs = byRoot(THEIRS.get(item.id) ?? []);
  const ours = byRoot(await replayOverSocket(item, sentry));
  return {
    theirs: theirs.map(rootOf),
    ours: ours.map(rootOf),
    differences: ours.flatMap((transaction, index) => {
      const other = theirs[index];
      return other === undefined ? [] : fieldDifferences(item, other, transaction);
    }),
  };
}

function byRoot<T extends Parameters<typeof rootOf>[0]>(transactions: readonly T[]): T[] {
  return [...transactions].sort((one, other) => rootOf(one).localeCompare(rootOf(other)));
}

function explanation(
  { field, theirs, ours, place }: FieldDifference,
  rules: readonly { readonly name: string }[],
): string {
  const names = rules.map(({ name }) => name).join('; ');
  return `${field} of ${place.plan.ref}: ${JSON.stringify(theirs)} -> ${JSON.stringify(ours)}: ${names || 'no rule'}`;
}
