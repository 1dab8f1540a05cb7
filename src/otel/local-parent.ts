import type { AttributeMap } from './attributes.js';
import type { SpanContext } from './types.js';

interface SpanWithParent {
  readonly parentSpanContext?: SpanContext | undefined;
  readonly attributes: AttributeMap;
}

/** Set by Sentry's SDKs on spans whose parent is to count as remote, wherever it really is. */
const PARENT_IS_REMOTE = 'sentry.parentIsRemote';

/** The parent in this process; none makes the span a local root, whatever its kind. */
export function localParent({ parentSpanContext, attributes }: SpanWithParent): SpanContext | undefined {
  const isRemote = parentSpanContext?.isRemote === true || attributes[PARENT_IS_REMOTE] === true;
  return isRemote ? undefined : parentSpanContext;
}
