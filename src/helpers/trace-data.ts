import { context, type Context } from '@opentelemetry/api';
import { outgoingHeaders } from './outgoing-headers.js';

/** Headers that hand a trace on. */
export interface TraceData {
  /** `<trace id>-<span id>-<sampled>`. https://develop.sentry.dev/sdk/foundations/trace-propagation/ */
  'sentry-trace'?: string;
  /** Sentry's members and the application's own. https://www.w3.org/TR/baggage/ */
  baggage?: string;
  /** W3C Trace Context, where a propagator writes it. https://www.w3.org/TR/trace-context/ */
  traceparent?: string;
}

/**
 * Headers that hand the trace of `from` (default: the active context) on to another service; empty without a span.
 * Written by the registered propagator.
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/trace-propagation/custom-instrumentation/
 *
 * @example await fetch(url, { headers: { ...getTraceData() } })
 */
export function getTraceData(from: Context = context.active()): TraceData {
  const { 'sentry-trace': sentryTrace, baggage, traceparent } = outgoingHeaders(from);
  return {
    ...(sentryTrace !== undefined && { 'sentry-trace': sentryTrace }),
    ...(baggage !== undefined && { baggage }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/**
 * The `sentry-trace` header for the trace of `from` (default: the active context); `undefined` without a span.
 *
 * Named as in Sentry's Python SDK. The W3C header of the same name is `getTraceData().traceparent`.
 * https://docs.sentry.io/platforms/python/distributed-tracing/custom-instrumentation/
 *
 * @example job.metadata = { trace: getTraceparent(), baggage: getBaggage() }
 */
export function getTraceparent(from?: Context): string | undefined {
  return getTraceData(from)['sentry-trace'];
}

/**
 * The `baggage` header for the trace of `from` (default: the active context); `undefined` without a span.
 *
 * It names this trace to Sentry and holds the application's own baggage besides, if a propagator for that is registered.
 * https://docs.sentry.io/platforms/python/distributed-tracing/custom-instrumentation/
 *
 * @example job.metadata = { trace: getTraceparent(), baggage: getBaggage() }
 */
export function getBaggage(from?: Context): string | undefined {
  return getTraceData(from).baggage;
}

/**
 * The trace of `from` (default: the active context) as HTML `<meta>` tags, for the browser SDK to continue; empty text
 * without a span. Contents are escaped: baggage may hold what others put there.
 * https://docs.sentry.io/platforms/javascript/tracing/trace-propagation/custom-instrumentation/#html
 *
 * @example response.send(`<html><head>${getTraceMetaTags()}</head>…</html>`)
 */
export function getTraceMetaTags(from?: Context): string {
  const { 'sentry-trace': sentryTrace, baggage } = getTraceData(from);
  return tag('sentry-trace', sentryTrace) + tag('baggage', baggage);
}

function tag(name: string, content: string | undefined): string {
  return content === undefined ? '' : `<meta name="${name}" content="${escapeAttribute(content)}"/>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeAttribute(text: string): string {
  return text.replace(/[&<>"']/g, char => ESCAPES[char] ?? char);
}
