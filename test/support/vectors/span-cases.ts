import { readFileSync } from 'node:fs';
import { SpanKind, SpanStatusCode, type SpanStatus } from '@opentelemetry/api';
import {
  fieldsOf,
  isFields,
  listOf,
  numberOf,
  optionalFields,
  optionalList,
  optionalNumber,
  optionalText,
  textOf,
  type Fields,
} from './narrow.js';
import type {
  SpanCase,
  SpanPlan,
  EventPlan,
  LinkPlan,
  LinkedIds,
  RemoteParent,
  StepPlan,
  SpanExpectation,
  SpanFields,
} from './span-case.js';
import { decodeMembers } from './special-values.js';
import { expandFill } from './span-fill.js';

const STATUS_CODES: ReadonlyMap<string, SpanStatusCode> = new Map([
  ['OK', SpanStatusCode.OK],
  ['ERROR', SpanStatusCode.ERROR],
]);

export function readSpanCases(file: URL): SpanCase[] {
  const document = fieldsOf(JSON.parse(readFileSync(file, 'utf8')));
  const defaults = fieldsOf(document['defaults']);
  return listOf(document['cases']).map(item => toCase(fieldsOf(item), defaults));
}

function toCase(item: Fields, defaults: Fields): SpanCase {
  const spans = [
    ...optionalList(item['spans']).map(fieldsOf),
    ...optionalList(item['fill']).flatMap(fill => expandFill(fieldsOf(fill))),
  ];
  const plans = spans.map(toSpan);
  return {
    id: textOf(item['id']),
    title: optionalText(item['title']) ?? '',
    why: optionalText(item['why']),
    options: decodeMembers({ ...fieldsOf(defaults['options']), ...optionalFields(item['options']) }),
    resource: fieldsOf(item['resource'] ?? defaults['resource']),
    forcedDecision: toForcedDecision(item['forcedDecision']),
    remotes: new Map(
      Object.entries(optionalFields(item['remotes'])).map(([name, remote]) => [
        name,
        toRemote(fieldsOf(remote)),
      ]),
    ),
    spans: plans,
    steps: item['steps'] === undefined ? defaultSteps(plans) : listOf(item['steps']).map(toStep),
    expect: toExpectation(fieldsOf(item['expect'])),
  };
}

function toForcedDecision(value: unknown): 'RECORD' | 'RECORD_AND_SAMPLED' | undefined {
  return value === 'RECORD' || value === 'RECORD_AND_SAMPLED' ? value : undefined;
}

function toSpan(span: Fields): SpanPlan {
  const start = numberOf(span['start']);
  return {
    ref: textOf(span['ref']),
    parent: optionalText(span['parent']),
    name: textOf(span['name']),
    kind: toKind(optionalText(span['kind']) ?? 'INTERNAL'),
    attributes: decodeMembers(optionalFields(span['attributes'])),
    lateAttributes: decodeMembers(optionalFields(span['lateAttributes'])),
    rename: optionalText(span['rename']),
    status: span['status'] === undefined ? undefined : toStatus(fieldsOf(span['status'])),
    events: optionalList(span['events']).map(event => toEvent(fieldsOf(event), start)),
    links: optionalList(span['links']).map(link => toLink(fieldsOf(link))),
    scope: optionalText(span['scope']) ?? 'vectors',
    start,
    end: optionalNumber(span['end']),
    fill: optionalText(span['fill']),
  };
}

function toKind(name: string): SpanKind {
  const kind = Object.entries(SpanKind).find(([key]) => key === name)?.[1];
  if (typeof kind !== 'number') throw new TypeError(`unknown kind of span: ${name}`);
  return kind;
}

function toStatus({ code, message }: Fields): SpanStatus {
  const value = STATUS_CODES.get(textOf(code)) ?? SpanStatusCode.UNSET;
  return message === undefined ? { code: value } : { code: value, message: textOf(message) };
}

function toEvent({ name, at, attributes }: Fields, start: number): EventPlan {
  return {
    name: textOf(name),
    at: optionalNumber(at) ?? start,
    attributes: decodeMembers(optionalFields(attributes)),
  };
}

function toLink({ to, attributes, ...ids }: Fields): LinkPlan {
  return { to: optionalText(to) ?? toLinkedIds(ids), attributes: decodeMembers(optionalFields(attributes)) };
}

function toLinkedIds({ traceId, spanId, traceFlags, isRemote, tracestate }: Fields): LinkedIds {
  return {
    traceId: textOf(traceId),
    spanId: textOf(spanId),
    traceFlags: numberOf(traceFlags),
    isRemote: typeof isRemote === 'boolean' ? isRemote : undefined,
    tracestate: optionalText(tracestate),
  };
}

function toRemote({ traceId, spanId, sampled, baggage, format, flags }: Fields): RemoteParent {
  return {
    traceId: textOf(traceId),
    spanId: textOf(spanId),
    sampled: typeof sampled === 'boolean' ? sampled : undefined,
    baggage: optionalText(baggage),
    format: format === 'traceparent' || format === 'local' ? format : 'sentry-trace',
    flags: optionalText(flags),
  };
}

function toStep(text: unknown): StepPlan {
  const [verb = '', ...operands] = textOf(text).split(' ');
  return { verb, operands };
}

/** All start as listed and end in order of their ends, of equal ones the last listed first. */
function defaultSteps(spans: readonly SpanPlan[]): StepPlan[] {
  const ending = spans.flatMap(({ ref, end }, index) => (end === undefined ? [] : [{ ref, end, index }]));
  ending.sort((one, other) => one.end - other.end || other.index - one.index);
  return [
    { verb: 'start', operands: spans.map(({ ref }) => ref) },
    { verb: 'end', operands: ending.map(({ ref }) => ref) },
    { verb: 'settle', operands: [] },
    { verb: 'flush', operands: [] },
  ];
}

function toExpectation({ transactions, totals, spans, reports, unsent }: Fields): SpanExpectation {
  return {
    transactions: mapOf(transactions, roots => mapOf(roots, descendants => toDescendants(descendants))),
    totals: isFields(totals)
      ? { transactions: numberOf(totals['transactions']), spans: numberOf(totals['spans']) }
      : undefined,
    spans: mapOf(spans, toSpanFields),
    reports: mapOf(reports, numberOf),
    unsent: optionalNumber(unsent) ?? 0,
  };
}

function toDescendants(value: unknown): readonly string[] | number {
  return typeof value === 'number' ? value : listOf(value).map(textOf);
}

/** Written as a list, with `null` for what is absent. */
function toSpanFields(value: unknown): SpanFields {
  const [op, description, status, origin, source] = listOf(value).map(item =>
    item === null ? undefined : optionalText(item),
  );
  return { op, description, status, origin, source };
}

function mapOf<T>(value: unknown, convert: (member: unknown) => T): Map<string, T> {
  return new Map(Object.entries(optionalFields(value)).map(([key, member]) => [key, convert(member)]));
}
