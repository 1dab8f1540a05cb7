import {
  context,
  defaultTextMapGetter,
  defaultTextMapSetter,
  ROOT_CONTEXT,
  SpanKind,
  trace,
  type Attributes,
  type Context,
  type Span,
  type TextMapGetter,
} from '@opentelemetry/api';
import { continueTrace, getTraceData, getTraceMetaTags } from '../../../src/index.js';
import { createCarrier, type HeaderEntry } from './carriers.js';
import { readHeaders } from './header-reading.js';
import { brokenHeaderRules } from './header-rules.js';
import { readMetaTags } from './meta-tags.js';
import { fieldsOf, listOf, optionalFields, optionalText, type Fields } from './narrow.js';
import type { Scenario } from './scenario.js';

export function extract(scenario: Scenario, step: Fields): Fields {
  const before = scenario.context(step['in']);
  const getter = getterOf(optionalText(step['getter']));
  const after = scenario.attempt(
    'extract',
    () => scenario.propagator.extract(before, step['carrier'], getter),
    before,
  );
  scenario.setContext(step['as'], after);
  return { remote: remoteOf(after) };
}

export function inject(scenario: Scenario, step: Fields): Fields {
  const { carrier, setter, entries } = createCarrier(
    optionalText(step['carrierType']),
    optionalFields(step['carrier']),
  );
  const before = entries();
  const from =
    step['bare'] === true
      ? trace.setSpan(ROOT_CONTEXT, scenario.span(step['in']))
      : scenario.context(step['in']);
  scenario.attempt('inject', () => scenario.propagator.inject(from, carrier, setter), undefined);
  return headersOf(scenario, before, entries());
}

export function traceData(scenario: Scenario, step: Fields): Fields {
  const data = inContext(scenario, step, 'getTraceData', getTraceData, {});
  return headersOf(scenario, [], Object.entries(data));
}

export function traceMetaTags(scenario: Scenario, step: Fields): Fields {
  const html = inContext(scenario, step, 'getTraceMetaTags', getTraceMetaTags, '');
  const { entries, isWellFormed } = readMetaTags(html);
  if (!isWellFormed)
    scenario.findings.push({ path: 'rule: there are well-formed meta tags only', actual: html });
  return { ...headersOf(scenario, [], entries), html };
}

export function continueIn(scenario: Scenario, { in: from, as, carrier }: Fields): Fields {
  const token = Symbol('result');
  const active = scenario.context(from);
  let continued: Context = ROOT_CONTEXT;
  const continueFrom = () =>
    continueTrace(fieldsOf(carrier), () => {
      continued = context.active();
      return token;
    });
  const returned = scenario.attempt<unknown>(
    'continueTrace',
    () => context.with(active, continueFrom),
    undefined,
  );
  scenario.setContext(as, continued);
  return { remote: remoteOf(continued), returnsResult: returned === token };
}

export function targets(scenario: Scenario, { urls }: Fields): Fields {
  const server = scenario.tracer.startSpan(
    'GET',
    { kind: SpanKind.SERVER, attributes: { 'http.request.method': 'GET' } },
    ROOT_CONTEXT,
  );
  scenario.setSpan('targets', server, ROOT_CONTEXT);
  const matches = listOf(urls).map((url, index) => {
    const name = `target ${index}`;
    scenario.setSpan(name, startRequest(scenario, optionalText(url)), scenario.context('targets'));
    const carrier: Record<string, unknown> = {};
    scenario.attempt(
      'inject',
      () => scenario.propagator.inject(scenario.context(name), carrier, defaultTextMapSetter),
      undefined,
    );
    headersOf(scenario, [], Object.entries(carrier));
    return 'sentry-trace' in carrier;
  });
  return { matches };
}

/** Messages have no URL. */
function startRequest(scenario: Scenario, url: string | undefined): Span {
  const attributes: Attributes =
    url === undefined ? { 'messaging.system': 'kafka' } : { 'http.request.method': 'GET', 'url.full': url };
  const kind = url === undefined ? SpanKind.PRODUCER : SpanKind.CLIENT;
  return scenario.tracer.startSpan(
    url === undefined ? 'send' : 'GET',
    { kind, attributes },
    scenario.context('targets'),
  );
}

function headersOf(
  scenario: Scenario,
  before: readonly HeaderEntry[],
  after: readonly HeaderEntry[],
): Fields {
  scenario.findings.push(...brokenHeaderRules(before, after));
  const carrier = after.map(([name, value]) => [
    name,
    Buffer.isBuffer(value) ? value.toString('utf8') : value,
  ]);
  return { ...readHeaders(after), carrier: Object.fromEntries(carrier) };
}

function inContext<T>(
  scenario: Scenario,
  step: Fields,
  what: string,
  get: (from?: Context) => T,
  nothing: T,
): T {
  const from = scenario.context(step['in']);
  return scenario.attempt(
    what,
    () => (step['byArgument'] === true ? get(from) : context.with(from, () => get())),
    nothing,
  );
}

function remoteOf(from: Context): Fields | null {
  const spanContext = trace.getSpanContext(from);
  if (spanContext === undefined) return null;
  const { traceId, spanId, traceFlags, isRemote = false } = spanContext;
  return { traceId, spanId, flags: traceFlags, isRemote };
}

function getterOf(name: string | undefined): TextMapGetter<unknown> {
  if (name === undefined) return defaultTextMapGetter;
  if (name === 'throwing') return { keys: fail, get: fail };
  return {
    keys: carrier => Object.keys(fieldsOf(carrier)),
    get: (carrier, name) =>
      headerValue(Object.entries(fieldsOf(carrier)).find(([key]) => key.toLowerCase() === name)?.[1]),
  };
}

function headerValue(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function fail(): never {
  throw new Error('the getter failed');
}
