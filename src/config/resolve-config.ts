import type { CaptureExceptions } from '../errors/error-reports.js';
import type { NamePattern, SentryBridgeOptions, SpanPattern } from '../options.js';
import type { ProfileSource } from '../profile-source.js';
import { orgIdOfDsn, parseDsn, type Dsn } from '../protocol/dsn.js';
import { isHttpUrl } from './http-url.js';
import { MAX_TRANSACTION_SPANS } from '../protocol/limits.js';
import { parseRate } from '../sampling/rate.js';
import { MAX_TIMER_MILLIS } from '../transport/deadline.js';
import { MAX_QUEUE_BYTES, REQUEST_TIMEOUT_MILLIS } from '../transport/delivery-options.js';
import type { Transport } from '../transport/transport.js';
import { commitFromEnvironment } from './commit-variables.js';
import type { Config } from './config.js';
import { parseFlag, parsedVariable, variable, type Environment } from './environment-variables.js';
import { resolveLifecycle } from './resolve-lifecycle.js';
import { resolveSpool } from './resolve-spool.js';
import { resolveSpotlight } from './resolve-spotlight.js';
import {
  booleanOption,
  checkedOption,
  choiceOption,
  isRecord,
  isString,
  listOption,
  numberOption,
  recordOption,
  refuse,
  stringOption,
} from './validate.js';

const LATE_SPAN_GRACE_MILLIS = 1000;
/** About 300 MB at the size instrumentations give spans today. */
const MAX_BUFFERED_SPANS = 250_000;
const SHUTDOWN_TIMEOUT_MILLIS = 5000;
const SKIP_METHODS = ['OPTIONS', 'HEAD'];

/**
 * Options, completed by environment variables and defaults.
 *
 * @throws TypeError naming the first unusable option; an unusable variable is reported and ignored instead.
 */
export function resolveConfig(given: SentryBridgeOptions = {}, env: Environment = process.env): Config {
  if (!isRecord(given)) refuse('options', 'an object', given);
  const options: Record<string, unknown> = { ...given };
  const dsn = resolveDsn(options, env);
  return {
    dsn,
    orgId: resolveOrgId(options, dsn),
    release: stringOption(options, 'release') || variable(env, 'SENTRY_RELEASE'),
    fallbackRelease: commitFromEnvironment(env),
    environment: stringOption(options, 'environment') || variable(env, 'SENTRY_ENVIRONMENT'),
    dist: stringOption(options, 'dist') || undefined,
    serverName: stringOption(options, 'serverName') || variable(env, 'SENTRY_NAME'),
    debug:
      booleanOption(options, 'debug') ??
      parsedVariable(env, 'SENTRY_DEBUG', 'true or false', parseFlag) ??
      false,
    ...samplingConfig(options, env),
    ...propagationConfig(options),
    ...conversionConfig(options, env),
    ...deliveryConfig(options),
    spool: resolveSpool(options),
    spotlight: options['enabled'] === false ? undefined : resolveSpotlight(options, env),
  };
}

function samplingConfig(options: Record<string, unknown>, env: Environment) {
  return {
    tracesSampleRate: resolveRate(options, env),
    tracesSampler: hook(options, 'tracesSampler'),
    skipMethods: (listOption(options, 'skipMethods', 'strings', isString) ?? SKIP_METHODS).map(method =>
      method.toUpperCase(),
    ),
    httpClientRoots: choiceOption(options, 'httpClientRoots', ['sample', 'drop']) ?? 'sample',
    w3cUnsampled: choiceOption(options, 'w3cUnsampled', ['defer', 'inherit']) ?? 'defer',
    recordUnsampled: booleanOption(options, 'recordUnsampled') ?? false,
  };
}

function propagationConfig(options: Record<string, unknown>) {
  return {
    // Entries that can match nothing are tolerated: this list is often assembled from configuration.
    tracePropagationTargets: listOption(
      options,
      'tracePropagationTargets',
      'strings and regular expressions',
      isAnything,
    )?.filter(isNamePattern),
    propagateTraceparent: booleanOption(options, 'propagateTraceparent') ?? false,
    strictTraceContinuation: booleanOption(options, 'strictTraceContinuation') ?? false,
  };
}

function conversionConfig(options: Record<string, unknown>, env: Environment) {
  const patterns = 'strings and regular expressions';
  return {
    traceLifecycle: resolveLifecycle(options, env),
    streamGenAiSpans: booleanOption(options, 'streamGenAiSpans') ?? false,
    maxSpansPerTransaction:
      numberOption(options, 'maxSpansPerTransaction', 1, MAX_TRANSACTION_SPANS) ?? MAX_TRANSACTION_SPANS,
    lateSpanGraceMillis:
      numberOption(options, 'lateSpanGraceMillis', 0, MAX_TIMER_MILLIS) ?? LATE_SPAN_GRACE_MILLIS,
    maxBufferedSpans: numberOption(options, 'maxBufferedSpans', 1) ?? MAX_BUFFERED_SPANS,
    captureExceptions:
      checkedOption(
        options,
        'captureExceptions',
        "false, 'unhandled', 'all' or a function",
        isCaptureExceptions,
      ) ?? false,
    sendDefaultPii: booleanOption(options, 'sendDefaultPii') ?? false,
    tags: recordOption(options, 'tags', 'strings, numbers and booleans', isTagValue) ?? {},
    tagAttributes: listOption(options, 'tagAttributes', patterns, isNamePattern) ?? [],
    transactionName: hook(options, 'transactionName'),
    ignoreTransactions: listOption(options, 'ignoreTransactions', patterns, isNamePattern) ?? [],
    ignoreSpans: listOption(options, 'ignoreSpans', `${patterns} and span patterns`, isSpanPattern) ?? [],
    beforeSendTransaction: hook(options, 'beforeSendTransaction'),
    beforeSendSpan: hook(options, 'beforeSendSpan'),
    profiler: checkedOption(options, 'profiler', 'a SentryProfiler', isProfileSource),
  };
}

