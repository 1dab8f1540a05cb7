import { hasAttribute, stringAttribute } from '../../otel/attributes.js';
import type { DescribableSpan, FamilyDescription } from './family.js';

/** Functions as a service. https://opentelemetry.io/docs/specs/semconv/faas/faas-spans/ */
export function describeFaas(span: DescribableSpan): FamilyDescription | undefined {
  const { attributes } = span;
  const trigger = stringAttribute(attributes, 'faas.trigger');
  if (trigger !== undefined) return { op: trigger, source: 'route', sourceOfCustomName: 'route' };
  // A warm start is `false`: the attribute being there tells, not its value.
  const isInvocation =
    hasAttribute(attributes, 'faas.invocation_id', 'faas.execution') ||
    attributes['faas.coldstart'] !== undefined;
  return isInvocation ? { op: functionOp(span), source: 'route', sourceOfCustomName: 'route' } : undefined;
}

function functionOp({ attributes, resource }: DescribableSpan): string {
  const provider =
    stringAttribute(attributes, 'cloud.provider') ??
    (resource && stringAttribute(resource.attributes, 'cloud.provider'));
  if (provider === 'aws' || provider === 'gcp' || provider === 'azure') return `function.${provider}`;
  const id = stringAttribute(attributes, 'cloud.resource_id', 'faas.id');
  return id?.startsWith('arn:aws') === true ? 'function.aws' : 'function';
}
