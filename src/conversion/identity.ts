import { stringAttribute, type AttributeMap } from '../otel/attributes.js';
import { MAX_ENVIRONMENT_CHARS, MAX_RELEASE_CHARS, MAX_SERVER_NAME_CHARS } from '../protocol/limits.js';
import { filterText } from './privacy/text-filter.js';
import { cutText } from './text.js';

/** What the options and the environment say about the application. */
export interface IdentitySettings {
  readonly release?: string | undefined;
  readonly environment?: string | undefined;
  readonly serverName?: string | undefined;
  /** For when neither the options nor the resource name a release: the commit of the build. */
  readonly fallbackRelease?: string | undefined;
  /** For when neither the options nor the resource name a machine. */
  readonly hostname?: string | undefined;
}

/** What is sent about the application; the same on transactions, errors and in the dynamic sampling context. */
export interface Identity {
  readonly release?: string;
  readonly environment: string;
  readonly serverName?: string;
}

const DEFAULT_ENVIRONMENT = 'production';

/** Names that Sentry does not take for a release. https://docs.sentry.io/product/releases/naming-releases/ */
const RESERVED_RELEASES = new Set(['.', '..', 'latest']);
const NOT_IN_RELEASE = /[/\\\r\n\t\f]/;
const NOT_IN_ENVIRONMENT = /[/\r\n\f]/;

/** Settings first, then the resource. A value Sentry would delete is passed over, so that the next one counts. */
export function resolveIdentity(settings: IdentitySettings, resource: AttributeMap): Identity {
  const release =
    validRelease(settings.release) ??
    validRelease(stringAttribute(resource, 'sentry.release')) ??
    validRelease(stringAttribute(resource, 'service.version')) ??
    validRelease(settings.fallbackRelease);
  const environment =
    validEnvironment(settings.environment) ??
    validEnvironment(stringAttribute(resource, 'deployment.environment.name')) ??
    validEnvironment(stringAttribute(resource, 'deployment.environment')) ??
    DEFAULT_ENVIRONMENT;
  const serverName =
    validServerName(settings.serverName) ??
    validServerName(stringAttribute(resource, 'host.name')) ??
    validServerName(settings.hostname);
  return {
    environment,
    ...(release !== undefined && { release }),
    ...(serverName !== undefined && { serverName }),
  };
}

function validRelease(value: string | undefined): string | undefined {
  const release = value?.trim();
  if (!release || release.length > MAX_RELEASE_CHARS || NOT_IN_RELEASE.test(release)) return undefined;
  return RESERVED_RELEASES.has(release.toLowerCase()) ? undefined : filterText(release, false);
}

function validEnvironment(value: string | undefined): string | undefined {
  const environment = value?.trim();
  if (!environment || environment.length > MAX_ENVIRONMENT_CHARS || NOT_IN_ENVIRONMENT.test(environment)) {
    return undefined;
  }
  // Sentry takes the text `None` for no environment.
  return environment.toLowerCase() === 'none' ? undefined : filterText(environment, false);
}

function validServerName(value: string | undefined): string | undefined {
  const name = value?.trim();
  return name ? cutText(filterText(name, false), MAX_SERVER_NAME_CHARS) : undefined;
}