function deliveryConfig(options: Record<string, unknown>) {
  return {
    tunnel: resolveTunnel(options),
    proxy: resolveProxy(options),
    headers: recordOption(options, 'headers', 'strings', isString),
    caCerts: resolveCaCerts(options),
    agent: checkedOption<object>(options, 'agent', 'an http.Agent', isRecord),
    compression: choiceOption(options, 'compression', ['gzip', 'none', 'zstd']) ?? 'gzip',
    requestTimeoutMillis:
      numberOption(options, 'requestTimeoutMillis', 1, MAX_TIMER_MILLIS) ?? REQUEST_TIMEOUT_MILLIS,
    maxQueueBytes: numberOption(options, 'maxQueueBytes', 0) ?? MAX_QUEUE_BYTES,
    sendClientReports: booleanOption(options, 'sendClientReports') ?? true,
    backpressure: booleanOption(options, 'backpressure') ?? true,
    transport: checkedOption(options, 'transport', 'an object with a send() method', isTransport),
    shutdownTimeoutMillis:
      numberOption(options, 'shutdownTimeoutMillis', 0, MAX_TIMER_MILLIS) ?? SHUTDOWN_TIMEOUT_MILLIS,
  };
}

function resolveDsn(options: Record<string, unknown>, env: Environment): Dsn | undefined {
  const enabled = booleanOption(options, 'enabled') ?? true;
  const given = stringOption(options, 'dsn');
  const expected = "like 'https://<public key>@<host>/<project id>'";
  if (given) {
    const dsn = parseDsn(given) ?? refuse('dsn', expected, withoutKeys(given));
    return enabled ? dsn : undefined;
  }
  return enabled && given === undefined ? parsedVariable(env, 'SENTRY_DSN', expected, parseDsn) : undefined;
}

/** What stands before the @ may be a secret, wherever else the text went wrong. */
function withoutKeys(dsn: string): string {
  const end = dsn.lastIndexOf('@');
  return end < 0 ? '…' : `…${dsn.slice(end)}`;
}

function resolveOrgId(options: Record<string, unknown>, dsn: Dsn | undefined): string | undefined {
  const { orgId } = options;
  const isFine = orgId === undefined || typeof orgId === 'string' || typeof orgId === 'number';
  if (!isFine) refuse('orgId', 'a string or a number', orgId);
  return (orgId && String(orgId)) || (dsn && orgIdOfDsn(dsn));
}

function resolveRate(options: Record<string, unknown>, env: Environment): number | undefined {
  const { tracesSampleRate } = options;
  if (tracesSampleRate !== undefined && tracesSampleRate !== null) {
    return (
      parseRate(tracesSampleRate) ?? refuse('tracesSampleRate', 'a number from 0 to 1', tracesSampleRate)
    );
  }
  return parsedVariable(env, 'SENTRY_TRACES_SAMPLE_RATE', 'a number from 0 to 1', parseRate);
}

function resolveTunnel(options: Record<string, unknown>): string | undefined {
  const tunnel = stringOption(options, 'tunnel') || undefined;
  if (tunnel !== undefined && !isHttpUrl(tunnel)) refuse('tunnel', 'a complete http or https URL', tunnel);
  return tunnel;
}

function resolveProxy({ proxy }: Record<string, unknown>): string | false | undefined {
  if (proxy === undefined || proxy === false) return proxy;
  if (typeof proxy !== 'string') return refuse('proxy', 'a URL or false', proxy);
  return isHttpUrl(proxy) ? proxy : refuse('proxy', 'a complete http or https URL', proxy);
}

function resolveCaCerts(options: Record<string, unknown>): string | readonly string[] | undefined {
  return isString(options['caCerts'])
    ? options['caCerts']
    : listOption(options, 'caCerts', 'PEM texts', isString);
}

type Hook = 'tracesSampler' | 'transactionName' | 'beforeSendTransaction' | 'beforeSendSpan';

type HookOf<K extends Hook> = NonNullable<SentryBridgeOptions[K]>;

/** What a hook takes and returns is checked where it is called. */
function hook<K extends Hook>(options: Record<string, unknown>, name: K): HookOf<K> | undefined {
  const isHook = (value: unknown): value is HookOf<K> => typeof value === 'function';
  return checkedOption(options, name, 'a function', isHook);
}

function isAnything(_value: unknown): _value is unknown {
  return true;
}

function isNamePattern(value: unknown): value is NamePattern {
  return typeof value === 'string' || value instanceof RegExp;
}

function isSpanPattern(value: unknown): value is NamePattern | SpanPattern {
  if (isNamePattern(value) || !isRecord(value)) return isNamePattern(value);
  const { name, op, attributes } = value;
  const areNames = [name, op].every(part => part === undefined || isNamePattern(part));
  return areNames && (attributes === undefined || isRecord(attributes));
}

function isCaptureExceptions(value: unknown): value is CaptureExceptions {
  return value === false || value === 'unhandled' || value === 'all' || typeof value === 'function';
}

function isTagValue(value: unknown): value is string | number | boolean {
  return ['string', 'number', 'boolean'].includes(typeof value);
}

function isProfileSource(value: unknown): value is ProfileSource {
  return (
    typeof value === 'object' && value !== null && 'attach' in value && typeof value.attach === 'function'
  );
}

function isTransport(value: unknown): value is Transport {
  return isRecord(value) && typeof value['send'] === 'function';
}
