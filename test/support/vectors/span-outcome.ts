import { isDeepStrictEqual } from 'node:util';
import { TraceFlags } from '@opentelemetry/api';
import type { ReadableSpan } from '@opentelemetry/sdk-trace-base';
import { jsonOf, type ParsedEnvelope } from '../parse-envelope.js';
import type { Difference } from './matchers.js';
import { fieldsOf, listOf, numberOf, optionalFields, textOf, type Fields } from './narrow.js';
import type { SpanExpectation, SpanFields } from './span-case.js';
import type { Replay } from './span-replay.js';
import { wireProblems } from './wire-rules.js';

const FIELD_NAMES = ['op', 'description', 'status', 'origin', 'source'] as const;

/** A transaction as it was sent. */
export interface SentTransaction {
  readonly root: string;
  readonly spans: readonly string[];
  /** By span. */
  readonly fields: ReadonlyMap<string, SpanFields>;
}

/** Compares what a replay put on the wire with what its case expects. */
export function replayDifferences(replay: Replay, expect: SpanExpectation): Difference[] {
  const envelopes = replay.checkpoints.flatMap(checkpoint => checkpoint.envelopes);
  return [
    ...envelopes
      .flatMap(wireProblems)
      .map(problem => ({ path: 'rule: Sentry accepts the envelope', actual: problem })),
    ...(expect.totals === undefined
      ? treeDifferences(replay, expect)
      : totalDifferences(replay, expect.totals)),
    ...envelopes
      .flatMap(transactionsOf(replay.refs))
      .flatMap(transaction => fieldDifferences(transaction, expect)),
    ...unequal('reports', Object.fromEntries(expect.reports), reportsOf(envelopes)),
  ];
}

/** Losses of spans that were never recorded. */
const SAMPLING_REASONS: ReadonlySet<string> = new Set(['sample_rate', 'no_parent_span', 'callback_error']);

/** Every sampled span that ended is sent once, or counted as lost, or among those that are of no interest. */
export function accountDifferences(
  ended: readonly ReadableSpan[],
  envelopes: readonly ParsedEnvelope[],
  unsent = 0,
): Difference[] {
  const sent = envelopes.flatMap(transactionsOf(new Map())).flatMap(({ root, spans }) => [root, ...spans]);
  const lost = Object.entries(reportsOf(envelopes))
    .map(([key, quantity]) => ({ reason: key.split('/')[0] ?? '', category: key.split('/')[1], quantity }))
    .filter(({ reason, category }) => category === 'span' && !SAMPLING_REASONS.has(reason))
    .reduce((sum, { quantity }) => sum + quantity, 0);
  const sampled = ended.filter(span => (span.spanContext().traceFlags & TraceFlags.SAMPLED) !== 0);
  return [
    ...unequal('rule: no span is sent twice', new Set(sent).size, sent.length),
    ...unequal('rule: sent + lost = ended', sampled.length - unsent, sent.length + lost),
  ];
}

/** Recorded spans that were reported as lost, and what else was reported than spans. */
export function reportedSpans(envelopes: readonly ParsedEnvelope[]): {
  lost: number;
  otherCategories: string[];
} {
  const reports = Object.entries(reportsOf(envelopes)).map(([key, quantity]) => {
    const [reason = '', category = ''] = key.split('/');
    return { key, reason, category, quantity };
  });
  const lost = reports.filter(({ reason, category }) => category === 'span' && !SAMPLING_REASONS.has(reason));
  return {
    lost: lost.reduce((sum, { quantity }) => sum + quantity, 0),
    otherCategories: reports.filter(({ category }) => category !== 'span').map(({ key }) => key),
  };
}

function transactionsOf(refs: ReadonlyMap<string, string>): (envelope: ParsedEnvelope) => SentTransaction[] {
  const refOf = (span: Fields) => refs.get(textOf(span['span_id'])) ?? textOf(span['span_id']);
  return ({ items }) =>
    items
      .filter(item => item.headers['type'] === 'transaction')
      .map(item => {
        const payload = fieldsOf(jsonOf(item));
        const trace = fieldsOf(fieldsOf(payload['contexts'])['trace']);
        const root = refOf(trace);
        const spans = listOf(payload['spans']).map(fieldsOf);
        const { source } = optionalFields(payload['transaction_info']);
        const rootFields = toSpanFields({ ...trace, description: payload['transaction'], source });
        const fields = spans.map((span): [string, SpanFields] => [refOf(span), toSpanFields(span)]);
        return { root, spans: spans.map(refOf), fields: new Map([[root, rootFields], ...fields]) };
      });
}

function toSpanFields(span: Fields): SpanFields {
  const [op, description, status, origin, source] = FIELD_NAMES.map(name =>
    span[name] === undefined ? undefined : textOf(span[name]),
  );
  return { op, description, status, origin, source };
}

function treeDifferences(
  { checkpoints, refs }: Replay,
  { transactions: expected }: SpanExpectation,
): Difference[] {
  const names = new Set([...expected.keys(), ...checkpoints.map(({ name }) => name)]);
  return [...names].flatMap(name => {
    const wanted = expected.get(name) ?? new Map<string, readonly string[] | number>();
    const envelopes = checkpoints.find(checkpoint => checkpoint.name === name)?.envelopes ?? [];
    const sent = envelopes
      .flatMap(transactionsOf(refs))
      .map(({ root, spans }): [string, readonly string[] | number] => [
        root,
        typeof wanted.get(root) === 'number' ? spans.length : [...spans].sort(),
      ]);
    const sorted = [...wanted].map(([root, spans]) => [
      root,
      typeof spans === 'number' ? spans : [...spans].sort(),
    ]);
    return unequal(name, byRoot(sorted), byRoot(sent));
  });
}

function byRoot(transactions: readonly (readonly unknown[])[]): unknown[] {
  return [...transactions].sort(([one], [other]) => String(one).localeCompare(String(other)));
}

function totalDifferences(
  { checkpoints, refs }: Replay,
  expected: { transactions: number; spans: number },
): Difference[] {
  const sent = checkpoints.flatMap(({ envelopes }) => envelopes.flatMap(transactionsOf(refs)));
  const spans = sent.reduce((sum, transaction) => sum + transaction.spans.length, 0);
  return unequal('totals', expected, { transactions: sent.length, spans });
}

function fieldDifferences({ fields }: SentTransaction, { spans: expected }: SpanExpectation): Difference[] {
  return [...fields].flatMap(([ref, actual]) => {
    const wanted = expected.get(ref);
    return wanted === undefined ? [] : unequal(ref, wanted, actual);
  });
}

function reportsOf(envelopes: readonly ParsedEnvelope[]): Record<string, number> {
  const reports: Record<string, number> = {};
  for (const item of envelopes.flatMap(({ items }) => items)) {
    if (item.headers['type'] !== 'client_report') continue;
    for (const entry of listOf(fieldsOf(jsonOf(item))['discarded_events']).map(fieldsOf)) {
      const key = `${textOf(entry['reason'])}/${textOf(entry['category'])}`;
      reports[key] = (reports[key] ?? 0) + numberOf(entry['quantity']);
    }
  }
  return reports;
}

function unequal(path: string, expected: unknown, actual: unknown): Difference[] {
  return isDeepStrictEqual(expected, actual) ? [] : [{ path, expected, actual }];
}
