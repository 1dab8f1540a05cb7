import { trace, type Span } from '@opentelemetry/api';
import { toAttributeValue } from './attribute-value.js';
import { writeToRoot } from './local-root.js';

/**
 * Adds entries to a context of the transaction and of the errors recorded in it: a table of its own on Sentry's page.
 *
 * Earlier entries of the context stay, or are replaced by those of the same key; `null` and `undefined` leave them.
 *
 * @param name any but Sentry's own `trace` and `otel`; a `.` becomes `_`
 * @param entries nested values become JSON text
 * @param span any span of the transaction. Default: the active one
 *
 * Does nothing without an open transaction.
 * https://docs.sentry.io/platforms/javascript/guides/node/enriching-events/context/
 *
 * @example setContext('cart', { items: order.items.length, currency: 'EUR' })
 */
export function setContext(
  name: string,
  entries: Readonly<Record<string, unknown>>,
  span: Span | undefined = trace.getActiveSpan(),
): void {
  writeToRoot('setContext', span, root => {
    const prefix = `sentry.context.${name.replaceAll('.', '_')}.`;
    for (const [key, entry] of Object.entries(entries)) {
      const value = toAttributeValue(entry);
      if (value !== undefined) root.setAttribute(prefix + key, value);
    }
  });
}
