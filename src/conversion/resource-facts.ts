import { knownAttributes } from '../otel/resource.js';
import type { Resource } from '../otel/types.js';
import { resolveIdentity } from './identity.js';
import { filterAttributes } from './privacy/attribute-filter.js';
import { resourceContexts } from './resource-contexts.js';
import type { ConversionSettings, ResourceFacts } from './settings.js';

/** Worked out once per resource, as soon as its detectors are done. */
export function resourceFacts(resource: Resource | undefined, settings: ConversionSettings): ResourceFacts {
  const known = resource && settings.resources.get(resource);
  if (known !== undefined) return known;
  const recorded = knownAttributes(resource);
  const attributes = filterAttributes(recorded, { allowsPii: settings.sendDefaultPii, isOutgoing: false });
  const facts = {
    identity: resolveIdentity(settings, recorded),
    attributes,
    contexts: resourceContexts(attributes, settings.staticContexts),
  };
  if (resource !== undefined && resource.asyncAttributesPending !== true) {
    settings.resources.set(resource, facts);
  }
  return facts;
}
