import type { Resource } from './types.js';

type RawAttributes = readonly (readonly [string, unknown])[];

/**
 * Attributes of a resource that are known by now. Detectors may still be at work; reading `attributes` then makes the
 * SDK log an error.
 */
export function knownAttributes(resource: Resource | undefined): Readonly<Record<string, unknown>> {
  if (resource === undefined) return {};
  if (resource.asyncAttributesPending !== true) return resource.attributes;
  const known: Record<string, unknown> = {};
  for (const [key, value] of rawAttributes(resource)) {
    if (typeof value === 'string') known[key] ??= value;
  }
  return known;
}

function rawAttributes(resource: object): RawAttributes {
  if (!hasRawAttributes(resource)) return [];
  return resource.getRawAttributes();
}

function hasRawAttributes(resource: object): resource is { getRawAttributes(): RawAttributes } {
  return 'getRawAttributes' in resource && typeof resource.getRawAttributes === 'function';
}
