import { hasAttribute } from '../../otel/attributes.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/** Remote procedure calls. https://opentelemetry.io/docs/specs/semconv/rpc/rpc-spans/ */
export function describeRpc({ attributes }: DescribableSpan): FamilyDescription | undefined {
  return hasAttribute(attributes, 'rpc.service', 'rpc.system.name', 'rpc.system') ? RPC : undefined;
}

const RPC: FamilyDescription = { op: 'rpc', source: 'route', sourceOfCustomName: 'route' };
