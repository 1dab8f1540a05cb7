import { trace, type Span } from '@opentelemetry/api';
import type { TransactionSource } from '../../protocol/transaction.js';
import { writeToRoot } from './local-root.js';

/**
 * Renames the transaction, for good: an instrumentation that renames the root span later does not undo it.
 *
 * Requests that have been sent meanwhile carried the old name.
 *
 * @param source what kind of name it is, for Sentry to group by. Default `custom`
 * @param span any span of the transaction. Default: the active one
 *
 * Does nothing without an open transaction.
 * https://docs.sentry.io/platforms/javascript/guides/node/enriching-events/transaction-name/
 *
 * @example updateTransactionName(`job ${job.type}`, 'task')
 */
export function updateTransactionName(
  name: string,
  source: TransactionSource = 'custom',
  span: Span | undefined = trace.getActiveSpan(),
): void {
  writeToRoot('updateTransactionName', span, root => {
    root.updateName(name);
    root.setAttribute('sentry.custom_span_name', name);
    root.setAttribute('sentry.segment.name.source', source);
  });
}
