import type { Span } from '@opentelemetry/api';
import { beginSpan } from './begin-span.js';
import type { StartSpanOptions } from './span-options.js';

/**
 * Starts a span that is not made active: it becomes nobody's parent, and the caller has to end it.
 *
 * For work that overlaps with other work. A span that nobody ends is never sent. The span of `@sentry/node`'s
 * `startInactiveSpan`. https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/
 *
 * @example
 * const span = startSpan({ name: 'wait for approval', op: 'task' });
 * approval.once('given', () => span.end());
 */
export function startSpan(nameOrOptions: string | StartSpanOptions): Span {
  return beginSpan(nameOrOptions).span;
}
