import { hasAttribute } from '../../otel/attributes.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/** GraphQL. https://opentelemetry.io/docs/specs/semconv/graphql/graphql-spans/ */
export function describeGraphql({
  attributes,
  instrumentationScope,
}: DescribableSpan): FamilyDescription | undefined {
  const isGraphql =
    instrumentationScope?.name === '@opentelemetry/instrumentation-graphql' ||
    hasAttribute(
      attributes,
      'graphql.operation.type',
      'graphql.operation.name',
      'graphql.document',
      'graphql.source',
    );
  return isGraphql ? GRAPHQL : undefined;
}

const GRAPHQL: FamilyDescription = { op: 'graphql', source: 'custom' };
