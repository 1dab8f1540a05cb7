import type { CaptureExceptions } from './errors/error-reports.js';
import type { ReadableSpan, SpanCallback } from './otel/types.js';
import type { ProfileSource } from './profile-source.js';
import type { SpanJson, TransactionEvent } from './protocol/transaction.js';
import type { TracesSampler } from './sampling/decision.js';
import type { Transport } from './transport/transport.js';

/** Matches a name: text contained in it, or a regular expression it satisfies. */
export type NamePattern = string | RegExp;

/** Matches a span when every part that is given matches. An empty pattern matches nothing. */
export interface SpanPattern {
  /** Matches the description Sentry would show. */
  readonly name?: NamePattern;
  /** Matches the operation Sentry would show. */
  readonly op?: NamePattern;
  /** Text is contained, expressions are tested, lists match element by element, anything else is equal. */
  readonly attributes?: Readonly<Record<string, unknown>>;
}

/** What `beforeSendTransaction` is told besides the event: the spans it was made from, as OpenTelemetry recorded them. */
export interface TransactionHint {
  /** The span the transaction was made of. */
  readonly root: ReadableSpan;
  /** In order of start; with those that filters and `beforeSendSpan` left out. */
  readonly descendants: readonly ReadableSpan[];
}

/** Where and how much to keep on disk. */
export interface SpoolOptions {
  /** Created when missing, readable by the owner only. */
  readonly directory: string;
  /** Bytes on disk; the oldest envelopes make room. Default 64 MiB. */
  readonly maxBytes?: number | undefined;
  /** How long an envelope is kept, in milliseconds. Default 2 days. */
  readonly maxAgeMillis?: number | undefined;
}

/**
 * Options of every part: give the same object to all that you construct yourself.
 *
 * Everything is optional. What is not given is read from the environment variable named with it; an empty variable
 * counts as not set, an unusable one is reported once through `diag` and ignored. An unusable option throws a
 * `TypeError` that names it.
 */
export interface SentryBridgeOptions {
  /**
   * Where to send: `https://<public key>@<host>/<project id>`. Variable `SENTRY_DSN`.
   *
   * Without one nothing is sent and incoming traces are still passed on.
   * https://docs.sentry.io/concepts/key-terms/dsn-explainer/
   */
  readonly dsn?: string | undefined;
  /** `false` sends nothing, neither to Sentry nor to Spotlight. Default true. */
  readonly enabled?: boolean | undefined;
  /**
   * Version of the application. Variable `SENTRY_RELEASE`; then the resource's `service.version`; then the commit the
   * build environment names (`GITHUB_SHA` and the like). https://docs.sentry.io/product/releases/naming-releases/
   */
  readonly release?: string | undefined;
  /**
   * Deployment the application runs in. Variable `SENTRY_ENVIRONMENT`; then the resource's
   * `deployment.environment.name`; then `production`.
   */
  readonly environment?: string | undefined;
  /** Build within a release. */
  readonly dist?: string | undefined;
  /** Machine. Variable `SENTRY_NAME`; then the resource's `host.name`; then the host name of the operating system. */
  readonly serverName?: string | undefined;
  /** Organisation, for `strictTraceContinuation`. Default: the one in the DSN's host name. */
  readonly orgId?: string | number | undefined;
  /** Prints what the bridge does to stderr, whether or not a `diag` logger is set. Variable `SENTRY_DEBUG`. Default false. */
  readonly debug?: boolean | undefined;

  /**
   * Share of traces to keep, from 0 to 1. Variable `SENTRY_TRACES_SAMPLE_RATE`. **No default**: unset means that no
   * performance data is collected (traces are still passed on), which is said once in the log.
   */
  readonly tracesSampleRate?: number | boolean | undefined;
  /**
   * Decides per trace; wins over the caller's decision and over `tracesSampleRate`. Called when a local root starts.
   * Return a rate from 0 to 1. When it throws, the caller's decision counts, then `tracesSampleRate`.
   *
   * @example tracesSampler: ({ name, inheritOrSampleWith }) => (name.includes('/health') ? 0 : inheritOrSampleWith(0.2))
   */
  readonly tracesSampler?: TracesSampler | undefined;
  /** Methods whose server spans are never kept as roots. Default `['OPTIONS', 'HEAD']`; `[]` keeps all. */
  readonly skipMethods?: readonly string[] | undefined;
  /** Outgoing HTTP requests without a local parent: `'sample'` them like any root (default) or `'drop'` them. */
  readonly httpClientRoots?: 'sample' | 'drop' | undefined;
  /**
   * A caller that sends only an unsampled `traceparent`: `'defer'` decides here (default; load balancers set that flag
   * without meaning it), `'inherit'` takes it as a no.
   */
  readonly w3cUnsampled?: 'defer' | 'inherit' | undefined;
  /** Records spans that are not sampled (without the sampled flag), so that other span processors see them. Default false. */
  readonly recordUnsampled?: boolean | undefined;

  /**
   * Requests that may carry our headers: texts contained in the URL, or expressions it satisfies; case does not
   * matter, `[]` means none. Default: all but those to Sentry itself.
   */
  readonly tracePropagationTargets?: readonly NamePattern[] | undefined;
  /** Writes `traceparent` as well, where no W3C propagator does. Default false. */
  readonly propagateTraceparent?: boolean | undefined;
  /**
   * Continues only traces of the own organisation. Default false: only traces of another *known* one are turned down.
   * https://develop.sentry.dev/sdk/foundations/trace-propagation/#strict-trace-continuation
   */
  readonly strictTraceContinuation?: boolean | undefined;

