import type { Dsn } from '../protocol/dsn.js';
import type { SentryBridgeOptions, SpoolOptions } from '../options.js';

type Given = Required<SentryBridgeOptions>;
type WithDefault<K extends keyof Given> = { readonly [P in K]: NonNullable<Given[P]> };
type WithoutDefault<K extends keyof Given> = { readonly [P in K]: NonNullable<Given[P]> | undefined };

/** {@link SpoolOptions} with defaults. */
export type ResolvedSpoolOptions = {
  readonly [K in keyof Required<SpoolOptions>]: NonNullable<SpoolOptions[K]>;
};

/** Options after variables and defaults, checked. What stays `undefined` has no default. */
export interface Config
  extends
    WithDefault<
      | 'debug'
      | 'skipMethods'
      | 'httpClientRoots'
      | 'w3cUnsampled'
      | 'recordUnsampled'
      | 'propagateTraceparent'
      | 'strictTraceContinuation'
      | 'traceLifecycle'
      | 'streamGenAiSpans'
      | 'maxSpansPerTransaction'
      | 'lateSpanGraceMillis'
      | 'maxBufferedSpans'
      | 'captureExceptions'
      | 'sendDefaultPii'
      | 'tags'
      | 'tagAttributes'
      | 'ignoreTransactions'
      | 'ignoreSpans'
      | 'compression'
      | 'requestTimeoutMillis'
      | 'maxQueueBytes'
      | 'sendClientReports'
      | 'backpressure'
      | 'shutdownTimeoutMillis'
    >,
    WithoutDefault<
      | 'release'
      | 'environment'
      | 'dist'
      | 'serverName'
      | 'tracesSampler'
      | 'tracePropagationTargets'
      | 'transactionName'
      | 'beforeSendTransaction'
      | 'beforeSendSpan'
      | 'profiler'
      | 'tunnel'
      | 'proxy'
      | 'headers'
      | 'caCerts'
      | 'agent'
      | 'transport'
    > {
  /** Absent: nothing is sent. */
  readonly dsn: Dsn | undefined;
  readonly orgId: string | undefined;
  readonly tracesSampleRate: number | undefined;
  readonly spool: ResolvedSpoolOptions | undefined;
  /** URL of a Spotlight to send copies to. */
  readonly spotlight: string | undefined;
  /** The commit of the build, when neither an option nor the resource names a release. */
  readonly fallbackRelease: string | undefined;
}
