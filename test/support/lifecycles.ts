import type { StreamedSpanJson } from '../../src/protocol/streamed-span.js';
import type { Mailbox } from './tracing.js';

/** What holds however spans travel is tested with each. */
export const LIFECYCLES = ['transaction', 'stream'] as const;

export type Lifecycle = (typeof LIFECYCLES)[number];

/** A local root and what came of its descendants, whatever they travelled in. */
export interface SentTree {
  readonly traceId: string;
  readonly rootId: string;
  readonly parentId: string | undefined;
  readonly environment: unknown;
  /** The root first. */
  readonly names: readonly string[];
}

export function treesOf({ transactions, spans }: Mailbox): SentTree[] {
  const whole = transactions.map(({ transaction, environment, contexts: { trace }, spans: children }) => ({
    traceId: trace.trace_id,
    rootId: trace.span_id,
    parentId: trace.parent_span_id,
    environment,
    names: [transaction, ...children.map(({ description }) => description)],
  }));
  const roots = spans.filter(({ is_segment }) => is_segment);
  return [...whole, ...roots.map(root => streamedTree(root, spans))];
}

/** What client reports say of unsampled traces: a stream has no transactions to count. */
export function unsampled(lifecycle: Lifecycle, traces: number, spans: number): Record<string, number> {
  const ofSpans = { 'sample_rate/span': spans };
  return lifecycle === 'stream' ? ofSpans : { 'sample_rate/transaction': traces, ...ofSpans };
}

function streamedTree(root: StreamedSpanJson, spans: readonly StreamedSpanJson[]): SentTree {
  const isBelow = ({ attributes, is_segment }: StreamedSpanJson) =>
    !is_segment && attributes['sentry.segment.id']?.value === root.span_id;
  return {
    traceId: root.trace_id,
    rootId: root.span_id,
    parentId: root.parent_span_id,
    environment: root.attributes['sentry.environment']?.value,
    names: [root, ...spans.filter(isBelow)].map(({ name }) => name),
  };
}
