import { isDeepStrictEqual } from 'node:util';
import { fieldsOf, isFields, optionalFields, textOf, type Fields } from '../narrow.js';
import type { SpanCase, SpanPlan } from '../span-case.js';
import { rootOf, spansOf, type ComparableTransaction } from './recorded-transactions.js';

/** A field that the bridge does not send as the other implementation does. Undefined is absent. */
export interface FieldDifference {
  /** `event.…`, `trace.…` of the header, or `span.…`, as which the root counts as well. */
  readonly field: string;
  readonly theirs: unknown;
  readonly ours: unknown;
  readonly place: Place;
}

/** What is around a field. */
export interface Place {
  readonly item: SpanCase;
  /** The span as it was recorded; the root for fields of the event. */
  readonly plan: SpanPlan;
  /** Its data as it was sent. */
  readonly data: Fields;
  readonly event: Fields;
}

/** Everything in which two transactions of one case differ, spans in order. */
export function fieldDifferences(
  item: SpanCase,
  theirs: ComparableTransaction,
  ours: ComparableTransaction,
): FieldDifference[] {
  const place = (span: Fields): Place => ({
    item,
    plan: planOf(item, textOf(span['span_id'])),
    data: fieldsOf(span['data']),
    event: ours.event,
  });
  const atRoot = place(traceContextOf(ours));
  const theirSpans = spansOf(theirs);
  return [
    ...differences('trace', theirs.trace, ours.trace, atRoot),
    ...differences('event', withoutSpans(theirs.event), withoutSpans(ours.event), atRoot),
    ...differences('span', traceContextOf(theirs), traceContextOf(ours), atRoot),
    ...differences('order of spans', idsOf(theirs), idsOf(ours), atRoot),
    ...spansOf(ours).flatMap((span, index) => differences('span', theirSpans[index], span, place(span))),
  ];
}

function differences(field: string, theirs: unknown, ours: unknown, place: Place): FieldDifference[] {
  if (isDeepStrictEqual(theirs, ours)) return [];
  if (!isFields(theirs) || !isFields(ours)) return [{ field, theirs, ours, place }];
  return [...new Set([...Object.keys(theirs), ...Object.keys(ours)])].flatMap(name =>
    differences(`${field}.${name}`, theirs[name], ours[name], place),
  );
}

function traceContextOf({ event }: ComparableTransaction): Fields {
  return fieldsOf(fieldsOf(event['contexts'])['trace']);
}

/** The root is compared like any span: its measurements stand elsewhere. */
function withoutSpans(event: Fields): Fields {
  const kept = Object.entries(event).filter(([name]) => name !== 'spans');
  const contexts = Object.entries(optionalFields(event['contexts'])).filter(([name]) => name !== 'trace');
  return { ...Object.fromEntries(kept), contexts: Object.fromEntries(contexts) };
}

function idsOf(transaction: ComparableTransaction): readonly string[] {
  return [rootOf(transaction), ...spansOf(transaction).map(span => textOf(span['span_id']))];
}

function planOf({ spans, id }: SpanCase, ref: string): SpanPlan {
  const plan = spans.find(span => span.ref === ref);
  if (plan === undefined) throw new Error(`${id} has no span ${ref}`);
  return plan;
}
