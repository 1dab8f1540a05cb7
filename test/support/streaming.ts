import type { Span } from '@opentelemetry/api';
import type { StreamedSpanJson } from '../../src/protocol/streamed-span.js';
import { Tracing, type TracingOptions } from './tracing.js';

/** Longer than a trace waits after a segment of it has ended. */
export const AFTER_SEGMENT_MILLIS = 501;
/** Longer than any span waits. */
export const AFTER_WAIT_MILLIS = 5001;

/** A provider whose spans do not wait for their roots. */
export function streaming(options: TracingOptions = {}): Tracing {
  return new Tracing({ traceLifecycle: 'stream', ...options });
}

/** Names of spans per envelope, in order of name. */
export function batches({ mailbox }: Tracing): string[][] {
  return mailbox.containers.map(spans => spans.map(({ name }) => name).sort());
}

export function spanNamed({ mailbox }: Tracing, name: string): StreamedSpanJson {
  const span = mailbox.spans.find(candidate => candidate.name === name);
  if (span === undefined) throw new Error(`no span ${name} was sent`);
  return span;
}

/** Value of an attribute. */
export function valueOf(span: StreamedSpanJson | undefined, name: string): unknown {
  return span?.attributes[name]?.value;
}

/** Name of the parent of each span that was sent; `?` for one that was not. */
export function lineage(tracing: Tracing, spans: readonly Span[] = []): Record<string, string> {
  const names = new Map(tracing.mailbox.spans.map(({ span_id, name }) => [span_id, name]));
  for (const span of spans) names.set(span.spanContext().spanId, 'open');
  return Object.fromEntries(
    tracing.mailbox.spans.map(({ name, parent_span_id: parent }) => [
      name,
      parent === undefined ? 'none' : (names.get(parent) ?? '?'),
    ]),
  );
}
