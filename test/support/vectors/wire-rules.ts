import { describeError } from '../../../src/otel/diagnostics.js';
import { jsonOf, parseEnvelope, type ParsedEnvelope, type ParsedItem } from '../parse-envelope.js';
import { isFields, type Fields } from './narrow.js';
import { clientReportProblems, errorEventProblems } from './wire-rules-items.js';
import { profileChunkProblems, transactionProfileProblems } from './wire-rules-profiles.js';
import { isEventId, show, traceHeaderProblems } from './wire-rules-ids.js';
import { spanContainerProblems } from './wire-rules-spans.js';
import { transactionProblems } from './wire-rules-transaction.js';

const MAX_EVENT_BYTES = 1024 * 1024;
const MAX_SPAN_CONTAINER_BYTES = 12 * 1024 * 1024;
const MAX_PROFILE_BYTES = 50 * 1024 * 1024;
const MAX_CLIENT_REPORT_BYTES = 100 * 1024;

const RFC_3339_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/;

/** Of these an envelope has at most one in all. */
const EXCLUSIVE_TYPES: ReadonlySet<unknown> = new Set(['transaction', 'event', 'span']);
const TYPES_WITH_TRACE: ReadonlySet<unknown> = new Set(['transaction', 'span']);
const TYPES_WITH_EVENT_ID: ReadonlySet<unknown> = new Set(['transaction', 'event']);

interface ItemRules {
  readonly maxBytes: number;
  readonly problems: (payload: Fields, item: ParsedItem) => string[];
}

const ITEM_RULES: ReadonlyMap<unknown, ItemRules> = new Map<unknown, ItemRules>([
  ['transaction', { maxBytes: MAX_EVENT_BYTES, problems: transactionProblems }],
  ['event', { maxBytes: MAX_EVENT_BYTES, problems: errorEventProblems }],
  ['span', { maxBytes: MAX_SPAN_CONTAINER_BYTES, problems: spanContainerProblems }],
  ['profile', { maxBytes: MAX_PROFILE_BYTES, problems: transactionProfileProblems }],
  ['profile_chunk', { maxBytes: MAX_PROFILE_BYTES, problems: profileChunkProblems }],
  ['client_report', { maxBytes: MAX_CLIENT_REPORT_BYTES, problems: clientReportProblems }],
]);

/** What only Sentry's own SDKs send, beside the package. */
const OF_SENTRY_SDKS: ReadonlySet<unknown> = new Set([
  'check_in',
  'log',
  'session',
  'sessions',
  'trace_metric',
]);

/**
 * What Sentry would refuse, drop or change about an envelope after it has answered with 200. Empty when all is fine.
 *
 * https://develop.sentry.dev/sdk/foundations/envelopes/
 * https://github.com/getsentry/relay/blob/master/relay-event-normalization/src/validation.rs
 */
export function wireProblems(envelope: Uint8Array | ParsedEnvelope): string[] {
  const parsed = envelope instanceof Uint8Array ? tryParse(envelope) : envelope;
  if (typeof parsed === 'string') return [parsed];
  const payloads = parsed.items.map(tryReadPayload);
  const problems = [
    ...headerProblems(parsed.headers),
    ...compositionProblems(parsed.items),
    ...parsed.items.flatMap((item, index) => itemProblems(item, payloads[index])),
    ...eventIdProblems(parsed, payloads),
    ...traceProblems(parsed, payloads),
    ...profileProblems(parsed.items, payloads),
  ];
  return [...new Set(problems)];
}

/** For a process that is not the test itself: what Sentry would not take is refused, so that it is missing in the end. */
export function assertWire(envelope: ParsedEnvelope): void {
  const problems = wireProblems(envelope);
  if (problems.length > 0) throw new Error(`Sentry would refuse what was sent: ${problems.join(', ')}`);
}

function tryParse(bytes: Uint8Array): ParsedEnvelope | string {
  try {
    return parseEnvelope(bytes);
  } catch (error) {
    return `the envelope cannot be read: ${describeError(error)}`;
  }
}

