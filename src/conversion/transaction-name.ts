import { isPromise } from '../otel/hook-result.js';
import type { ReadableSpan } from '../otel/types.js';
import type { JsonObject, TransactionEvent, TransactionSource } from '../protocol/transaction.js';
import type { ConversionSettings } from './settings.js';

/** Lets the application rename what has been named otherwise. */
export function applyNameHook(
  event: TransactionEvent,
  root: ReadableSpan,
  settings: ConversionSettings,
): void {
  if (settings.transactionName === undefined) return;
  try {
    const name: unknown = settings.transactionName(root);
    if (isPromise(name)) throw new TypeError('it must not be asynchronous');
    if (typeof name !== 'string' || name.trim() === '' || name === event.transaction) return;
    event.transaction = name;
    event.transaction_info.source = 'custom';
    setSource(event.contexts.trace.data, 'custom');
  } catch (error) {
    settings.onHookError?.('transactionName', error);
  }
}

/** How the transaction got its name. The attribute was renamed; servers of either generation read theirs. */
export function setSource(data: JsonObject, source: TransactionSource): void {
  data['sentry.source'] = source;
  data['sentry.segment.name.source'] = source;
}
