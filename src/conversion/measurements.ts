import type { AttributeMap } from '../otel/attributes.js';
import type { TimedEvent } from '../otel/types.js';
import type { Measurement } from '../protocol/transaction.js';
import { filterText } from './privacy/text-filter.js';

interface MeasuredSpan {
  readonly attributes: AttributeMap;
  readonly events: readonly TimedEvent[];
}

export type Measurements = Record<string, Measurement>;

/** `sentry.measurement.<name>` is a number, `sentry.measurement.<name>.unit` its unit. */
const PREFIX = 'sentry.measurement.';
const UNIT_SUFFIX = '.unit';
const NO_UNIT = 'none';

/** Characters of a unit Sentry does not know itself. https://github.com/getsentry/relay/blob/master/relay-base-schema/src/metrics/units.rs */
const MAX_UNIT_CHARS = 15;

/**
 * Numbers measured by a span: attributes `sentry.measurement.<name>`, and span events with `sentry.measurement_value`
 * and `sentry.measurement_unit`. The last of a name counts. https://docs.sentry.io/platforms/javascript/tracing/instrumentation/performance-metrics/
 */
export function spanMeasurements({ attributes, events }: MeasuredSpan): Measurements | undefined {
  let measurements: Measurements | undefined;
  for (const event of events) {
    const measurement = eventMeasurement(event);
    if (measurement !== undefined) (measurements ??= {})[measurementName(event.name)] = measurement;
  }
  for (const key of Object.keys(attributes)) {
    const measurement = isMeasurementAttribute(key) ? attributeMeasurement(attributes, key) : undefined;
    if (measurement !== undefined) {
      (measurements ??= {})[measurementName(key.slice(PREFIX.length))] = measurement;
    }
  }
  return measurements;
}

/** Whether an attribute is part of a measurement, and said with it. */
export function isMeasurementAttribute(name: string): boolean {
  return name.startsWith(PREFIX) && name.length > PREFIX.length;
}

/** The measurement a span event carries; `undefined` for other events. */
export function eventMeasurement({ attributes }: TimedEvent): Measurement | undefined {
  const value: unknown = attributes?.['sentry.measurement_value'];
  const unit: unknown = attributes?.['sentry.measurement_unit'];
  return typeof value === 'number' && Number.isFinite(value) && typeof unit === 'string'
    ? { value, unit: knownUnit(unit) }
    : undefined;
}

function attributeMeasurement(attributes: AttributeMap, key: string): Measurement | undefined {
  const value = attributes[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) return undefined;
  const unit = attributes[key + UNIT_SUFFIX];
  return { value, unit: typeof unit === 'string' ? knownUnit(unit) : NO_UNIT };
}

function knownUnit(unit: string): string {
  return unit.length > MAX_UNIT_CHARS ? NO_UNIT : unit;
}

/** Sentry wants a letter, then letters, digits, `_` and `.`. https://github.com/getsentry/relay/blob/master/relay-event-normalization/src/event.rs */
function measurementName(name: string): string {
  const clean = filterText(name, false).replace(/[^A-Za-z0-9_.]/g, '_');
  return /^[A-Za-z]/.test(clean) ? clean : `m_${clean}`;
}
