import { trace, type Attributes, type Span } from '@opentelemetry/api';
import { toAttributeValue } from './attribute-value.js';
import { writeToRoot } from './local-root.js';

/** Something that happened on the way. https://develop.sentry.dev/sdk/data-model/event-payloads/breadcrumbs/ */
export interface Breadcrumb {
  /** What happened, for people. */
  readonly message?: string | undefined;
  /** Where it comes from, like `auth` or `cache`. Default `default`. */
  readonly category?: string | undefined;
  /** Default `info`. */
  readonly level?: 'fatal' | 'error' | 'warning' | 'info' | 'debug' | undefined;
  /** How Sentry shows it: `default`, `http`, `navigation`, `query` and others. Default `default`. */
  readonly type?: string | undefined;
  /** Nested values become JSON text. */
  readonly data?: Readonly<Record<string, unknown>> | undefined;
  /** Seconds since the epoch. Default: now. */
  readonly timestamp?: number | undefined;
}

const DEFAULT_CATEGORY = 'default';

/**
 * Adds a breadcrumb to the transaction, as a span event of its root. Sentry gets the last 100.
 *
 * @param span any span of the transaction. Default: the active one
 *
 * Does nothing without an open transaction.
 * https://docs.sentry.io/platforms/javascript/guides/node/enriching-events/breadcrumbs/
 *
 * @example addBreadcrumb({ category: 'auth', message: 'token renewed', data: { attempts: 2 } })
 */
export function addBreadcrumb(breadcrumb: Breadcrumb, span: Span | undefined = trace.getActiveSpan()): void {
  writeToRoot('addBreadcrumb', span, root => {
    const { message, category = DEFAULT_CATEGORY, timestamp } = breadcrumb;
    const time = timestamp === undefined ? undefined : new Date(timestamp * MILLIS_PER_SECOND);
    root.addEvent(message || category, eventAttributes(breadcrumb, category), time);
  });
}

const MILLIS_PER_SECOND = 1000;

function eventAttributes({ level, type, data }: Breadcrumb, category: string): Attributes {
  const attributes: Attributes = {};
  for (const [key, entry] of Object.entries(data ?? {})) {
    const value = toAttributeValue(entry);
    if (value !== undefined) attributes[key] = value;
  }
  attributes['sentry.breadcrumb.category'] = category;
  if (level !== undefined) attributes['sentry.breadcrumb.level'] = level;
  if (type !== undefined) attributes['sentry.breadcrumb.type'] = type;
  return attributes;
}
