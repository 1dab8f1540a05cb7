import { context, createContextKey, ROOT_CONTEXT } from '@opentelemetry/api';
import type { Config } from '../config/config.js';
import type { Loss } from '../protocol/loss-counter.js';
import type { Shared } from '../shared.js';
import type { DeliverySnapshot } from '../transport/delivery-snapshot.js';

/** Milliseconds after which an open span is remarkable: no request takes that long. */
const LONG_OPEN_MILLIS = 300_000;

/** Times headers are read or written after which there should have been spans. */
const MANY_HEADERS = 10;

/** Hooks and options that keep transactions from being sent. */
const FILTER_REASONS: ReadonlySet<string> = new Set(['before_send', 'callback_error', 'ignored']);

const KEY = createContextKey('otel-sentry-bridge probe');

export interface Evidence {
  readonly shared: Pick<Shared, 'activity' | 'clock' | 'config'>;
  readonly isSending: boolean;
  readonly losses: readonly Loss[];
  readonly delivery: Omit<DeliverySnapshot, 'lastOutcome'> | undefined;
}

/** What is likely to be wrong, in words. */
export function findingsOf(evidence: Evidence): string[] {
  const { shared, isSending, delivery } = evidence;
  return [
    ...(isSending ? [] : ['no dsn: nothing is sent']),
    ...ofOptions(shared.config),
    ...ofParts(shared),
    ...ofTransactions(evidence),
    ...ofSpans(shared, delivery?.isClosed === true),
    ...(delivery?.rateLimits.length ? ['Sentry asked to send less: a rate limit is in force'] : []),
    ...(delivery?.lastProblem ? [`last problem: ${delivery.lastProblem}`] : []),
  ];
}

function ofOptions(config: Config): string[] {
  const { tracesSampler, tracesSampleRate, traceLifecycle, beforeSendTransaction } = config;
  const hasNeither = tracesSampler === undefined && tracesSampleRate === undefined;
  return [
    ...(hasNeither ? ['neither tracesSampleRate nor tracesSampler is set: no trace is recorded'] : []),
    ...(tracesSampler === undefined && tracesSampleRate === 0
      ? ['tracesSampleRate is 0: no trace that begins here is recorded']
      : []),
    ...(traceLifecycle === 'stream' && beforeSendTransaction !== undefined
      ? ['beforeSendTransaction is never called: a stream has no transactions, see beforeSendSpan']
      : []),
  ];
}

/** Parts of the bridge that are not where they belong. */
function ofParts({ activity }: Evidence['shared']): string[] {
  const { headers, rootsDecided, rootsSampled, rootsStarted, requestRoots, childrenStarted } = activity;
  return [
    ...(rootsSampled > 0 && rootsStarted === 0
      ? ['the sampler lets traces pass, but the processor gets none: is it registered?']
      : []),
    ...(headers >= MANY_HEADERS && rootsDecided === 0 && rootsStarted === 0
      ? ['headers are read and written, but neither sampler nor processor gets a span: are they registered?']
      : []),
    ...(requestRoots > 0 && headers === 0
      ? ['requests come in, but no headers are read: is the propagator registered?']
      : []),
    ...(rootsStarted > 1 && childrenStarted === 0 && !hasContextManager()
      ? ['spans do not nest: no context manager is registered']
      : []),
  ];
}

function ofTransactions({ shared, losses, delivery }: Evidence): string[] {
  const { activity } = shared;
  const isFiltered = losses.some(
    ({ reason, category }) => category === 'transaction' && FILTER_REASONS.has(reason),
  );
  return [
    ...(isFiltered && delivery?.delivered.length === 0
      ? ['no transaction is left by hooks and ignore options']
      : []),
    ...(shared.config.profiler !== undefined && lacksProfiles(delivery)
      ? [
          'transactions arrive without a profile: the rates of the profiler may be low, and the log says what is missing',
        ]
      : []),
    ...(activity.hasTooManyNames
      ? ['many transactions are named by URLs: set http.route, or use transactionName']
      : []),
    ...(activity.samplerError === undefined ? [] : [`tracesSampler failed: ${activity.samplerError}`]),
  ];
}

/** Transactions after which there should have been a profile. */
const MANY_TRANSACTIONS = 100;

function lacksProfiles(delivery: Evidence['delivery']): boolean {
  const quantityOf = (...wanted: string[]) =>
    (delivery?.delivered ?? []).reduce(
      (sum, { category, quantity }) => (wanted.includes(category) ? sum + quantity : sum),
      0,
    );
  return quantityOf('transaction') >= MANY_TRANSACTIONS && quantityOf('profile', 'profile_chunk') === 0;
}

/** Spans that do not end. */
function ofSpans({ activity, clock }: Evidence['shared'], isClosed: boolean): string[] {
  const { watched, openSpans } = activity;
  if (isClosed)
    return openSpans > 0
      ? [`spans that had not ended when delivery was closed, and were not sent: ${openSpans}`]
      : [];
  const openMillis = watched === undefined ? 0 : clock.monotonicMillis() - watched.startedMillis;
  if (watched === undefined || openMillis < LONG_OPEN_MILLIS) return [];
  return [`a span has not ended for ${Math.floor(openMillis / 60_000)} minutes: ${watched.name}`];
}

function hasContextManager(): boolean {
  return context.with(ROOT_CONTEXT.setValue(KEY, true), () => context.active().getValue(KEY) === true);
}
