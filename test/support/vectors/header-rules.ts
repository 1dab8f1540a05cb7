import type { HeaderEntry } from './carriers.js';
import {
  decodeValue,
  headerOf,
  headerText,
  readHeaders,
  splitBaggage,
  splitMember,
} from './header-reading.js';
import type { Difference } from './matchers.js';

const SENTRY_TRACE = /^((?!0{32})[0-9a-f]{32})-((?!0{16})[0-9a-f]{16})(-[01])?$/;
const TAB = '\t';
const MAX_BAGGAGE_LENGTH = 8192;

// https://www.w3.org/TR/baggage/#definition
const OWN_MEMBER = /^sentry-[A-Za-z0-9_.-]+=[!#-+\--:<-[\]-~]*$/;

// https://www.w3.org/TR/trace-context/#tracestate-header-field-values
const STATE_KEY = /^([a-z][a-z0-9_\-*/]{0,255}|[a-z0-9][a-z0-9_\-*/]{0,240}@[a-z][a-z0-9_\-*/]{0,13})$/;
const STATE_VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/;

/** Rules that hold whenever headers are written, whatever a case is about. */
export function brokenHeaderRules(
  before: readonly HeaderEntry[],
  after: readonly HeaderEntry[],
): Difference[] {
  const broken = [...brokenByAnyHeader(after), ...brokenByTraceState(before, after)];
  // A pair of headers that the application has written itself is not ours to judge.
  const { sentryTrace } = readHeaders(before);
  if (sentryTrace !== null && readHeaders(after).sentryTrace === sentryTrace) return broken;
  return [...broken, ...brokenByIds(before, after), ...brokenByBaggage(before, after)];
}

function brokenByAnyHeader(after: readonly HeaderEntry[]): Difference[] {
  return after
    .filter(([, value]) => hasControlCharacter(headerText(value) ?? ''))
    .map(([name, value]) =>
      broken('header values hold no control characters', `${name}: ${headerText(value)}`),
    );
}

function brokenByTraceState(before: readonly HeaderEntry[], after: readonly HeaderEntry[]): Difference[] {
  const { tracestate } = readHeaders(after);
  if (!tracestate || tracestate === readHeaders(before).tracestate) return [];
  const invalid = tracestate
    .split(',')
    .map(member => splitMember(member.trim()))
    .filter(([key, value]) => !STATE_KEY.test(key) || !STATE_VALUE.test(value))
    .map(([key, value]) => broken('tracestate is valid', `${key}=${value}`));
  return /sentry/i.test(tracestate)
    ? [...invalid, broken('tracestate holds nothing of Sentry', tracestate)]
    : invalid;
}

function brokenByIds(before: readonly HeaderEntry[], after: readonly HeaderEntry[]): Difference[] {
  const { sentryTrace, dsc, traceparent } = readHeaders(after);
  if (sentryTrace === null) return [];
  const [, traceId, spanId] = SENTRY_TRACE.exec(sentryTrace) ?? [];
  if (traceId === undefined) return [broken('sentry-trace is canonical', sentryTrace)];
  const found: Difference[] = [];
  const dscTraceId = dsc?.['trace_id'] ?? traceId;
  if (dscTraceId !== traceId)
    found.push(broken('sentry-trace_id is the trace id of sentry-trace', dscTraceId));
  const isOwn = traceparent !== null && traceparent !== readHeaders(before).traceparent;
  if (isOwn && !traceparent.startsWith(`00-${traceId}-${spanId}-`)) {
    found.push(broken('traceparent and sentry-trace name the same span', traceparent));
  }
  return found;
}

function brokenByBaggage(before: readonly HeaderEntry[], after: readonly HeaderEntry[]): Difference[] {
  const existing = readHeaders(before);
  const { sentryTrace, baggageLength } = readHeaders(after);
  const { own, others } = splitBaggage(headerOf(after, 'baggage') ?? '');
  const found = own
    .filter(member => !OWN_MEMBER.test(member) || decodeValue(member) === undefined)
    .map(member => broken('sentry- members are valid baggage', member));
  if (new Set(own.map(member => splitMember(member)[0])).size < own.length) {
    found.push(broken('sentry- members are unique', own.join(',')));
  }
  if (own.length > 0 && sentryTrace === null && existing.dsc === null) {
    found.push(broken('there are no sentry- members without sentry-trace', own.join(',')));
  }
  if (own.length > 0 && baggageLength > MAX_BAGGAGE_LENGTH) {
    found.push(broken(`baggage has at most ${MAX_BAGGAGE_LENGTH} characters`, baggageLength));
  }
  if (!existing.thirdParty.every(member => others.includes(member))) {
    found.push(broken('members of others stay as they were', others.join(',')));
  }
  return found;
}

function hasControlCharacter(text: string): boolean {
  return text.split('').some(char => char !== TAB && (char < ' ' || char === '\u007f'));
}

function broken(rule: string, actual: unknown): Difference {
  return { path: `rule: ${rule}`, actual };
}
