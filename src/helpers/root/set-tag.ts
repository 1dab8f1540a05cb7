import { trace, type Span } from '@opentelemetry/api';
import { writeToRoot } from './local-root.js';

/**
 * Sets a tag of the transaction and of the errors recorded in it, to search and group by.
 *
 * @param key at most 200 of the characters `A-Za-z0-9_.:-`; others are replaced
 * @param value Sentry shows 200 characters of it, the rest is in the trace data. `null` and `undefined` take the tag away
 * @param span any span of the transaction. Default: the active one
 *
 * Does nothing without an open transaction.
 * https://docs.sentry.io/platforms/javascript/guides/node/enriching-events/tags/
 *
 * @example setTag('tenant', order.tenant)
 */
export function setTag(
  key: string,
  value: string | number | boolean | bigint | null | undefined,
  span: Span | undefined = trace.getActiveSpan(),
): void {
  writeToRoot('setTag', span, root => {
    const name = `sentry.tag.${key}`;
    if (value !== null && value !== undefined) root.setAttribute(name, String(value));
    // Attributes cannot be removed; empty text is no tag.
    else if (root.attributes[name] !== undefined) root.setAttribute(name, '');
  });
}
