import { trace, type Span } from '@opentelemetry/api';
import { writeToRoot } from './local-root.js';

/**
 * Adds a number to the transaction, for Sentry to chart; the last of a name counts.
 *
 * @param name a letter, then letters, digits, `_` and `.`; other characters become `_`
 * @param value a finite number; others are ignored
 * @param unit one of Sentry's (`millisecond`, `byte`, `percent`, …) or at most 15 characters of your own. Default `none`
 * @param span any span of the transaction. Default: the active one
 *
 * Does nothing without an open transaction.
 * https://docs.sentry.io/platforms/javascript/guides/node/tracing/instrumentation/performance-metrics/
 *
 * @example setMeasurement('cart.weight', 1.5, 'kilogram')
 */
export function setMeasurement(
  name: string,
  value: number,
  unit: string = 'none',
  span: Span | undefined = trace.getActiveSpan(),
): void {
  if (!Number.isFinite(value)) return;
  writeToRoot('setMeasurement', span, root => {
    root.setAttribute(`sentry.measurement.${name}`, value);
    root.setAttribute(`sentry.measurement.${name}.unit`, unit);
  });
}
