import { hasAttribute, stringAttribute } from '../../otel/attributes.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/**
 * Databases: the statement, as the instrumentation recorded it, is the description. The stable attribute wins because
 * it holds the parameterised text. https://opentelemetry.io/docs/specs/semconv/database/database-spans/
 */
export function describeDatabase({ attributes }: DescribableSpan): FamilyDescription | undefined {
  if (!hasAttribute(attributes, 'db.system.name', 'db.system')) return undefined;
  const isCacheAccess = stringAttribute(attributes, 'sentry.op')?.startsWith('cache.') === true;
  const statement = isCacheAccess
    ? undefined
    : stringAttribute(attributes, 'db.query.text', 'db.statement', 'db.query.summary');
  return statement === undefined ? NAMELESS : { op: 'db', description: statement, source: 'task' };
}

const NAMELESS: FamilyDescription = { op: 'db', source: 'task' };
