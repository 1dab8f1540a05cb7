import type { Context, Span, SpanContext } from '@opentelemetry/api';
import { localParent } from '../otel/local-parent.js';
import { servedRoute } from '../otel/rpc-metadata.js';
import { isSampled } from '../otel/trace-flags.js';
import { formatSentryBaggage } from '../protocol/baggage.js';
import type { DynamicSamplingContext } from '../protocol/dynamic-sampling-context.js';
import type { SentryTrace } from '../protocol/sentry-trace.js';
import { getIncomingTrace, type IncomingTrace } from '../trace-state/incoming-trace.js';
import { SegmentRecord, type NamedSpan } from '../trace-state/segment-record.js';
import { carriedState } from '../trace-state/state-carrier.js';
import type { HeadIdentifier } from './head-identity.js';

/** What the headers of a request say about its trace. */
export class OutgoingTrace {
  /** `undefined` leaves the decision to the receiver. */
  readonly sampled: boolean | undefined;
  readonly dsc: DynamicSamplingContext;
  /** `dsc` as members of `baggage`. */
  readonly baggage: string;
  readonly #incoming: IncomingTrace | undefined;

  constructor(
    sampled: boolean | undefined,
    dsc: DynamicSamplingContext,
    baggage: string,
    incoming: IncomingTrace | undefined,
  ) {
    this.sampled = sampled;
    this.dsc = dsc;
    this.baggage = baggage;
    this.#incoming = incoming;
  }

  /** Whether `header` is the one this trace arrived with. */
  cameFrom(header: SentryTrace | undefined): boolean {
    const incoming = this.#incoming;
    return (
      header !== undefined &&
      header.traceId === incoming?.traceId &&
      header.parentSpanId === incoming.parentSpanId
    );
  }
}

/** Finds the state of the active span's trace: on the span, in the context, or, for other people's spans, worked out anew. */
export function outgoingTrace(
  context: Context,
  span: Span,
  { identify, config }: { identify: HeadIdentifier; config: { readonly w3cUnsampled: 'defer' | 'inherit' } },
): OutgoingTrace {
  const spanContext = span.spanContext();
  const state = carriedState(spanContext);
  const heard = getIncomingTrace(context, spanContext.traceId) ?? state?.incoming;
  const incoming = heard?.isRefused === false ? heard : undefined;
  if (state?.segment !== undefined) {
    const { segment } = state;
    const identifyServing = (root: NamedSpan | undefined) => identify(withServedRoute(root, context));
    return new OutgoingTrace(
      segment.sampled,
      segment.dsc(identifyServing),
      segment.baggage(identify),
      incoming,
    );
  }
  const sampled = decisionOf(spanContext, heard, config.w3cUnsampled);
  if (incoming !== undefined)
    return new OutgoingTrace(sampled, incoming.dsc, formatSentryBaggage(incoming.dsc), incoming);
  const root = isNamed(span) && localParent(span) === undefined ? span : undefined;
  const segment = new SegmentRecord({
    traceId: spanContext.traceId,
    sampled,
    root,
  });
  return new OutgoingTrace(sampled, segment.dsc(identify), segment.baggage(identify), undefined);
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