  /**
   * How spans travel: in one `'transaction'` per local root (default), or as a `'stream'`: in batches as they end,
   * without waiting for their root and without a limit on their number. Variable `SENTRY_TRACE_LIFECYCLE`: `stream`, or
   * `static` for transactions. https://docs.sentry.io/platforms/javascript/guides/node/tracing/streamed-spans/
   */
  readonly traceLifecycle?: 'transaction' | 'stream' | undefined;
  /**
   * Sends child spans of generative AI beside their transaction instead of in it, in the same envelope. Default false.
   * In a stream all spans travel on their own anyway.
   */
  readonly streamGenAiSpans?: boolean | undefined;
  /** Spans a transaction may hold besides its root, 1 to 1000 (what Sentry takes). Default 1000; later ones are counted as lost. */
  readonly maxSpansPerTransaction?: number | undefined;
  /**
   * How long a finished root waits for descendants that are still open, in milliseconds. Default 1000. `0` waits for
   * those that end in the same turn only. What ends later becomes a transaction of its own in the same trace.
   */
  readonly lateSpanGraceMillis?: number | undefined;
  /** Finished spans held at the same time while their roots are open. Default 250000; the oldest go first, and are counted. */
  readonly maxBufferedSpans?: number | undefined;
  /**
   * Exceptions recorded on spans that are sent as errors of their own: `'unhandled'` (those that escaped, or ended a
   * root, server or consumer span in an error), `'all'`, or what a function wants. Default false. An error that a
   * Sentry SDK in the process has captured is never sent twice.
   */
  readonly captureExceptions?: CaptureExceptions | undefined;
  /** Sends client addresses, user attributes and the like. Default false. */
  readonly sendDefaultPii?: boolean | undefined;
  /** Tags of every event. */
  readonly tags?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** Attributes of the root, else of the resource, that become tags: exact names, or expressions they satisfy. */
  readonly tagAttributes?: readonly NamePattern[] | undefined;
  /** Name of a transaction, from its root span; `undefined` keeps the one that was found. */
  readonly transactionName?: SpanCallback<string | undefined> | undefined;
  /** Transactions not to send, by name. */
  readonly ignoreTransactions?: readonly NamePattern[] | undefined;
  /** Spans not to send. A root takes its transaction with it; children of an ignored span move up to its parent. */
  readonly ignoreSpans?: readonly (NamePattern | SpanPattern)[] | undefined;
  /**
   * Last word on a transaction: return it, changed or not, or `null` to drop it. Synchronous. When it fails, the
   * transaction is sent as it was before.
   */
  readonly beforeSendTransaction?:
    | ((event: TransactionEvent, hint: TransactionHint) => TransactionEvent | null)
    | undefined;
  /**
   * Last word on a child span: return it, changed or not, or `null` to drop it. Synchronous. When it fails, the span is
   * sent as it was before.
   */
  readonly beforeSendSpan?: ((span: SpanJson) => SpanJson | null) | undefined;
  /** Profiles what is sent: a `SentryProfiler` of `otel-sentry-bridge/profiling`, which no other bridge has. */
  readonly profiler?: ProfileSource | undefined;

  /** A relay of your own that forwards envelopes: the complete URL to send to. */
  readonly tunnel?: string | undefined;
  /**
   * HTTP proxy to send through, as a URL; credentials in it are sent to the proxy. Variables `https_proxy`,
   * `http_proxy`, `all_proxy` and `no_proxy`, in either case, when not given. `false` ignores the variables.
   */
  readonly proxy?: string | false | undefined;
  /** Headers added to every request to Sentry. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Certificates to trust instead of the built-in ones, as PEM text. */
  readonly caCerts?: string | readonly string[] | undefined;
  /** `http.Agent` or `https.Agent` to send with, by `node:http`. Default: none, undici sends. */
  readonly agent?: object | undefined;
  /** Compression of envelopes of at least 32 KiB: `'gzip'` (default), `'none'`, or `'zstd'` where Node has it. */
  readonly compression?: 'gzip' | 'none' | 'zstd' | undefined;
  /** Deadline of one request, in milliseconds. Default 10000. */
  readonly requestTimeoutMillis?: number | undefined;
  /** Bytes of envelopes waiting to be sent. Default 32 MiB; what does not fit is counted as lost. */
  readonly maxQueueBytes?: number | undefined;
  /** Tells Sentry what was not sent, and why. Default true. */
  readonly sendClientReports?: boolean | undefined;
  /**
   * Keeps envelopes on disk that cannot be delivered, and sends them when Sentry can be reached again, after a restart
   * as well. Off by default. One process per directory; a second one does without.
   */
  readonly spool?: SpoolOptions | undefined;
  /**
   * Sends a copy of every envelope to Spotlight: `true` for `http://localhost:8969/stream`, or its URL. Variable
   * `SENTRY_SPOTLIGHT`. Works without a DSN. Default false. https://spotlightjs.com/
   */
  readonly spotlight?: boolean | string | undefined;
  /** Samples fewer new traces while Sentry or the network takes less than there is. Default true. */
  readonly backpressure?: boolean | undefined;
  /** Sends envelopes instead of the built-in HTTP client; queue, rate limits, retries and reports stay. */
  readonly transport?: Transport | undefined;
  /** How long `flush()`, `close()`, `forceFlush()` and `shutdown()` wait when not told, in milliseconds. Default 5000. */
  readonly shutdownTimeoutMillis?: number | undefined;
}
