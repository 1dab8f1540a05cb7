import { trace, type Span } from '@opentelemetry/api';
import { guard, log } from '../../otel/diagnostics.js';
import { localParent } from '../../otel/local-parent.js';
import type { ReadableSpan, WritableSpan } from '../../otel/types.js';
import { carriedState } from '../../trace-state/state-carrier.js';

/**
 * The root of the transaction that `span` (default: the active span) belongs to: its topmost span in this process.
 * `undefined` without a span, when the root has ended, and when the trace is not recorded.
 *
 * Found below every span with `SentrySpanProcessor`. With `SentrySpanExporter` alone, which sees no span start: below
 * roots that a helper of this package started, or started a span directly below.
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/
 *
 * @example getActiveRootSpan()?.setAttribute('order.items', order.items.length)
 */
export function getActiveRootSpan(span: Span | undefined = trace.getActiveSpan()): Span | undefined {
  return guard('looking for the root span', undefined, () => openRootOf(span));
}

/** Lets `write` say something on the root of `span`. Without an open root nothing happens. */
export function writeToRoot(what: string, span: Span | undefined, write: (root: WritableSpan) => void): void {
  guard(what, undefined, () => {
    const root = openRootOf(span);
    if (root === undefined) log.debug(`${what}: there is no open root span`);
    else write(root);
  });
}

/** Makes a local root known to its descendants, for where no processor did. */
export function noteRoot(span: Span): void {
  guard('noting a root span', undefined, () => {
    if (isReadable(span) && isLocalRoot(span)) carriedState(span.spanContext())?.segment?.noteRoot(span);
  });
}

/** Whether a span is one of the SDK. */
export function isReadable(span: Span | ReadableSpan): span is WritableSpan {
  return 'setAttribute' in span && 'attributes' in span && 'ended' in span;
}

function openRootOf(span: Span | undefined): WritableSpan | undefined {
  if (span === undefined) return undefined;
  if (isReadable(span) && isLocalRoot(span)) return span.ended ? undefined : span;
  const root = carriedState(span.spanContext())?.segment?.openRoot;
  return root !== undefined && isReadable(root) ? root : undefined;
}

function isLocalRoot(span: ReadableSpan): boolean {
  return localParent(span) === undefined;
}
