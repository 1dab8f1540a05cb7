import type { ReadableSpan, SpanContext } from './types.js';

/** Set by Sentry's SDKs on spans whose parent is to count as remote, wherever it really is. */
const PARENT_IS_REMOTE = 'sentry.parentIsRemote';

/** The parent in this process; none makes the span a local root, whatever its kind. */
export function localParent({ parentSpanContext, attributes }: ReadableSpan): SpanContext | undefined {
  const isRemote = parentSpanContext?.isRemote === true || attributes[PARENT_IS_REMOTE] === true;
  return isRemote ? undefined : parentSpanContext;
}
