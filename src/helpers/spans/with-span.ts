import type { Span } from '@opentelemetry/api';
import { beginSpan } from './begin-span.js';
import { endSpan } from './end-span.js';
import { runInSpan } from './run-in-span.js';
import type { StartSpanOptions } from './span-options.js';

/**
 * Runs `fn` in a new span that is active meanwhile and ends with it, and returns what `fn` returns.
 *
 * A promise, or any other thenable, is started and the span ends when it settles. What `fn` throws or rejects with is
 * recorded on the span, sets its status to ERROR unless it has that already, and is thrown on. Below no span it begins a
 * transaction. The span of `@sentry/node`'s `startSpan`.
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/
 *
 * @example
 * const receipt = await withSpan({ name: 'charge card', op: 'task', attributes: { 'order.id': order.id } }, async span => {
 *   const payment = await charge(order);
 *   span.setAttribute('payment.id', payment.id);
 *   return payment.receipt;
 * });
 */
export function withSpan<T>(nameOrOptions: string | StartSpanOptions, fn: (span: Span) => T): T {
  return runInSpan(beginSpan(nameOrOptions), fn, endSpan);
}

/**
 * Runs `fn` in a new span that is active meanwhile, and leaves ending it to the caller: by `span.end()`, or by the
 * second argument, which may be called more than once.
 *
 * For work that is over later than the function, like a response that is still being sent. A span that nobody ends is
 * never sent. Otherwise like `withSpan`. https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/
 *
 * @example
 * withSpanManual({ name: 'send report', op: 'file.write' }, (span, end) => {
 *   response.once('close', end);
 *   response.end(report);
 * });
 */
export function withSpanManual<T>(
  nameOrOptions: string | StartSpanOptions,
  fn: (span: Span, end: () => void) => T,
): T {
  return runInSpan(
    beginSpan(nameOrOptions),
    span => fn(span, () => endSpan(span)),
    () => {},
  );
}
