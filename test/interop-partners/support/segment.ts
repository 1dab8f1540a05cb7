import { jsonOf, type ParsedEnvelope, type ParsedItem } from '../../support/parse-envelope.js';

/** What a service has sent of its part of a trace, whichever way it sends it. */
export interface Segment {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** The root and the spans that came with it. */
  readonly spanIds: readonly string[];
  /** The sampling context in the header of the envelope. */
  readonly dsc: Readonly<Record<string, string>>;
}

interface TraceContext {
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id?: string;
}

interface Transaction {
  readonly contexts: { readonly trace: TraceContext };
  readonly spans: readonly TraceContext[];
}

interface StreamedSpan extends TraceContext {
  readonly is_segment: boolean;
}

/** Segments of transactions, and of spans that are sent without one. */
export function segmentsOf(envelope: ParsedEnvelope): Segment[] {
  const dsc = { ...(envelope.headers['trace'] as Record<string, string> | undefined) };
  return envelope.items.flatMap(item => rootsOf(item).map(roots => ({ ...roots, dsc })));
}

function rootsOf(item: ParsedItem): Omit<Segment, 'dsc'>[] {
  if (item.headers['type'] === 'transaction') {
    const { contexts, spans } = jsonOf(item) as Transaction;
    return [segment(contexts.trace, [contexts.trace, ...spans])];
  }
  if (item.headers['type'] === 'span') {
    const { items } = jsonOf(item) as { items: StreamedSpan[] };
    return items
      .filter(span => span.is_segment)
      .map(root =>
        segment(
          root,
          items.filter(span => span.trace_id === root.trace_id),
        ),
      );
  }
  return [];
}

function segment(root: TraceContext, spans: readonly TraceContext[]): Omit<Segment, 'dsc'> {
  return {
    traceId: root.trace_id,
    spanId: root.span_id,
    parentSpanId: root.parent_span_id ?? undefined,
    spanIds: spans.map(span => span.span_id),
  };
}
