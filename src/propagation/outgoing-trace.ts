import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { localParent } from '../otel/local-parent.js';
import { servedRoute } from '../otel/rpc-metadata.js';
import { isSampled } from '../otel/trace-flags.js';
import { formatSentryBaggage } from '../protocol/baggage.js';
import type { SentryTrace } from '../protocol/sentry-trace.js';
import { getIncomingTrace, type IncomingTrace } from '../trace-state/incoming-trace.js';
import type { OutgoingTrace } from '../trace-state/outgoing-trace.js';
import { SegmentRecord, type NamedSpan } from '../trace-state/segment-record.js';
import { carriedState } from '../trace-state/state-carrier.js';
import type { HeadIdentifier } from './head-identity.js';

/** Finds the state of the active span's trace: on the span, in the context, or, for other people's spans, worked out anew. */
export function outgoingTrace(
  context: Context,
  span: Span,
  { identify, config }: { identify: HeadIdentifier; config: { readonly w3cUnsampled: 'defer' | 'inherit' } },
): OutgoingTrace {
  const spanContext = span.spanContext();
  const segment = carriedState(spanContext)?.segment;
  if (segment !== undefined) return segment.outgoing(root => identify(withServedRoute(root, context)));
  const heard = heardTrace(context, spanContext);
  const sampled = decisionOf(spanContext, heard, config.w3cUnsampled);
  if (heard?.isRefused === false) {
    const { dsc } = heard;
    return { sampled, dsc, baggage: formatSentryBaggage(dsc) };
  }
  const root = isNamed(span) && localParent(span) === undefined ? span : undefined;
  return new SegmentRecord({ traceId: spanContext.traceId, sampled, root }).outgoing(identify);
}

/** Whether `header` is the one that the trace of a span arrived with. */
export function isOfCaller(
  header: SentryTrace | undefined,
  context: Context,
  spanContext: SpanContext,
): boolean {
  const heard = heardTrace(context, spanContext);
  return (
    header !== undefined &&
    heard?.isRefused === false &&
    header.traceId === heard.traceId &&
    header.parentSpanId === heard.parentSpanId
  );
}

function heardTrace(context: Context, spanContext: SpanContext): IncomingTrace | undefined {
  return getIncomingTrace(context, spanContext.traceId) ?? carriedState(spanContext)?.incoming;
}

/** The context is frozen by the first request, mostly before the root has been told its route. */
function withServedRoute(root: NamedSpan | undefined, context: Context): NamedSpan | undefined {
  const route = root && servedRoute(context, root);
  if (root === undefined || route === undefined || root.attributes['http.route'] !== undefined) return root;
  const { name, kind, resource } = root;
  return {
    name,
    kind,
    attributes: { ...root.attributes, 'http.route': route },
    ...(resource && { resource }),
  };
}

function decisionOf(
  { traceFlags, isRemote }: SpanContext,
  heard: IncomingTrace | undefined,
  w3cUnsampled: 'defer' | 'inherit',
): boolean | undefined {
  if (heard !== undefined && isRemote === true) return heard.sampled;
  if (isSampled({ traceFlags })) return true;
  if (heard !== undefined) return heard.sampled;
  return isRemote === true && w3cUnsampled === 'defer' ? undefined : false;
}

function isNamed(span: Span): span is Span & NamedSpan & { readonly parentSpanContext?: SpanContext } {
  return (
    'name' in span &&
    'kind' in span &&
    'attributes' in span &&
    typeof span.attributes === 'object' &&
    span.attributes !== null
  );
}
