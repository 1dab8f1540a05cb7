import type { Config } from '../config/config.js';
import { resolveIdentity, type Identity } from '../conversion/identity.js';
import { describeSpan } from '../conversion/operation.js';
import { guard } from '../otel/diagnostics.js';
import { recordedMethod } from '../otel/http-method.js';
import { knownAttributes } from '../otel/resource.js';
import type { Resource } from '../otel/types.js';
import type { HeadIdentity, NamedSpan } from '../trace-state/segment-record.js';

export type HeadIdentifier = (root: NamedSpan | undefined) => HeadIdentity;

/** Says who we are, as head of a trace, with the release and environment its transaction will have. */
export function createHeadIdentifier(config: Config): HeadIdentifier {
  const publicKey = config.dsn?.publicKey;
  const { orgId } = config;
  const identities = new WeakMap<object, Identity>();

  /** The same for every trace, once detectors are done. */
  function identityOf(resource: Resource | undefined): Identity {
    const known = resource && identities.get(resource);
    if (known !== undefined) return known;
    const identity = resolveIdentity(config, knownAttributes(resource));
    if (resource !== undefined && resource.asyncAttributesPending !== true)
      identities.set(resource, identity);
    return identity;
  }

  return root => {
    const { release = config.release, environment } = identityOf(root?.resource);
    // Attributes are the application's, and a trace without a name is still a trace.
    const transaction = root && guard('naming a trace', undefined, () => publicName(root));
    return { publicKey, orgId, environment, release, transaction };
  };
}

/** What names say when the method is one that instrumentations do not know. */
const UNKNOWN_METHOD = 'HTTP';

/**
 * The name of a root if other hosts may see it and it says something: no URL, no database statement, not just a method.
 * https://develop.sentry.dev/sdk/foundations/trace-propagation/dynamic-sampling-context/#note-on-good-quality-transaction-names
 */
function publicName(root: NamedSpan): string | undefined {
  const { description, source } = describeSpan(root);
  const { attributes } = root;
  const statement = attributes['db.query.text'] ?? attributes['db.statement'];
  // The description may be the statement with its secrets taken out.
  const isStatement = statement !== undefined && (description !== root.name || description === statement);
  const method = recordedMethod(attributes);
  const isBareMethod = method !== undefined && (description === method || description === UNKNOWN_METHOD);
  return source === 'url' || isStatement || isBareMethod ? undefined : description;
}
