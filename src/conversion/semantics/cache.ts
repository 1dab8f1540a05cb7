import { stringAttribute } from '../../otel/attributes.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/** Caches. https://develop.sentry.dev/sdk/telemetry/traces/modules/caches/ */
export function describeCache({ attributes }: DescribableSpan): FamilyDescription | undefined {
  const operation = stringAttribute(attributes, 'cache.operation');
  return operation === undefined ? undefined : { op: `cache.${operation}`, source: 'custom' };
}
