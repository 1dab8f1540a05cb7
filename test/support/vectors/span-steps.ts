import {
  baggageEntryMetadataFromString,
  INVALID_SPAN_CONTEXT,
  propagation,
  SpanKind,
  trace,
  type Attributes,
  type BaggageEntry,
} from '@opentelemetry/api';
import { suppressTracing, TraceState } from '@opentelemetry/core';
import { fieldsOf, isFields, numberOf, optionalFields, textOf, type Fields } from './narrow.js';
import type { Scenario } from './scenario.js';

/** A step wanted the sampler's other outcome: the case has to run again with other ids. */
export class OtherOutcome extends Error {}

const DECISIONS = ['NOT_RECORD', 'RECORD', 'RECORD_AND_SAMPLED'];
const SAMPLED_FLAG = 1;

export function startSpan(scenario: Scenario, step: Fields): Fields {
  const { as, name, kind = 'INTERNAL', attributes, root = false, want } = step;
  const parentContext = scenario.context(step['in']);
  const callsBefore = scenario.samplerCalls.length;
  const samplingsBefore = scenario.samplings.length;
  const options = { kind: spanKindOf(kind), attributes: attributesOf(attributes), root: root === true };
  const invalid = trace.wrapSpanContext(INVALID_SPAN_CONTEXT);
  const span = scenario.attempt(
    'startSpan',
    () => scenario.tracer.startSpan(textOf(name), options, parentContext),
    invalid,
  );
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  if (want !== undefined && (traceFlags & SAMPLED_FLAG) !== Number(want)) throw new OtherOutcome();
  scenario.setSpan(as, span, parentContext);
  const calls = scenario.samplerCalls.slice(callsBefore);
  const [sampling] = scenario.samplings.slice(samplingsBefore);
  return {
    trace: traceId,
    spanId,
    parent: optionalFields(memberOf(span, 'parentSpanContext'))['spanId'] ?? null,
    recording: span.isRecording(),
    flags: traceFlags,
    decision: sampling === undefined ? 'not asked' : DECISIONS[sampling.decision],
    sampleRateAttribute: optionalFields(memberOf(span, 'attributes'))['sentry.sample_rate'] ?? null,
    tracestate: traceState?.serialize() ?? null,
    samplerCalls: calls.length,
    samplingContext: calls.at(-1) ?? null,
  };
}

export function setAttributes(scenario: Scenario, { span, attributes }: Fields): undefined {
  scenario.span(span).setAttributes(attributesOf(attributes));
}

export function updateName(scenario: Scenario, { span, name }: Fields): undefined {
  scenario.span(span).updateName(textOf(name));
}

export function setBaggage(scenario: Scenario, { in: from, as, entries }: Fields): undefined {
  const list = Object.entries(fieldsOf(entries)).map(([key, value]): [string, BaggageEntry] => [
    key,
    baggageEntryOf(value),
  ]);
  const baggage = propagation.createBaggage(Object.fromEntries(list));
  scenario.setContext(as, propagation.setBaggage(scenario.context(from), baggage));
}

export function setRemoteSpan(
  scenario: Scenario,
  { in: from, as, traceId, spanId, flags, isRemote = true, tracestate }: Fields,
): undefined {
  const spanContext = {
    traceId: textOf(traceId),
    spanId: textOf(spanId),
    traceFlags: numberOf(flags),
    isRemote: isRemote === true,
    ...(tracestate !== undefined && { traceState: new TraceState(textOf(tracestate)) }),
  };
  scenario.setContext(as, trace.setSpanContext(scenario.context(from), spanContext));
}

export function suppress(scenario: Scenario, { in: from, as }: Fields): undefined {
  scenario.setContext(as, suppressTracing(scenario.context(from)));
}

function spanKindOf(name: unknown): SpanKind {
  const kind = Object.entries(SpanKind).find(([key]) => key === name)?.[1];
  if (typeof kind !== 'number') throw new TypeError(`unknown kind of span: ${String(name)}`);
  return kind;
}

/** Attributes of a case: any values, as an application without types could pass them. */
function attributesOf(members: unknown): Attributes {
  return optionalFields(members) as Attributes;
}

function baggageEntryOf(value: unknown): BaggageEntry {
  if (!isFields(value)) return { value: textOf(value) };
  return {
    value: textOf(value['value']),
    metadata: baggageEntryMetadataFromString(textOf(value['metadata'])),
  };
}

/** What the SDK's spans have beyond the API; absent on those that are not recorded. */
function memberOf(span: object, name: string): unknown {
  return Object.entries(span).find(([key]) => key === name)?.[1];
}
