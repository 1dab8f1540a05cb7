import type {
  CaptureExceptions,
  DataCategory,
  Diagnosis,
  DropReason,
  DynamicSamplingContext,
  Loss,
  NamePattern,
  SamplingContext,
  SentryBridge,
  SentryBridgeOptions,
  SentryTrace,
  SpanException,
  SpanJson,
  SpanPattern,
  TraceCarrier,
  TraceData,
  TracesSampler,
  TransactionEvent,
  TransactionHint,
  Transport,
  TransportResponse,
} from 'otel-sentry-bridge';
import {
  SentryProfiler,
  type ProfilesSampler,
  type SentryProfilerOptions,
} from 'otel-sentry-bridge/profiling';

/** Like an environment variable: `exactOptionalPropertyTypes` must not refuse it. */
declare const maybe: string | undefined;

const transport: Transport = {
  async send(envelope: Uint8Array, timeoutMillis: number): Promise<TransportResponse> {
    return { statusCode: envelope.byteLength > timeoutMillis ? 413 : 200, headers: { 'retry-after': '1' } };
  },
};

const tracesSampler: TracesSampler = context =>
  context.name === '/health' || context.attributes['url.path'] === '/health'
    ? false
    : (context.parentSampled ?? context.inheritOrSampleWith(0.2));

const patterns: readonly (NamePattern | SpanPattern)[] = [
  'GET',
  /^HEAD/,
  { op: 'db', attributes: { table: /^tmp/ } },
];

export const captures: CaptureExceptions[] = [
  false,
  'all',
  'unhandled',
  ({ type }: SpanException) => type !== 'Abort',
];

const profilesSampler: ProfilesSampler = ({ name, attributes }) => (name in attributes ? 1 : false);

const profilerOptions: Required<SentryProfilerOptions> = {
  profilesSampleRate: 0.5,
  profilesSampler,
  profileSessionSampleRate: true,
  profileLifecycle: 'trace',
  hz: 100,
  chunkSeconds: 15,
  maxDepth: 128,
  perRequestThreads: false,
};

/** Every option, so that a change of any type shows. */
export const options: Required<SentryBridgeOptions> = {
  dsn: maybe,
  enabled: true,
  release: maybe,
  environment: maybe,
  dist: maybe,
  serverName: maybe,
  orgId: 1,
  debug: false,
  tracesSampleRate: 0.2,
  tracesSampler,
  skipMethods: ['OPTIONS'],
  httpClientRoots: 'drop',
  w3cUnsampled: 'inherit',
  recordUnsampled: true,
  tracePropagationTargets: ['localhost', /^https:\/\/example\.com/],
  propagateTraceparent: true,
  strictTraceContinuation: true,
  traceLifecycle: 'stream',
  streamGenAiSpans: true,
  maxSpansPerTransaction: 1000,
  lateSpanGraceMillis: 0,
  maxBufferedSpans: 1000,
  captureExceptions: (exception, span) => exception.isUnhandled && span.name !== 'probe',
  sendDefaultPii: false,
  tags: { region: 'eu', shard: 7, canary: true },
  tagAttributes: ['http.route', /^app\./],
  transactionName: root =>
    root.instrumentationScope.name === 'queue' ? `${root.kind} ${root.name}` : undefined,
  ignoreTransactions: ['/health', /^OPTIONS/],
  ignoreSpans: patterns,
  beforeSendTransaction: (
    event: TransactionEvent,
    { root, descendants }: TransactionHint,
  ): TransactionEvent | null =>
    event.transaction_info.source === 'url' || root.events.length > descendants.length
      ? null
      : { ...event, tags: { ...event.tags, seen: 'yes' } },
  profiler: new SentryProfiler(profilerOptions),
  beforeSendSpan: (span: SpanJson): SpanJson | null =>
    span.op === 'db' ? { ...span, description: 'hidden' } : null,
  tunnel: maybe,
  proxy: false,
  spool: { directory: '/var/spool/sentry', maxBytes: undefined },
  spotlight: 'http://localhost:8969/stream',
  backpressure: false,
  headers: { 'x-relay': 'eu' },
  caCerts: ['-----BEGIN CERTIFICATE-----'],
  agent: {},
  compression: 'none',
  requestTimeoutMillis: 1000,
  maxQueueBytes: 1024,
  sendClientReports: false,
  transport,
  shutdownTimeoutMillis: 1000,
};

/** What is left out, and what is given as undefined, are both fine. */
export const sparseOptions: SentryBridgeOptions[] = [
  {},
  { dsn: maybe, tracesSampler: undefined, transport: undefined },
];

export const refusedOptions: SentryBridgeOptions[] = [
  // @ts-expect-error a rate is no text
  { tracesSampleRate: '0.2' },
  // @ts-expect-error no such option
  { sampleRate: 0.2 },
  // @ts-expect-error hooks are synchronous
  { beforeSendTransaction: async (event: TransactionEvent) => event },
  // @ts-expect-error a rate is no text
  { tracesSampler: ({ name }: SamplingContext) => name },
];

export async function useBridge(bridge: SentryBridge): Promise<[boolean, boolean, string | undefined]> {
  const { dsn, losses }: Diagnosis = bridge.diagnose();
  const reasons: DropReason[] = losses.map((loss: Loss) => loss.reason);
  const categories: DataCategory[] = losses.map(({ category }) => category);
  return [await bridge.flush(), await bridge.close(reasons.length + categories.length), dsn];
}

export function readTrace(
  trace: SentryTrace | undefined,
  dsc: DynamicSamplingContext | undefined,
  data: TraceData,
): TraceCarrier {
  return { ...data, 'sentry-trace': trace?.traceId, baggage: dsc?.['trace_id'] };
}