function tryReadPayload(item: ParsedItem): Fields | undefined {
  try {
    const payload = jsonOf(item);
    return isFields(payload) ? payload : undefined;
  } catch {
    return undefined;
  }
}

function headerProblems({ sent_at: sentAt, sdk, dsn }: Fields): string[] {
  const problems: string[] = [];
  if (sentAt !== undefined && !(typeof sentAt === 'string' && RFC_3339_UTC.test(sentAt)))
    problems.push('sent_at is no UTC time');
  if (sdk !== undefined && !(isFields(sdk) && isText(sdk['name']) && isText(sdk['version'])))
    problems.push('sdk has no name or version');
  if (dsn !== undefined && !(typeof dsn === 'string' && /^https?:\/\/\w+@/.test(dsn)))
    problems.push('dsn is none, or has a secret');
  return problems;
}

function compositionProblems(items: readonly ParsedItem[]): string[] {
  const exclusive = items.filter(item => EXCLUSIVE_TYPES.has(item.headers['type']));
  const types = exclusive.map(item => show(item.headers['type'])).sort();
  // Spans of generative AI may travel beside their transaction.
  if (types.length <= 1 || types.join() === 'span,transaction') return [];
  return [`${exclusive.map(item => show(item.headers['type'])).join(' and ')} in one envelope`];
}

/** A profile travels behind its transaction, and a transaction has one at most. */
function profileProblems(items: readonly ParsedItem[], payloads: readonly (Fields | undefined)[]): string[] {
  const types = items.map(({ headers }) => headers['type']);
  const index = types.indexOf('profile');
  if (index === -1) return [];
  const transaction = payloads[types.indexOf('transaction')];
  const { transaction: profiled } = payloads[index] ?? {};
  const isOfTransaction = isFields(profiled) && profiled['id'] === transaction?.['event_id'];
  return [
    ...(types.lastIndexOf('profile') === index ? [] : ['several profiles in one envelope']),
    ...(types.indexOf('transaction') === index - 1 && isOfTransaction
      ? []
      : ['a profile is not behind its transaction']),
  ];
}

function itemProblems(item: ParsedItem, payload: Fields | undefined): string[] {
  const type = item.headers['type'];
  if (OF_SENTRY_SDKS.has(type)) return [];
  const rules = ITEM_RULES.get(type);
  if (rules === undefined) return [`nothing is known of items of type ${show(type)}`];
  if (payload === undefined) return [`the payload of a ${show(type)} is no JSON object`];
  const { maxBytes, problems } = rules;
  const { length: bytes } = item.payload;
  return [
    ...(bytes > maxBytes ? [`a ${show(type)} has ${bytes} of ${maxBytes} bytes`] : []),
    ...problems(payload, item),
  ];
}

function eventIdProblems(
  { headers, items }: ParsedEnvelope,
  payloads: readonly (Fields | undefined)[],
): string[] {
  const eventId = headers['event_id'];
  const index = items.findIndex(item => TYPES_WITH_EVENT_ID.has(item.headers['type']));
  if (index === -1) return eventId === undefined ? [] : ['the envelope has an event_id but no event'];
  if (!isEventId(eventId)) return ['the envelope of an event has no valid event_id'];
  return payloads[index]?.['event_id'] === eventId ? [] : ['event_id differs between envelope and payload'];
}

function traceProblems(
  { headers, items }: ParsedEnvelope,
  payloads: readonly (Fields | undefined)[],
): string[] {
  const trace = headers['trace'];
  const needsTrace = items.some(item => TYPES_WITH_TRACE.has(item.headers['type']));
  if (trace === undefined) return needsTrace ? ['the envelope has no trace header'] : [];
  return traceHeaderProblems(
    trace,
    payloads.flatMap(payload => (payload === undefined ? [] : traceIdsOf(payload))),
  );
}

function traceIdsOf(payload: Fields): unknown[] {
  const { contexts, items } = payload;
  if (Array.isArray(items)) return items.map(span => (isFields(span) ? span['trace_id'] : undefined));
  const trace = isFields(contexts) ? contexts['trace'] : undefined;
  return isFields(trace) ? [trace['trace_id']] : [];
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}
