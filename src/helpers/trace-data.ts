import { context, propagation, type Context } from '@opentelemetry/api';

/** Headers that hand a trace on. */
export interface TraceData {
  'sentry-trace'?: string;
  baggage?: string;
  traceparent?: string;
}

/**
 * Headers that hand the trace of `from` (default: the active context) on to another service; empty without a span.
 * Written by the registered propagator.
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/distributed-tracing/custom-instrumentation/
 *
 * @example await fetch(url, { headers: { ...getTraceData() } })
 */
export function getTraceData(from: Context = context.active()): TraceData {
  const headers: Record<string, string> = {};
  propagation.inject(from, headers);
  const { 'sentry-trace': sentryTrace, baggage, traceparent } = headers;
  return {
    ...(sentryTrace !== undefined && { 'sentry-trace': sentryTrace }),
    ...(baggage !== undefined && { baggage }),
    ...(traceparent !== undefined && { traceparent }),
  };
}

/**
 * The trace of `from` (default: the active context) as HTML `<meta>` tags, for the browser SDK to continue; empty text
 * without a span. Contents are escaped: baggage may hold what others put there.
 * https://docs.sentry.io/platforms/javascript/tracing/trace-propagation/custom-instrumentation/#html
 *
 * @example `<head>${getTraceMetaTags()}</head>`
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
