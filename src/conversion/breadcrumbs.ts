import { EXCEPTION_EVENT } from '../otel/exception-event.js';
import type { ReadableSpan, TimedEvent } from '../otel/types.js';
import { MAX_BREADCRUMBS } from '../protocol/limits.js';
import type { BreadcrumbJson, JsonObject } from '../protocol/transaction.js';
import { eventMeasurement } from './measurements.js';
import { filterAttributes } from './privacy/attribute-filter.js';
import { filterText } from './privacy/text-filter.js';
import { isOutgoing } from './span-kind.js';
import { validSeconds } from './timing.js';

/** Levels Sentry knows. https://develop.sentry.dev/sdk/data-model/event-payloads/breadcrumbs/ */
const LEVELS = new Set<unknown>(['fatal', 'error', 'warning', 'info', 'debug']);
const DEFAULT_LEVEL = 'info';
const DEFAULT_TYPE = 'default';
const DEFAULT_CATEGORY = 'otel.event';

/** A span event may say for itself what kind of breadcrumb it is. */
const CATEGORY = 'sentry.breadcrumb.category';
const LEVEL = 'sentry.breadcrumb.level';
const TYPE = 'sentry.breadcrumb.type';

interface Found {
  readonly seconds: number;
  readonly event: TimedEvent;
  readonly span: ReadableSpan;
}

/**
 * The span events of a transaction as breadcrumbs: those of all its spans in order of time, the last
 * {@link MAX_BREADCRUMBS}. Exceptions and measurements are reported elsewhere.
 * https://develop.sentry.dev/sdk/data-model/event-payloads/breadcrumbs/
 */
export class BreadcrumbCollector {
  readonly #found: Found[] = [];

  add(span: ReadableSpan): void {
    for (const event of span.events) {
      if (event.name === EXCEPTION_EVENT || eventMeasurement(event) !== undefined) continue;
      const seconds = validSeconds(event.time) ?? validSeconds(span.startTime);
      if (seconds !== undefined) this.#found.push({ seconds, event, span });
    }
  }

  /** `undefined` when there are none. */
  take(allowsPii: boolean): BreadcrumbJson[] | undefined {
    if (this.#found.length === 0) return undefined;
    const inOrder = this.#found.sort((a, b) => a.seconds - b.seconds);
    return inOrder.slice(-MAX_BREADCRUMBS).flatMap(found => {
      try {
        return [toBreadcrumb(found, allowsPii)];
      } catch {
        return []; // Attributes of the application that cannot be read; the transaction is worth more than they are.
      }
    });
  }
}

function toBreadcrumb({ seconds, event, span }: Found, allowsPii: boolean): BreadcrumbJson {
  const data = filterAttributes(event.attributes ?? {}, { allowsPii, isOutgoing: isOutgoing(span.kind) });
  const category = textOf(data, CATEGORY) ?? span.instrumentationScope?.name;
  const level = textOf(data, LEVEL);
  const type = textOf(data, TYPE);
  for (const name of [CATEGORY, LEVEL, TYPE]) delete data[name];
  return {
    timestamp: seconds,
    type: type ?? DEFAULT_TYPE,
    category: category || DEFAULT_CATEGORY,
    message: filterText(event.name, allowsPii),
    level: level !== undefined && LEVELS.has(level) ? level : DEFAULT_LEVEL,
    ...(Object.keys(data).length > 0 && { data }),
  };
}

function textOf(data: Readonly<JsonObject>, name: string): string | undefined {
  const value = data[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}
